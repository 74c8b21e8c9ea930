"""3-D viewer of skeletons in the browser: for notebooks, as one HTML file, and for the web demo."""

from .scene import MARKUP, SCRIPT, STYLE, Shown, scene, show, standalone

__all__ = ["MARKUP", "SCRIPT", "STYLE", "Shown", "scene", "show", "standalone"]
