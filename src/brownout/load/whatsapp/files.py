"""Images and voice messages that users send: read once, and of a size that WhatsApp takes."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from brownout.profile import Said

MOST = 5 * 1024 * 1024
"""Bytes; https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types."""
_MIMES = {
    "image": {".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png"},
    "voice": {".oga": "audio/ogg; codecs=opus", ".ogg": "audio/ogg; codecs=opus", ".opus": "audio/ogg; codecs=opus"},
}


def flaw(folder: Path, message: Said) -> str | None:
    """What is wrong with the file of a message, in words; None where nothing is, or there is no file."""
    kind, name = _file(message)
    if name is None:
        return None
    path, fitting = folder / name, _MIMES[kind]
    if path.suffix.lower() not in fitting:
        return f"{kind}: {name} should end in {', '.join(fitting)}"
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError:
        size = None
    if size is None:
        return f"{kind}: no such file: {path}"
    return f"{kind}: {path} holds {size:,} bytes; at most {MOST:,} are allowed" if not 0 < size <= MOST else None


def content(folder: Path, message: Said) -> dict[str, str]:
    """A message's file as the stand-in takes it; nothing where it has none. Raises OSError."""
    kind, name = _file(message)
    if name is None:
        return {}
    path = folder / name
    return {kind: _encoded(path), "mime": _MIMES[kind][path.suffix.lower()]}


def _file(message: Said) -> tuple[str, str | None]:
    return ("image", message.image) if message.image is not None else ("voice", message.voice)


@lru_cache(maxsize=64)
def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
