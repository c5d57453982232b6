"""What an app profile says of starting and finding the application: placeholders, ports, addresses. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from brownout.config.placeholders import UnknownPlaceholder, names_in, substitute
from brownout.config.yamltree import Path
from brownout.profile import Profile
from brownout.services import catalogue_of

OWN = ("port", "python", "scratch", "proxy_url", "ca")
"""The names that stand for something in every profile; each platform adds one of its own."""
_BASE_URL = "_base_url"


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
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    own = host in ("localhost", "::1", "0.0.0.0", "") or host.startswith("127.") or host.endswith(".localhost")
    return not own
