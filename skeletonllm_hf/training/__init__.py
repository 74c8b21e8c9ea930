"""Training: how the bundled model came to be, and (see the guides) how to fine-tune your own."""
