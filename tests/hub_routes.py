"""What the test Hub answers at each of its addresses: `ROUTES`."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from urllib.parse import parse_qs, quote, urlsplit

from hub_store import Blob, HubError, Repository, goes_large

PAGE = 4  # entries in a page of a listing, so few that tests turn pages
PART = 4_000_000  # bytes in a part of a large upload


def whoami(request, hub) -> None:
    account = request.caller()
    if account is None:
        raise HubError(401, "Invalid username or password.")
    role = "write" if hub.account(request.headers["Authorization"])[1] else "read"
    auth = {"type": "access_token", "accessToken": {"displayName": "test", "role": role}}
    request.answer(200, {"type": "user", "name": account, "orgs": [], "auth": auth})


def create(request, hub) -> None:
    wanted = request.json()
    account = request.caller()
    owner = wanted.get("organization") or account
    request.caller(owner=owner or "")
    kind, name = wanted.get("type") or "model", f"{owner}/{wanted['name']}"
    url = f"{hub.url}/{'' if kind == 'model' else kind + 's/'}{name}"
    with hub.lock:
        if (kind, name) in hub.repositories:
            return request.answer(409, {"error": "You already created this repo", "url": url})
        private = wanted.get("visibility") == "private" or bool(wanted.get("private"))
        hub.repositories[kind, name] = Repository(kind, name, private)
    return request.answer(200, {"url": url, "name": name, "id": name})


def info(request, hub, kind, name, revision) -> None:
    found = request.open(kind, name)
    commit = found.resolve(revision or "main")
    card = commit.files.get("README.md")
    described = {
        "id": name,
        "sha": commit.id,
        "private": found.private,
        "author": name.split("/")[0],
        "tags": re.findall(r"^- (\S+)$", card.data.decode(), re.MULTILINE) if card else [],
        "siblings": [{"rfilename": path} for path in sorted(commit.files)],
    }
    request.answer(200, described)


def entry(path: str, blob: Blob) -> dict:
    told = {"type": "file", "path": path, "size": blob.size, "oid": blob.git_oid}
    if blob.sha256:
        told["lfs"] = {"oid": blob.sha256, "size": blob.size, "pointerSize": len(blob.data)}
    return told


def tree(request, hub, kind, name, revision, folder) -> None:
    commit = request.open(kind, name).resolve(revision)
    request.commit_id = commit.id
    prefix = folder.strip("/") + "/" if folder.strip("/") else ""
    below = {path: blob for path, blob in sorted(commit.files.items()) if path.startswith(prefix)}
    if prefix and not below:
        raise HubError(404, f"{folder} does not exist on {revision!r}", "EntryNotFound")
    folders = {prefix + path[len(prefix) :].rsplit("/", 1)[0] for path in below if "/" in path[len(prefix) :]}
    if request.query.get("recursive", "").lower() != "true":
        below = {path: blob for path, blob in below.items() if "/" not in path[len(prefix) :]}
        folders = {prefix + path[len(prefix) :].split("/")[0] for path in folders}
    entries = [
        {"type": "directory", "path": path, "size": 0, "oid": sha256(path.encode()).hexdigest()[:40]}
        for path in sorted(folders)
    ]
    page(request, hub, entries + [entry(path, blob) for path, blob in below.items()])


def page(request, hub, entries: list) -> None:
    start = int(request.query.get("cursor", 0))
    headers = {}
    if start + PAGE < len(entries):
        query = "&".join(
            f"{key}={quote(value)}" for key, value in (request.query | {"cursor": str(start + PAGE)}).items()
        )
        headers["Link"] = f'<{hub.url}{urlsplit(request.path).path}?{query}>; rel="next"'
    request.answer(200, entries[start : start + PAGE], headers)


def paths_info(request, hub, kind, name, revision) -> None:
    form = request.read().decode()
    paths = json.loads(form)["paths"] if form.startswith("{") else parse_qs(form).get("paths", [])
    files = request.open(kind, name).resolve(revision).files
    request.answer(200, [entry(path, files[path]) for path in paths if path in files])


def preupload(request, hub, kind, name, revision) -> None:
    files = request.json()["files"]
    present = request.open(kind, name, write=True).resolve(revision).files
    answers = []
    for file in files:
        path = file["path"]
        mode = "lfs" if goes_large(path, file["size"]) else "regular"
        oid = present[path].oid if path in present else None
        answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
    request.answer(200, {"files": answers})


def commit(request, hub, kind, name, revision) -> None:
    lines = [json.loads(line) for line in request.read().splitlines() if line]
    found = request.open(kind, name, write=True)
    header = next(line["value"] for line in lines if line["key"] == "header")
    operations = [(line["key"], line["value"]) for line in lines if line["key"] != "header"]
    for key, value in operations:
        if key == "file":
            value["content"] = base64.b64decode(value["content"])
    with hub.lock:
        made = found.apply(revision, request.caller(), header, operations, hub.large)
    request.answer(200, {"success": True, "commitOid": made.id, "commitUrl": f"{hub.url}/{name}/commit/{made.id}"})


def commits(request, hub, kind, name, revision) -> None:
    history = request.open(kind, name).history(revision)
    request.answer(200, [
        {"id": c.id, "title": c.title, "message": c.message, "authors": [{"user": c.author}], "date": "2026-01-01T00:00:00.000Z"}
        for c in history
    ])  # fmt: skip


def refs(request, hub, kind, name) -> None:
    found = request.open(kind, name)
    listed = {
        key: [{"name": ref, "ref": f"refs/{where}/{ref}", "targetCommit": target} for ref, target in refs.items()]
        for key, where, refs in (("branches", "heads", found.branches), ("tags", "tags", found.tags))
    }
    request.answer(200, listed | {"converts": [], "pullRequests": []})


def branch(request, hub, kind, name, ref) -> None:
    start = request.json().get("startingPoint") or "main"
    found = request.open(kind, name, write=True)
    if ref in found.branches:
        raise HubError(409, f"Reference already exists: refs/heads/{ref}")
    found.branches[ref] = found.resolve(start).id
    request.answer(200, {})


def tag(request, hub, kind, name, revision) -> None:
    wanted = request.json()["tag"]
    found = request.open(kind, name, write=True)
    if wanted in found.tags:
        raise HubError(409, f"Tag reference exists already: refs/tags/{wanted}")
    found.tags[wanted] = found.resolve(revision).id
    request.answer(200, {})


def check_card(request, hub) -> None:
    content = request.json()["content"]
    match = re.match(r"---\n(.*?)\n---\n", content, re.DOTALL)
    if match is None:
        return request.answer(
            200, {"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]}
        )
    import yaml

    try:
        known = isinstance(yaml.safe_load(match[1]), dict)
    except yaml.YAMLError:
        known = False
    if known:
        return request.answer(200, {"errors": [], "warnings": []})
    return request.answer(400, {"errors": [{"message": "the YAML metadata is not valid"}], "warnings": []})


def batch(request, hub, kind, name) -> None:
    objects = request.json()["objects"]
    request.open(kind.rstrip("/") or "models", name, write=True)
    answers = []
    for wanted in objects:
        oid, size = wanted["oid"], wanted["size"]
        told: dict = {"oid": oid, "size": size}
        if oid not in hub.large:
            href = f"{hub.url}/upload/{oid}"
            header = {}
            if size > PART:
                count = -(-size // PART)
                header = {str(part): f"{href}/{part}" for part in range(1, count + 1)} | {"chunk_size": str(PART)}
            told["actions"] = {"upload": {"href": href, "header": header}, "verify": {"href": f"{hub.url}/verify"}}
        answers.append(told)
    request.answer(200, {"transfer": "multipart", "objects": answers})


def upload(request, hub, oid) -> None:
    hub.wait_for_turn(oid)
    store(hub, oid, request.read())
    request.answer(200)


def upload_part(request, hub, oid, part) -> None:
    hub.wait_for_turn(oid)
    data = request.read()
    hub.parts.setdefault(oid, {})[int(part)] = data
    request.answer(200, headers={"ETag": f'"{sha256(data).hexdigest()[:32]}"'})


def join_parts(request, hub, oid) -> None:
    parts = [hub.parts[oid][part["partNumber"]] for part in request.json()["parts"]]
    store(hub, oid, b"".join(parts))
    del hub.parts[oid]
    request.answer(200, {"success": True})


def store(hub, oid: str, data: bytes) -> None:
    if sha256(data).hexdigest() != oid:
        raise HubError(400, f"what came does not have the SHA-256 {oid}")
    hub.large[oid] = data


def verify(request, hub) -> None:
    stated = request.json()
    if len(hub.large.get(stated["oid"], b"")) != stated["size"]:
        raise HubError(404, "the object is not there, or not whole")
    request.answer(200, {})


def resolve(request, hub, kind, name, revision, path) -> None:
    found = request.open(kind.rstrip("/") or "models", name)
    made = found.resolve(revision)
    request.commit_id = made.id
    blob = made.files.get(path)
    if blob is None:
        raise HubError(404, f"{path} does not exist on {revision!r}", "EntryNotFound")
    headers = {"X-Repo-Commit": made.id, "ETag": f'"{blob.git_oid}"', "Accept-Ranges": "bytes"}
    if blob.sha256 is None:
        return content(request, blob.data, headers)
    headers |= {"X-Linked-Etag": f'"{blob.sha256}"', "X-Linked-Size": str(blob.size)}
    # As on the real Hub, large files lie on another host: there the client must not send its token.
    elsewhere = hub.url.replace("127.0.0.1", "localhost")
    return request.answer(302, headers=headers | {"Location": f"{elsewhere}/content/{blob.sha256}"})


def download(request, hub, oid) -> None:
    if "Authorization" in request.headers:
        raise HubError(400, "a token was sent to the host of large files")
    content(request, hub.large[oid], {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})


def content(request, data: bytes, headers: dict) -> None:
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
    if wanted is None:
        return request.answer(200, data, headers)
    start, end = int(wanted[1]), int(wanted[2]) + 1 if wanted[2] else len(data)
    stated = f"bytes {start}-{min(end, len(data)) - 1}/{len(data)}"
    return request.answer(206, data[start:end], headers | {"Content-Range": stated})


_REPO = r"/api/(?P<kind>models|datasets|spaces)/(?P<name>[\w.-]+/[\w.-]+)"
_AT = _REPO + r"/{}/(?P<revision>[^/]+)"
_PLAIN = r"/(?P<kind>(?:datasets/|spaces/)?)(?P<name>[\w.-]+/[\w.-]+?)"
ROUTES = (
    ("GET", r"/api/whoami-v2", whoami),
    ("POST", r"/api/repos/create", create),
    ("POST", r"/api/validate-yaml", check_card),
    ("GET", _REPO + r"(?:/revision/(?P<revision>[^/]+))?", info),
    ("GET", _AT.format("tree") + r"(?P<folder>/.*)?", tree),
    ("POST", _AT.format("paths-info"), paths_info),
    ("POST", _AT.format("preupload"), preupload),
    ("POST", _AT.format("commit"), commit),
    ("GET", _AT.format("commits"), commits),
    ("GET", _REPO + r"/refs", refs),
    ("POST", _REPO + r"/branch/(?P<ref>[^/]+)", branch),
    ("POST", _AT.format("tag"), tag),
    ("POST", _PLAIN + r"\.git/info/lfs/objects/batch", batch),
    ("PUT", r"/upload/(?P<oid>[0-9a-f]{64})", upload),
    ("PUT", r"/upload/(?P<oid>[0-9a-f]{64})/(?P<part>\d+)", upload_part),
    ("POST", r"/upload/(?P<oid>[0-9a-f]{64})", join_parts),
    ("POST", r"/verify", verify),
    ("GET|HEAD", _PLAIN + r"/resolve/(?P<revision>[^/]+)/(?P<path>.+)", resolve),
    ("GET|HEAD", r"/content/(?P<oid>[0-9a-f]{64})", download),
)
