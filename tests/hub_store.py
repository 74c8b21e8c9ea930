"""What a test Hub keeps: repositories with branches, tags and commits, large files by their SHA-256. All in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

LARGE = (".safetensors", ".parquet", ".png", ".gif", ".npz", ".bin")  # as in the Hub's own .gitattributes
LARGE_BYTES = 10_000_000  # any other file goes with the large ones from this size on


class HubError(Exception):
    """What the Hub refuses: the HTTP status, the code in X-Error-Code and a text."""

    def __init__(self, status: int, message: str, code: str | None = None):
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Blob:
    """A file of a commit. Large ones hold their pointer, and the SHA-256 under which the content lies."""

    data: bytes
    size: int
    sha256: str | None = None

    @property
    def git_oid(self) -> str:
        return hashlib.sha1(b"blob %d\0" % len(self.data) + self.data).hexdigest()

    @property
    def oid(self) -> str:
        """What the client compares with its own file: SHA-256 of large files, git's SHA-1 of the others."""
        return self.sha256 or self.git_oid

    @property
    def etag(self) -> str:
        return self.sha256 or self.git_oid

    @staticmethod
    def pointer(sha256: str, size: int) -> Blob:
        text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n"
        return Blob(text.encode(), size, sha256)


@dataclass(frozen=True)
class Commit:
    id: str
    title: str
    message: str
    author: str
    parent: str | None
    files: dict[str, Blob]


@dataclass
class Repository:
    """One repository, of type "model", "dataset" or "space"."""

    kind: str
    name: str
    private: bool
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        self.commit("main", "initial commit", "", self.name.split("/")[0], {})

    def resolve(self, revision: str) -> Commit:
        """The commit of a branch, a tag or an id."""
        found = self.branches.get(revision) or self.tags.get(revision) or revision
        if found not in self.commits:
            raise HubError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[found]

    def commit(self, branch: str, title: str, message: str, author: str, files: dict[str, Blob]) -> Commit:
        parent = self.branches.get(branch)
        tree = "".join(f"{path} {blob.git_oid}\n" for path, blob in sorted(files.items()))
        stated = f"{self.kind} {self.name} {parent} {author} {title} {message} {len(self.commits)}\n{tree}"
        commit = Commit(hashlib.sha1(stated.encode()).hexdigest(), title, message, author, parent, files)
        self.commits[commit.id] = commit
        self.branches[branch] = commit.id
        return commit

    def history(self, revision: str) -> list[Commit]:
        """Newest first."""
        commit, found = self.resolve(revision), []
        while commit:
            found.append(commit)
            commit = self.commits.get(commit.parent)
        return found

    def apply(self, branch: str, author: str, header: dict, operations: list[tuple[str, dict]], large: dict) -> Commit:
        """A commit of what the client sent: (key, value) of every line after the header.

        Raises:
            HubError: a branch or a file that is not there, a large file that was never uploaded, a stale parent.
        """
        if branch not in self.branches:
            raise HubError(404, f"Invalid rev id: {branch}", "RevisionNotFound")
        head = self.resolve(branch)
        if header.get("parentCommit") not in (None, head.id):
            raise HubError(412, "A commit has happened since. Please refresh and try again.")
        files = dict(head.files)
        for key, value in operations:
            path = value["path"]
            if key == "file":
                files[path] = Blob(value["content"], len(value["content"]))
            elif key == "lfsFile":
                if value["oid"] not in large:
                    raise HubError(400, f"{path}: the large file {value['oid']} was not uploaded")
                files[path] = Blob.pointer(value["oid"], len(large[value["oid"]]))
            elif key == "deletedFile":
                if files.pop(path, None) is None:
                    raise HubError(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
            elif key == "deletedFolder":
                files = {name: blob for name, blob in files.items() if not name.startswith(path.rstrip("/") + "/")}
            else:
                raise HubError(400, f"unknown operation {key!r}")
        return self.commit(branch, header["summary"], header.get("description", ""), author, files)


def goes_large(path: str, size: int) -> bool:
    return path.endswith(LARGE) or size >= LARGE_BYTES
