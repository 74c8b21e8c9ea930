"""The web demo: one page where a person drops a skeleton and understands it. `main.py` starts it."""
