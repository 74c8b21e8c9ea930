"""Kinds of video, photo and folder of photos, by the first bytes of a file."""

from __future__ import annotations

from ..source import SkeletonFile

PHOTO_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
PHOTO, FOLDER = "photo", "folder"
_PHOTOS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*")
# The demuxer is named, not guessed: FFmpeg's guesses include playlists, which open other files and addresses.
_DEMUXERS = (
    (0, b"GIF8", "gif"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"OggS", "ogg"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
)
_TS_PACKET = 188


def kind_of(file: SkeletonFile) -> str | None:
    """FFmpeg's name of the container, "photo", "folder" (of photos), or None: not a video."""
    if file.is_folder:
        photos = sum(name.lower().endswith(PHOTO_ENDINGS) for name in file.names)
        return FOLDER if photos and photos >= 0.9 * len(file.names) else None
    head = file.head
    if head[:4] == b"RIFF":
        return {b"AVI ": "avi", b"WEBP": PHOTO}.get(head[8:12])
    for offset, magic, name in _DEMUXERS:
        if head[offset : offset + len(magic)] == magic:
            return name
    if len(head) > 2 * _TS_PACKET and all(head[at] == 0x47 for at in (0, _TS_PACKET, 2 * _TS_PACKET)):
        return "mpegts"
    if head.startswith(_PHOTOS[:2]) or (head.startswith(_PHOTOS[2:]) and file.suffix in PHOTO_ENDINGS):
        return PHOTO
    return None
