"""Readers of what pose estimators and depth sensors' software write, and of videos."""
