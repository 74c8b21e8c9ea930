"""Scores by which labels are ranked: one file for each kind."""
