"""Which part of which platform a request is for, by host, method and path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from brownout.spelling import hint


@dataclass(frozen=True)
class Provider:
    """A platform: its hosts, and the path prefix under which a base-URL client finds it here."""

    name: str
    hosts: tuple[str, ...]
    prefix: str


@dataclass(frozen=True)
class Service:
    """A named part of a platform. ``pattern`` matches the whole path."""

    name: str
    methods: tuple[str, ...]
    pattern: re.Pattern[str]

    @property
    def provider(self) -> str:
        """``openai`` of ``openai.chat``."""
        return self.name.partition(".")[0]


PROVIDERS = (
    Provider("anthropic", ("api.anthropic.com",), "/anthropic"),
    Provider("openai", ("api.openai.com", "*.api.openai.com"), "/openai"),
)

_ANY = ("GET", "POST", "DELETE", "PATCH", "PUT")


def _service(name: str, methods: tuple[str, ...], pattern: str) -> Service:
    return Service(name, methods, re.compile(pattern))


# First match wins. Paths: https://platform.openai.com/docs/api-reference and https://docs.claude.com/en/api
SERVICES = (
    _service("anthropic.count_tokens", ("POST",), r"/v1/messages/count_tokens"),
    _service("anthropic.messages", ("POST",), r"/v1/messages"),
    _service("anthropic.models", ("GET",), r"/v1/models(/[^/]+)?"),
    _service("openai.chat", ("POST",), r"/v1/chat/completions"),
    _service("openai.conversations", _ANY, r"/v1/conversations(/.*)?"),
    _service("openai.embeddings", ("POST",), r"/v1/embeddings"),
    _service("openai.images", ("POST",), r"/v1/images/(generations|edits|variations)"),
    _service("openai.models", ("GET", "DELETE"), r"/v1/models(/.+)?"),
    _service("openai.responses", _ANY, r"/v1/responses(/.*)?"),
)
SERVICE_NAMES = tuple(sorted({*(service.name for service in SERVICES), *(f"{p.name}.other" for p in PROVIDERS)}))


def provider_of_host(host: str) -> Provider | None:
    """The platform that owns a host name (port and case ignored), or None: not an AI host."""
    name = host.partition(":")[0].lower().rstrip(".")
    return next((p for p in PROVIDERS if any(fnmatchcase(name, pattern) for pattern in p.hosts)), None)


def provider_of_path(path: str) -> tuple[Provider, str] | None:
    """The platform whose prefix a base-URL client used, and the platform's own path."""
    for provider in PROVIDERS:
        if path == provider.prefix or path.startswith(f"{provider.prefix}/"):
            return provider, path[len(provider.prefix) :] or "/"
    return None


@lru_cache(maxsize=4096)
def service_of(provider: str, method: str, path: str) -> str:
    """The service's name; ``PROVIDER.other`` for what has no name of its own."""
    bare = path.rstrip("/") or "/"
    for service in SERVICES:
        if service.provider == provider and method.upper() in service.methods and service.pattern.fullmatch(bare):
            return service.name
    return f"{provider}.other"


def services_matching(glob: str) -> tuple[str, ...]:
    """The services a rule's ``on`` stands for."""
    return tuple(name for name in SERVICE_NAMES if fnmatchcase(name, glob))


def known_glob(glob: str) -> str:
    """The glob itself, where it stands for a service. Raises ValueError with the services there are."""
    if not services_matching(glob):
        raise ValueError(f"{glob!r} names no service{hint(glob, SERVICE_NAMES)}, or a glob such as openai.*")
    return glob
