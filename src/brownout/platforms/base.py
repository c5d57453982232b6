"""What a platform is: its hosts, where base-URL clients find it here, and the named parts of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

_AMBIGUOUS = re.compile(r"//|\\|(?:^|/)\.\.?(?:/|$)|[\x00-\x1f\x7f;]|^[^/]")
"""What servers disagree on: empty and dotted segments, backslashes, control characters, parameters of segments."""
ANY = ("GET", "POST", "DELETE", "PATCH", "PUT")


@dataclass(frozen=True)
class Service:
    """A named part of a platform: ``openai.chat``. ``pattern`` matches the whole path, without a slash at its end.

    ``own``: platforms that speak alike do not have it. ``delivery``: it is what the platform sends to the application;
    no request to the platform is one.
    """

    name: str
    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    own: bool = False
    delivery: bool = False


@dataclass(frozen=True)
class Provider:
    """A platform.

    ``hosts`` may hold globs; ``host`` is what a base-URL client is taken to have called (the first of ``hosts`` unless
    given). ``prefix`` is the path under which a base-URL client finds it here. ``variables`` are the environment
    variables that hold its base URL, each with what its readers expect behind the prefix. First match wins among
    ``services``. With ``speaks``, the name of another provider, it has that one's services and grammar besides its own:
    all of them, or only ``parts``. ``base`` is what its paths have in the place of ``/v1``, which is what the patterns
    of services say; ``also`` are more such beginnings, as regular expressions. ``shared`` are hosts that carry more
    than the platform, each with what the whole of a path is that may be the platform's, in lower case.
    """

    name: str
    hosts: tuple[str, ...]
    prefix: str
    services: tuple[Service, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    host: str = ""
    speaks: str = ""
    base: str = "/v1"
    also: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    shared: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    @property
    def main_host(self) -> str:
        """The host that a base-URL client is taken to have called: one of ``hosts`` without a glob."""
        return self.host or self.hosts[0]

    @property
    def base_path(self) -> str:
        """The path on the proxy that a base-URL client is given, as its first variable has it: ``/openai/v1``."""
        return self.prefix + next(iter(self.variables.values()), "")

    def owns(self, host: str, path: str) -> bool:
        """Whether a path (without its query) on one of its hosts may be the platform's. In doubt it is.

        A path is taken as the most generous of servers would: decoded, and in any case; one that can be read in more
        than one way is the platform's.
        """
        pattern = self.shared.get(host.lower().rstrip("."))
        if pattern is None:
            return True
        plain, before = path, ""
        while plain != before:
            plain, before = unquote(plain), plain
        if _AMBIGUOUS.search(plain):
            return True
        return pattern.fullmatch(plain.lower()) is not None

    @property
    def placeholder(self) -> str:
        """What an app profile calls its base URL, in braces: ``openai_base_url``."""
        return f"{self.name.replace('-', '_')}_base_url"


def service(name: str, methods: tuple[str, ...], pattern: str, own: bool = False) -> Service:
    """A service by the regular expression of its paths; ``own`` as in ``Service``."""
    return Service(name, methods, re.compile(pattern), own)


def delivery_service(name: str) -> Service:
    """``openai.webhooks``: something that the platform sends to the application."""
    return Service(name, (), re.compile(r"(?!)"), own=True, delivery=True)


def status_service(provider: str) -> Service:
    """``openai.status``: a status page as Statuspage serves it to programs (https://www.atlassian.com/software/statuspage)."""
    return Service(f"{provider}.status", ("GET",), re.compile(r"/api/v2/.+"), own=True)
