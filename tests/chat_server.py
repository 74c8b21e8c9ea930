"""A loopback server that speaks just enough of OpenAI's chat completions for tests. Used by test_endpoint.py and others."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def chunk(content=None, finish=None, **fields):
    """A server-sent event of a streamed answer."""
    choice = {"index": 0, "delta": {} if content is None else {"content": content}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **fields})}\n\n"


def completion(text):
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}


@contextlib.contextmanager
def chat_server(respond):
    """Serves `respond(body, headers)` -> (status, what to send: a dict, a text, or an iterable of events).

    Yields:
        the address with /v1, the list of (path, body, headers) received so far, an event set when a client hung up.
    """
    received, hung_up = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append((self.path, body, dict(self.headers)))
            status, answer = respond(body, self.headers)
            self.send_response(status)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                if isinstance(answer, (dict, str)):
                    self.wfile.write((json.dumps(answer) if isinstance(answer, dict) else answer).encode())
                else:
                    for event in answer:
                        self.wfile.write(event.encode())
                        self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                hung_up.set()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", received, hung_up
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
