"""Readers of motion capture: skeletons with rotations, markers, body models."""
