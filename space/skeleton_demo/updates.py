"""What a handler yields replaces what it yielded before: gradio's own differences can lose the first of two quick yields.

gradio sends the second yield as edits of the first one's values, and its page applies them when they arrive, before it shows
the first: of a dictionary that is followed by `gr.skip()` nothing is left to show, and the viewer keeps the clip before.
"""

from __future__ import annotations

import gradio as gr


class WholeUpdates(gr.Blocks):
    """Blocks whose handlers send values that changed as a whole, and nothing of those that did not."""

    def handle_streaming_diffs(self, block_fn, data, session_hash, run, final, simple_format=False) -> list:
        sent = self.pending_diff_streams.get(session_hash, {}).get(run)
        before = None if sent is None else list(sent)
        now = super().handle_streaming_diffs(block_fn, data, session_hash, run, final, simple_format=True)
        if before is None or final or simple_format:
            return now
        return [[] if old == new else [["replace", [], new]] for old, new in zip(before, now, strict=True)]
