"""The platform sends the client somewhere else."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

from brownout.effects import Program
from brownout.faults.base import Fault, Strike, answer_with
from brownout.faults.making import page

_TITLES = {
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
}
_ALLOWED = "allowed: a path (/v2/chat), an https URL, or an http URL on this machine"


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _a_place(to: str | None) -> str | None:
    if to is None or (to.isascii() and to.isprintable() and to.startswith("/") and to[1:2] not in ("/", "\\")):
        return to
    parts = urlsplit(to)
    host = parts.hostname
    fine = (parts.scheme == "https" and bool(host)) or (parts.scheme == "http" and _is_here(host))
    if not (fine and to.isascii() and to.isprintable()):
        raise ValueError(f"to: {to!r} is no place for a redirect; {_ALLOWED}")
    return to


class Redirect(Fault):
    """The platform answers with a redirect, which some clients follow, with or without body and key."""

    status: Literal[301, 302, 303, 307, 308] = 307
    """HTTP status; after 301, 302 and 303 clients go on with GET and without a body."""
    to: Annotated[str | None, AfterValidator(_a_place)] = None
    """Where to: a path, or a URL. Without it, the same path with a slash at its end, or without one if it had it."""

    def program(self, strike: Strike) -> Program:
        """The redirect instead of an answer."""
        path = strike.call.request.path
        last = path.rstrip("/").rpartition("/")[2]
        # Relative to what the client called, so that it stays behind the prefix of a base URL.
        other = f"../{last}" if path.endswith("/") else f"./{last}/"
        query = f"?{strike.call.request.query}" if strike.call.request.query else ""
        return answer_with(page(self.status, _TITLES[self.status], ("location", self.to or f"{other}{query}")))
