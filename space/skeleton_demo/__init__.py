"""The web demo: one page that reads a skeleton, answers questions and explains the answers. `main.py` starts it."""
