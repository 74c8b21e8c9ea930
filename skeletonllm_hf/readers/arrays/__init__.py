"""Readers of arrays without a format of their own: NumPy, MATLAB, HDF5."""
