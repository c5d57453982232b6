"""``brownout report --to``: one message about a drill, to a webhook, whose URL is a secret and never printed whole."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import typer

from brownout.commands import output
from brownout.config.spelling import nearest
from brownout.errors import HarnessError
from brownout.report import MESSAGES
from brownout.verdict import ExitCode

if TYPE_CHECKING:  # the help must not wait for these
    from aiohttp import ClientResponse

    from brownout.result import Result

_PATIENCE: Final = 10.0
"""Seconds for all of it: finding the host, connecting, sending, and reading what comes back."""
_SHOWN: Final = 200
"""Characters of an answer that are told; as many bytes are read as these can have."""
_TELLING: Final = 6
"""Characters of a part of the URL that are kept from view; shorter ones are words such as ``hooks``."""
_LONGEST: Final = 2_000
"""Characters of a URL, which is as much as every chat takes."""
_FROM_ENVIRONMENT: Final = "env:"
_HINT: Final = "--to"


class NotPosted(Exception):
    """A message did not arrive; its text says why, and holds no part of the URL but the host."""


@dataclass(frozen=True, repr=False)
class Webhook:
    """Where to, and in whose words."""

    kind: str
    url: str

    @property
    def shown(self) -> str:
        """As much of the URL as anybody may read."""
        return f"{urlsplit(self.url).netloc.rpartition('@')[2]}/…"


def webhook(kind: str, place: str, environ: Mapping[str, str] = os.environ) -> Webhook:
    """What ``--to`` means: a URL, or ``env:NAME`` for the one in that variable. Raises BadParameter; repeats no URL."""
    if kind not in MESSAGES:
        guess = nearest(kind, MESSAGES)
        meant = f"; did you mean {guess!r}?" if guess else ";"
        raise typer.BadParameter(
            f"the first word must be the kind of webhook{meant} allowed: {', '.join(MESSAGES)}", param_hint=_HINT
        )
    url = place
    if place.startswith(_FROM_ENVIRONMENT):
        name = place.removeprefix(_FROM_ENVIRONMENT)
        url = environ.get(name, "").strip()
        if not url:
            raise typer.BadParameter(f"the variable {name} is not set, or empty", param_hint=_HINT)
    _require_url(url, "the webhook", _HINT)
    return Webhook(kind, url)


def require_link(link: str) -> None:
    """Raises BadParameter for a link that nobody could follow."""
    _require_url(link, "the link", "--link")


def _require_url(url: str, what: str, option: str) -> None:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or not url.isprintable() or " " in url or len(url) > _LONGEST:
        allowed = f"it must begin with https:// or http://, and have no spaces and at most {_LONGEST:,} characters"
        raise typer.BadParameter(f"{what} is no URL; {allowed}", param_hint=option)


def send(result: Result, target: Webhook, link: str) -> int:
    """Post the message, and say so. Returns the drill's code; 4 where it is 0 and the message did not arrive."""
    from brownout import find_engine

    try:
        find_engine.require(sys.argv[1:])
        asyncio.run(_post(target, MESSAGES[target.kind](result, link)))
    except (NotPosted, HarnessError) as error:
        output.complain(
            f"brownout: no message for {target.kind} at {target.shown}: {error}. The drill itself is {result.status}."
        )
        return result.exit_code or ExitCode.HARNESS
    output.say(f"{result.status}  posted to {target.kind} at {target.shown}")
    return result.exit_code


async def _post(target: Webhook, payload: dict[str, Any]) -> None:
    """One attempt, no redirect: what moved would be another secret. Raises NotPosted."""
    import aiohttp

    patience = aiohttp.ClientTimeout(total=_PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience, trust_env=True) as session,
            session.post(target.url, json=payload, allow_redirects=False) as response,
        ):
            if not 200 <= response.status < 300:
                raise NotPosted(f"HTTP {response.status}{await _answer(response, target)}")
    except TimeoutError:
        raise NotPosted(f"no answer within {_PATIENCE:g} seconds") from None
    except aiohttp.ClientConnectorError as error:
        raise NotPosted(f"no connection: {error.strerror or type(error.os_error).__name__}") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotPosted(type(error).__name__) from None  # its own text may hold the URL


async def _answer(response: ClientResponse, target: Webhook) -> str:
    """What came with a refusal, as far as it may be shown."""
    from brownout.report.words import one_line

    text = (await response.content.read(4 * _SHOWN)).decode("utf-8", "replace")
    parts = urlsplit(target.url)
    for secret in (target.url, parts.path, parts.query, *parts.path.split("/")):
        text = text.replace(secret, "…") if len(secret) >= _TELLING else text
    line = one_line(text)
    return f": {line[:_SHOWN]}" if line else ""
