"""Which part of which platform a request is for, by host, method and path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

from brownout.platforms import COMPATIBLE, PLATFORMS, Provider, Service, compatible
from brownout.spelling import hint, nearest

PROVIDERS: tuple[Provider, ...] = tuple(
    sorted(
        (*PLATFORMS.values(), *(compatible(name, url) for name, url in COMPATIBLE.items())), key=lambda one: one.name
    )
)
"""The platforms that are known without being told."""
CONNECTION = "connection"
"""The part of every platform that stands for new connections to it: no request is ever for it."""
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ADDRESS = re.compile(r"[\d.]+|.*:.*")  # of IP, version 4 or 6
_BUILT_IN: dict[str, Provider] = {provider.name: provider for provider in PROVIDERS}
_known: dict[str, Provider] = dict(_BUILT_IN)


class UnfitPlatform(ValueError):
    """A platform that cannot be declared: its ``name``, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


def providers() -> tuple[Provider, ...]:
    """All platforms: those that are built in, and those declared since, by name."""
    return tuple(_known[name] for name in sorted(_known))


def declare(platforms: Mapping[str, str]) -> None:
    """Make platforms known that speak OpenAI's grammar, by name and the base URL that their clients use.

    One that was declared before gives way where name or host are the same. Raises UnfitPlatform.
    """
    made: dict[str, Provider] = {}
    for name, base_url in platforms.items():
        try:
            provider = _declarable(name, base_url)
        except ValueError as error:
            raise UnfitPlatform(name, str(error)) from None
        twin = next((one.name for one in made.values() if one.hosts == provider.hosts), None)
        if twin is not None:
            raise UnfitPlatform(name, f"{provider.hosts[0]} is the host of {twin!r} already; one host is one platform")
        if name not in _BUILT_IN:
            made[name] = provider
    taken = {host for provider in made.values() for host in provider.hosts}
    kept = {name: one for name, one in _known.items() if name in _BUILT_IN or not taken & set(one.hosts)}
    _replace({**kept, **made})


def declared(host: str) -> str | None:
    """A declared platform's name and base URL, in a line that ``learn`` reads; None for a host of any other."""
    provider = provider_of_host(host)
    if provider is None or provider.name in _BUILT_IN:
        return None
    return f"{provider.name} https://{provider.main_host}{provider.base}"


def learn(declaration: str) -> None:
    """Make known what ``declared`` said in another process. Raises UnfitPlatform."""
    name, _, base_url = declaration.partition(" ")
    declare({name: base_url})


def declare_only(platforms: Mapping[str, str]) -> None:
    """Declare these, and forget those that were declared before. Raises UnfitPlatform."""
    _replace(dict(_BUILT_IN))
    declare(platforms)


def _replace(known: dict[str, Provider]) -> None:
    if known == _known:
        return
    _known.clear()
    _known.update(known)
    for cached in (provider_of_host, service_of, services_matching):
        cached.cache_clear()


def _declarable(name: str, base_url: str) -> Provider:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a platform; allowed: lower-case letters, digits and '-'")
    if COMPATIBLE.get(name, "").rstrip("/") == base_url.rstrip("/"):
        return _BUILT_IN[name]
    if name in _BUILT_IN:
        where = f" as {COMPATIBLE[name]}" if name in COMPATIBLE else ""
        raise ValueError(f"{name!r} is built in{where}; choose another name for {base_url}")
    provider = compatible(name, base_url)
    host = provider.hosts[0]
    if host == "localhost" or _ADDRESS.fullmatch(host):
        raise ValueError(
            f"{host!r} is this machine or a bare address; write a host name, such as https://{name}.test/v1"
        )
    for owner in PROVIDERS:
        if any(fnmatchcase(host, pattern) for pattern in owner.hosts):
            raise ValueError(f"{host} belongs to {owner.name!r}, which is built in; take this line out")
    return provider


def _family(provider: Provider) -> Provider:
    return _known[provider.speaks] if provider.speaks else provider


def speaks(provider: str) -> str:
    """The provider whose grammar a provider speaks: itself, for most. Raises KeyError for one that is not known."""
    return _family(_known[provider]).name


def _services(provider: Provider) -> Iterator[tuple[str, Service]]:
    """The part's name with each service: its own, then what it has of the family it speaks like."""
    for service in provider.services:
        yield service.name.partition(".")[2], service
    if provider.speaks:
        for service in _known[provider.speaks].services:
            part = service.name.partition(".")[2]
            if not service.own and (not provider.parts or part in provider.parts):
                yield part, service


def _names(provider: Provider) -> set[str]:
    return {f"{provider.name}.{part}" for part in (*(part for part, _ in _services(provider)), CONNECTION, "other")}


def service_names() -> tuple[str, ...]:
    """Every service of every known platform, in order."""
    return tuple(sorted({name for provider in _known.values() for name in _names(provider)}))


SERVICE_NAMES: tuple[str, ...] = service_names()
"""The services of the platforms that are built in."""
SERVICES: tuple[Service, ...] = tuple(service for provider in PROVIDERS for service in provider.services)
DELIVERIES: frozenset[str] = frozenset(service.name for service in SERVICES if service.delivery)
"""The services that are what a platform sends to the application: no request to the platform is for one of them."""


@lru_cache(maxsize=1024)
def provider_of_host(host: str) -> Provider | None:
    """The platform that owns a host name (port and case ignored), or None: not an AI host."""
    name = host.partition(":")[0].lower().rstrip(".")
    return next((p for p in _known.values() if any(fnmatchcase(name, pattern) for pattern in p.hosts)), None)


def provider_of_path(path: str) -> tuple[Provider, str] | None:
    """The platform whose prefix a base-URL client used, and the platform's own path."""
    provider = _known.get(path[1:].partition("/")[0])
    if provider is None or not (path == provider.prefix or path.startswith(f"{provider.prefix}/")):
        return None
    return provider, path[len(provider.prefix) :] or "/"


def family_path(provider: str, path: str) -> str | None:
    """The path with ``/v1`` in the place of the platform's own beginning; None where it lies outside of that."""
    known = _known.get(provider)
    if known is None or (known.base == "/v1" and not known.also):
        return path
    for beginning in (re.escape(known.base), *known.also):
        if match := re.match(rf"{beginning}(?=/|$)", path):
            return f"/v1{path[match.end() :]}"
    return None


@lru_cache(maxsize=4096)
def service_of(provider: str, method: str, path: str) -> str:
    """The service's name; ``PROVIDER.other`` for what has no name of its own."""
    bare = family_path(provider, path.rstrip("/") or "/")
    if bare is not None:
        for part, service in _services(_known[provider]):
            if method.upper() in service.methods and service.pattern.fullmatch(bare):
                return f"{provider}.{part}"
    return f"{provider}.other"


def connection_of(service: str) -> str:
    """``openai.connection``: new connections to the platform of a service, or to a platform by its name."""
    return f"{service.partition('.')[0]}.{CONNECTION}"


def is_delivery(service: str) -> bool:
    """Whether a service is what a platform sends to the application: ``whatsapp.webhooks``, ``openai.mcp``."""
    return service in DELIVERIES


@lru_cache(maxsize=1024)
def services_matching(glob: str) -> tuple[str, ...]:
    """The services that a glob stands for. A status page is meant only where it is named, as in ``*.status``.

    It is served apart from the platform, so that it can tell of the platform's outages.
    """
    named = glob.endswith("status")
    return tuple(name for name in service_names() if fits(name, glob) and (named or not name.endswith(".status")))


def fits(name: str, globs: str) -> bool:
    """Whether one of the globs, with | between them, stands for this service."""
    return any(fnmatchcase(name, glob) for glob in globs.split("|"))


def connections(on: str) -> frozenset[str]:
    """New connections to the platforms that a glob names a service of."""
    return frozenset(map(connection_of, services_matching(on)))


def covered(on: str, fitting: str, calls: bool, deliveries: bool) -> frozenset[str]:
    """The services that both globs stand for, but for connections: those that take calls, those that are sent."""
    named = (name for name in services_matching(on) if fits(name, fitting) and name != connection_of(name))
    return frozenset(name for name in named if (deliveries if is_delivery(name) else calls))


def known_glob(glob: str) -> str:
    """The glob itself, where it stands for a service. Raises ValueError with the services there are."""
    if services_matching(glob):
        return glob
    provider = glob.partition(".")[0]
    if provider in _known:
        allowed = sorted(_names(_known[provider]))
        raise ValueError(f"{glob!r} names no service{hint(glob, allowed)}, or the glob {provider}.*")
    guess = nearest(glob, service_names())
    near = f"; did you mean {guess!r}?" if guess else ";"
    allowed = [f"{name}.*" for name in sorted(_known)]
    raise ValueError(f"{glob!r} names no service{near} allowed: {', '.join(allowed)}, or one service of these")
