"""Skeletons in space, drawn by the browser: `sequence.show()` in a notebook, one HTML file to pass on, the web demo's viewer."""

from .scene import MARKUP, SCRIPT, STYLE, Shown, scene, show, standalone

__all__ = ["MARKUP", "SCRIPT", "STYLE", "Shown", "scene", "show", "standalone"]
