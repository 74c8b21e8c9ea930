"""Answers about clips: one facade over a model in this process and over a server, which everything else uses.

`protocol` says what an answerer can do, `local` and `endpoint` do it, `loading` makes one, `recognizer` ranks labels.
Nothing is imported here: an endpoint needs no torch.
"""
