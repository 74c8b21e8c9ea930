"""Readers of JSON of any program, and of the package's own."""
