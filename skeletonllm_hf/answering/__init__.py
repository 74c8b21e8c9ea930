"""Answers about clips, by one interface for a model in this process and for a server.

`protocol` has the interface, `local` and `endpoint` implement it, `loading` makes one, `recognizer` ranks labels.
Nothing is imported here: an endpoint needs no torch.
"""
