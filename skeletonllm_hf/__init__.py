"""Human skeleton motion in, words out."""

from .registration import register as _register

__version__ = "0.1.0"

_register()
