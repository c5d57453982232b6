"""Where a request goes, and what may stand in its headers: never off the application under test. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_WRITTEN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/{}?#\\\s]*(?=[/?#]|$)")
_PORTS = {"http": 80, "https": 443}
_PLAIN = {"ws": "http", "wss": "https"}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_VALUES = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LOOPBACK = re.compile(r"127(\.[0-9]{1,3}){1,3}")
LONGEST_URL = 65_536


def is_whole(path: str) -> bool:
    """Whether a path is a whole URL."""
    return _WHOLE.match(path) is not None


def url_of(address: str, path: str) -> str:
    """The whole URL of a path at an address; a whole URL as it is."""
    return path if is_whole(path) else f"{address.rstrip('/')}/{path.lstrip('/')}"


def flaw_of_path(path: str) -> str | None:
    """What is wrong with a path, filled in or as it was written, that says no whole URL; None where nothing is."""
    if path.startswith(("//", "/\\", "\\")):
        return f"{path[:80]!r} names another host to many a client; a path begins with one slash"
    if len(path) > LONGEST_URL:
        return f"{path[:20]!r}… is longer than {LONGEST_URL:,} characters"
    return None


def refuse_astray(address: str, template: str, filled: str) -> str:
    """The path or whole URL that a template came to. Raises ValueError where it leads off the application.

    ``address`` is the application's. Another address of this machine may stand in the template itself, and nowhere
    else: what an answer, or a value, leads to is not what the author of a profile meant to put under load.
    """
    flaw = flaw_of_path(filled)
    if flaw is not None:
        raise ValueError(flaw)
    if not is_whole(filled):
        return filled
    goes = _origin(filled)
    written = origin_written_in(template)
    if goes is None or goes not in (_origin(address), _origin(written) if written else None):
        raise ValueError(f"{filled[:80]!r} leads off the application under test, which is at {address}")
    return filled


def origin_written_in(template: str) -> str | None:
    """Scheme, host and port as a template says them in so many words; None for a path, and where a name is in them."""
    written = _WRITTEN.match(template)
    return written.group() if written else None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; all names of this machine are one. None for what is no URL, and for a name in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme = _PLAIN.get(parts.scheme, parts.scheme)
    if scheme not in _PORTS or "@" in parts.netloc or "\\" in parts.netloc or not parts.hostname:
        return None
    return scheme, "localhost" if is_this_machine(parts) else parts.hostname, port or _PORTS[scheme]


def is_this_machine(parts: SplitResult) -> bool:
    """Whether a URL's host is a name of the machine that the drill runs on."""
    host = (parts.hostname or "").rstrip(".")
    return (
        host in ("localhost", "::1", "0.0.0.0") or host.endswith(".localhost") or _LOOPBACK.fullmatch(host) is not None
    )


def sound_headers(headers: Mapping[Any, Any]) -> dict[str, str]:
    """Headers as they are sent. Raises ValueError for one that no client can send."""
    sound = {str(name): str(value) for name, value in headers.items()}
    for name, value in sound.items():
        flaw = flaw_of_header(name, value)
        if flaw is not None:
            raise ValueError(flaw)
    return sound


def flaw_of_header(name: str, value: str) -> str | None:
    """Why a header cannot be sent; None where it can. https://www.rfc-editor.org/rfc/rfc9110#section-5.5."""
    if not _NAME.fullmatch(name):
        return f"header name {name[:40]!r} cannot be sent; allowed: letters, digits and hyphens"
    control = _NOT_IN_VALUES.search(value)
    if control is not None:
        return f"header {name}: a line break or another control character ({control.group()!r}) cannot be sent"
    if value != value.strip():
        return f"header {name}: blanks at its beginning or end cannot be sent"
    other = next((letter for letter in value if ord(letter) > 255), None)
    if other is not None:
        return f"header {name}: {other!r} is not of Latin-1 and cannot be sent; write it percent-encoded (| urlencode)"
    return None
