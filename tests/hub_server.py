"""A Hugging Face Hub on loopback, for tests: the protocol that the unmodified huggingface_hub client speaks over HTTP.

It knows accounts and tokens, private repositories, commits, branches, tags, large files (one piece, or parts) and
downloads by revision. It does not offer Xet, which is a protocol of its own behind a compiled client: the fixture
turns that off, as users do with HF_HUB_DISABLE_XET.

    from hub_server import hub  # noqa: F401 - a fixture

    def test_something(hub):
        HfApi().create_repo("ann/thing")         # in this process
        subprocess.run(..., env=hub.environment)  # and in others
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hub_routes import ROUTES
from hub_store import HubError, Repository

KINDS = {"models": "model", "datasets": "dataset", "spaces": "space"}


class Hub:
    """What runs: its address, its accounts, its repositories, and what it was asked.

    Attributes:
        url: the address, for HF_ENDPOINT.
        tokens: token -> (account, may write).
        large: the stored large files, by SHA-256.
        log: (method, path) of every request so far.
        headers: the headers of every request so far.
        hold: a number: large files beyond the first so many wait on their way up, until `release` is set.
    """

    def __init__(self, url: str):
        self.url = url
        self.tokens = {"hf_ann": ("ann", True), "hf_ann_reads": ("ann", False), "hf_bob": ("bob", True)}
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.large: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.log: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.hold: int | None = None
        self.turns: dict[str, int] = {}
        self.release = threading.Event()
        self.lock = threading.RLock()
        self.environment: dict[str, str] = {}

    def account(self, authorization: str | None) -> tuple[str | None, bool]:
        """(account, may write). HubError: a token that is none of ours."""
        if authorization is None:
            return None, False
        token = authorization.removeprefix("Bearer ")
        if token not in self.tokens:
            raise HubError(401, "Invalid credentials in Authorization header")
        return self.tokens[token]

    def repository(self, kind: str, name: str, account: str | None) -> Repository:
        found = self.repositories.get((kind, name))
        if found is None or (found.private and account != name.split("/")[0]):
            raise HubError(404 if account else 401, "Repository not found", "RepoNotFound")
        return found

    def wait_for_turn(self, oid: str) -> None:
        """Holds an upload back where a test wants it to hang."""
        with self.lock:
            self.turns.setdefault(oid, len(self.turns))
        if self.hold is not None and self.turns[oid] >= self.hold:
            self.release.wait(60)

    def uploads(self) -> list[str]:
        """SHA-256 of the large files that were sent so far, in the order of their first request."""
        return list(dict.fromkeys(path.split("/")[2] for method, path in self.log if method == "PUT"))

    def files(self, kind: str, name: str, revision: str = "main") -> dict[str, bytes]:
        """What a repository holds, with the content of its large files."""
        tree = self.repositories[kind, name].resolve(revision).files
        return {path: self.large[blob.sha256] if blob.sha256 else blob.data for path, blob in tree.items()}


def handler_of(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def answer(self, status: int, body: object = None, headers: dict | None = None) -> None:
            data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
            headers = {"Content-Length": str(len(data))} | (headers or {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def read(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def json(self) -> dict:
            return json.loads(self.read() or b"{}")

        def serve(self) -> None:
            address = urlsplit(self.path)
            hub.log.append((self.command, address.path))
            hub.headers.append(dict(self.headers))
            self.query = {key: values[-1] for key, values in parse_qs(address.query).items()}
            try:
                for method, pattern, action in ROUTES:
                    match = re.fullmatch(pattern, address.path)
                    if match and self.command in method.split("|"):
                        return action(
                            self, hub, **{key: unquote(text or "") for key, text in match.groupdict().items()}
                        )
                self.read()
                raise HubError(404, f"no such address: {self.command} {address.path}")
            except HubError as error:
                headers = {"X-Error-Message": str(error)} | ({"X-Error-Code": error.code} if error.code else {})
                if error.code == "EntryNotFound" and hasattr(self, "commit_id"):
                    headers["X-Repo-Commit"] = self.commit_id
                self.answer(error.status, {"error": str(error)}, headers)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client was killed: what tests of broken uploads do
            return None

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve

        def caller(self, owner: str | None = None) -> str | None:
            """The account that asks; with an owner, only if it may write there."""
            account, writes = hub.account(self.headers.get("Authorization"))
            if owner is not None and account is None:
                raise HubError(401, "Invalid username or password.")
            if owner is not None and not (writes and account == owner):
                raise HubError(403, f"you have no right to write in the namespace {owner!r}")
            return account

        def open(self, kind: str, name: str, write: bool = False) -> Repository:
            found = hub.repository(KINDS.get(kind, kind), name, self.caller())
            if write:
                self.caller(owner=name.split("/")[0])
            return found

    return Handler


@contextlib.contextmanager
def serving():
    """A Hub that runs until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    hub = Hub(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = handler_of(hub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A `Hub`; this process and those started with `hub.environment` are signed in there as "ann", with empty caches."""
    from huggingface_hub import close_session, constants

    home = tmp_path / "hf_home"
    with serving() as hub:
        settings = {
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(home),
            "HF_HUB_CACHE": str(home / "hub"),
            "HF_MODULES_CACHE": str(home / "modules"),
            "HF_DATASETS_CACHE": str(home / "datasets"),
            "HF_HUB_OFFLINE": "0",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_TOKEN": "hf_ann",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        hub.environment = dict(os.environ)
        for name, value in {
            "ENDPOINT": hub.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": hub.url + "/{repo_id}/resolve/{revision}/{filename}",
            "HF_HUB_CACHE": str(home / "hub"),
            "HF_TOKEN_PATH": str(home / "token"),
            "HF_HUB_OFFLINE": False,
            "HF_HUB_DISABLE_XET": True,
            "HF_HUB_DISABLE_TELEMETRY": True,
        }.items():
            monkeypatch.setattr(constants, name, value)
        # transformers keeps a client with the first address that it saw: of a hub before, where nobody listens any more
        monkeypatch.setattr("transformers.utils.hub._hf_api", None, raising=False)
        close_session()  # a session that was opened offline stays so
        yield hub
    close_session()
