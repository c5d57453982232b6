"""The credentials that a call carries, so that they are known again elsewhere. Nothing here is ever written."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import parse_qsl

from brownout.bounded import Bounded
from brownout.calls.whose import ids_of
from brownout.exchange import Call
from brownout.keys_in_play import KeyNotes

CONSTANT = 20
"""So many calls in a row have the same value in a header of a company's own: a key, and no token of one user."""
_REMEMBERED = 4096
_PLACES = 256
_NAMES = re.compile(
    r"(?i)(?:^|[-_])(?:auth|authorization|credential|key|password|secret|sig|signature|token|assertion|apikey)$"
)
_NOT_NAMES = re.compile(r"(?i)idempotency|websocket|cache|page|continuation|next|public|max[-_]token")
_SURE = re.compile(
    r"(?i)(?:^key|auth|authorization|credential|password|secret|signature|(?:api|access|subscription)[-_]?key"
    r"|(?:access|amz-security)[-_]token|sec-websocket-protocol)$"
)
"""Names that say of themselves that they carry a credential for a platform; another token may be a user's."""
_SIGNED = re.compile(r"(?:Credential|Signature)=([^,/\s]+)")
_PROTOCOL = "openai-insecure-api-key."
"""How a browser says its key in ``Sec-WebSocket-Protocol``: https://platform.openai.com/docs/guides/realtime-websocket."""
_FOR_CLIENTS = ("ek_", "auth_tokens/")
"""Tokens that an application hands on to browsers on purpose: OpenAI's client secrets, Gemini's ephemeral tokens."""
_LOGIN = ("assertion", "client_assertion", "client_secret", "code", "refresh_token", "subject_token")
_LISTS = ("tools", "mcp_servers")
_MCP = ("authorization", "authorization_token")


class Credentials:
    """Notes the credentials of calls as they come by."""

    def __init__(self, notes: KeyNotes) -> None:
        self._notes = notes
        self._met: Bounded[tuple[str, str], bool] = Bounded(_REMEMBERED)
        self._same: Bounded[str, tuple[str, int]] = Bounded(_PLACES)  # header → its value, in so many calls in a row

    def meet(self, call: Call) -> None:
        """Note what a call carries, before anybody can answer it."""
        for name, value in call.request.headers.items():
            if not _carries(name):
                continue
            if (name, value) not in self._met:
                self._met.put((name, value), True)
                self._note(call, _of_header(name, value), sure=_is_sure(name))
            if not _is_sure(name):
                self._count(call, name, value)
        query = call.request.query
        if query and ("", query) not in self._met:
            self._met.put(("", query), True)
            for name, value in _of_query(query):
                self._note(call, (value,), sure=_is_sure(name))
        if call.part == "login":
            self._note(call, _of_login(call))
        if any(name in call.body for name in _LISTS):
            self._note(call, _of_mcp(call))

    def _count(self, call: Call, name: str, value: str) -> None:
        """A value that all calls share is the company's; once there are two, it may be each user's own."""
        place = f"{call.provider} {name}"
        shared, times = self._same.get(place) or (value, 0)
        times = times + 1 if shared == value and times >= 0 else -1
        self._same.put(place, (shared, times))
        if times == CONSTANT:
            self._note(call, _of_header(name, value))

    def _note(self, call: Call, values: Iterable[str], *, sure: bool = True) -> None:
        if call.provider == "directline" and call.part != "tokens":
            return  # a token for one conversation, which the application hands on to its user
        own: frozenset[str] | None = None
        for value in values:
            own = ids_of(call) if own is None else own
            if value not in own and value not in call.request.path and not value.startswith(_FOR_CLIENTS):
                self._notes.note(value, sure=sure)


@lru_cache(maxsize=256)
def _is_sure(name: str) -> bool:
    return bool(_SURE.search(name))


@lru_cache(maxsize=256)
def _carries(name: str) -> bool:
    """Whether a header, a parameter or a field of this name carries a credential."""
    if name in ("cookie", "sec-websocket-protocol"):
        return True
    return bool(_NAMES.search(name)) and not _NOT_NAMES.search(name)


def _of_header(name: str, value: str) -> Iterator[str]:
    if name == "cookie":
        yield from (part.partition("=")[2].strip(' "') for part in value.split(";"))
    elif name == "sec-websocket-protocol":
        parts = (part.strip() for part in value.split(","))
        yield from (part.removeprefix(_PROTOCOL) for part in parts if part.startswith(_PROTOCOL))
    elif value.startswith("AWS4-"):
        yield from _SIGNED.findall(value)
    else:
        scheme, _, rest = value.strip().rpartition(" ")
        yield rest
        if scheme.lower() == "basic":
            yield from _password(rest)


def _password(encoded: str) -> Iterator[str]:
    """The secret half of ``Basic``: https://www.rfc-editor.org/rfc/rfc7617."""
    try:
        yield base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return


def _of_query(query: str) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(query):
        if _carries(name):
            yield name, value.partition("/")[0] if name.lower() == "x-amz-credential" else value


def _of_login(call: Call) -> Iterator[str]:
    """What is traded in for tokens, be it in a form or in JSON."""
    given = call.body or dict(parse_qsl(call.request.body.decode("utf-8", "replace")))
    yield from (value for name in _LOGIN if isinstance(value := given.get(name), str))


def _of_mcp(call: Call) -> Iterator[str]:
    """What a platform is to show to the application's own tools."""
    lists = (call.body.get(name) for name in _LISTS)
    for server in (each for servers in lists if isinstance(servers, list) for each in servers):
        if isinstance(server, dict):
            headers = server.get("headers")
            pairs = headers.items() if isinstance(headers, dict) else ()
            values = [*(server.get(name) for name in _MCP), *(value for name, value in pairs if _carries(name))]
            yield from (value.rpartition(" ")[2] for value in values if isinstance(value, str))
