"""A server that answers about clips: OpenAI's chat completions and routes of our own. Needs the extra `serve`."""
