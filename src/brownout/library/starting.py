"""What an app profile says of starting and finding the application: placeholders, ports, addresses. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from urllib.parse import urlsplit

from brownout.config.placeholders import UnknownPlaceholder, names_in, substitute
from brownout.config.yamltree import Path
from brownout.load.destinations import flaw_of_path, is_this_machine, origin_written_in
from brownout.profile import Journey, Profile, Start
from brownout.services import catalogue_of

OWN = ("port", "python", "scratch", "proxy_url", "ca")
"""The names that stand for something in every profile; each platform adds one of its own."""
_BASE_URL = "_base_url"
_VARIABLE = re.compile(r"[^=\s\x00]+")
_PRINTED = re.compile(r"[!-~]+")


def texts(profile: Profile) -> Iterator[tuple[Path, str]]:
    """The texts in which ``{names}`` are replaced, and where they stand."""
    if profile.url is not None:
        yield ("url",), profile.url
    start = profile.start
    if start is None:
        return
    if isinstance(start.command, str):
        yield ("start", "command"), start.command
    else:
        yield from ((("start", "command", number), part) for number, part in enumerate(start.command))
    yield from ((("start", "env", name), value) for name, value in start.env.items())
    yield ("start", "ready"), start.ready


def misspelt(profile: Profile) -> Iterator[tuple[Path, str]]:
    """Placeholders that stand for nothing and are nearly one that does, and where they are.

    What may be the base URL of a platform that only the scenario declares is left to those who know the scenario.
    """
    known = names(profile)
    for place, text in texts(profile):
        maybe = {name for name in names_in(text) if name.endswith(_BASE_URL)}
        try:
            substitute(text, dict.fromkeys({*known, *maybe}, ""))
        except UnknownPlaceholder as error:
            yield place, str(error)


def unusable(profile: Profile) -> Iterator[tuple[Path, str]]:
    """What no application can be started with, or found at, and where it is."""
    yield from _unusable_urls(profile)
    if profile.start is None:
        return
    yield from _unusable_command(profile.start)
    for name, value in profile.start.env.items():
        if not _VARIABLE.fullmatch(name):
            yield ("start", "env", name), f"{name[:40]!r} is no name of a variable; allowed: all but '=' and blanks"
        elif "\0" in value:
            yield ("start", "env", name), f"env: {name} holds a NUL character, which no environment can hold"
    flaw = _flaw_of_ready(profile.start.ready)
    if flaw is not None:
        yield ("start", "ready"), flaw


def _unusable_command(start: Start) -> Iterator[tuple[Path, str]]:
    place = ("start", "command")
    try:
        words = shlex.split(start.command) if isinstance(start.command, str) else list(start.command)
    except ValueError as error:
        yield place, f"command cannot be read as a shell reads it: {str(error).lower()}"
        return
    if not words or not words[0].strip():
        yield place, "command is empty; write the program and its arguments: python app.py --port {port}"
    elif any("\0" in word for word in words):
        yield place, "command holds a NUL character, which no program can be given"


def _unusable_urls(profile: Profile) -> Iterator[tuple[Path, str]]:
    if profile.url is not None:
        flaw = flaw_of_url(profile.url)
        if flaw is not None:
            yield ("url",), flaw
    for name, receiver in profile.webhooks.items():
        flaw = flaw_of_url(receiver.url) if "://" in receiver.url else flaw_of_path(receiver.url)
        if flaw is not None:
            yield ("webhooks", name, "url"), flaw


def _flaw_of_ready(ready: str) -> str | None:
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", ready)
    if scheme:
        return flaw_of_url(ready)
    left = next((name for name in names_in(ready) if name not in OWN), None)
    return f"{ready[:80]!r} holds {{{left}}}, which stands for nothing" if left else flaw_of_path(ready)


def flaw_of_url(text: str) -> str | None:
    """Why a URL, with ``{names}`` in it perhaps, leads to no application; None where it may."""
    url = substitute(text, {"port": "1"}) if "{port}" in text else text
    left = next(names_in(url), None)
    if left is not None and not left.endswith(_BASE_URL) and left not in OWN:
        return f"{text[:80]!r} holds {{{left}}}, which stands for nothing; known here: {{port}}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"{text[:80]!r} is no URL: {error}; write it as http://127.0.0.1:{{port}}"
    if parts.scheme not in ("http", "https") or not parts.hostname or not _PRINTED.fullmatch(url):
        return f"{text[:80]!r} is no URL of an application; write it as http://127.0.0.1:{{port}}"
    return f"{text[:80]!r}: there is no port 0; write {{port}} for a free one" if port == 0 else None


def leading_away(profile: Profile) -> Iterator[tuple[Path, str]]:
    """Steps and looks that name another machine than the application's: users would load what is not under test."""
    own = _host(profile.url or "")
    for name, journey in profile.journeys.items():
        for place, text in addresses(journey):
            written = origin_written_in(text)
            if written is not None and not _is_near(written) and not (own and _host(written) == own):
                why = (
                    "is not the application's address nor one of this machine, and a load never leaves it; write a path"
                )
                yield ("journeys", name, *place), f"{text[:80]} {why}"


def _is_near(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.port != 0 and is_this_machine(parts)
    except ValueError:
        return False


def addresses(journey: Journey) -> Iterator[tuple[Path, str]]:
    """Where a journey goes: paths, or whole URLs."""
    for number, step in enumerate(journey.steps):
        for verb in ("get", "post", "put", "delete"):
            if getattr(step, verb) is not None:
                yield ("steps", number, verb), getattr(step, verb)
        for kind in ("websocket", "socketio"):
            if getattr(step, kind) is not None:
                yield ("steps", number, kind, "connect"), getattr(step, kind).connect
    for key in ("history", "export", "effects"):
        if getattr(journey, key) is not None:
            yield (key, "get"), getattr(journey, key).get


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "") if "://" in url else ""
    except ValueError:
        return ""


def names(profile: Profile) -> tuple[str, ...]:
    """The placeholders that this profile may use, whatever the scenario."""
    return (*OWN, *(provider.placeholder for provider in catalogue_of(profile.platforms).providers))


def is_told_its_port(profile: Profile) -> bool:
    """Whether an application that the drill starts on any free port can know which; or need not."""
    if profile.start is None or "{port}" not in (profile.url or "{port}"):
        return True
    telling = (text for place, text in texts(profile) if place[:2] in (("start", "command"), ("start", "env")))
    return any("{port}" in text for text in telling)


def fixed_port(profile: Profile) -> int | None:
    """The port that the profile fixes for an application which the drill starts; None where any will do."""
    if profile.start is None or "{port}" in (profile.url or "{port}"):
        return None
    try:
        return urlsplit(profile.url or "").port
    except ValueError:
        return None


def is_elsewhere(url: str) -> bool:
    """Whether a URL leads beyond this machine. What is filled in later, and a path, do not."""
    if "{" in url or not url.startswith(("http://", "https://")):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and not is_this_machine(parts)
