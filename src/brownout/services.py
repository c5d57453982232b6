"""Which part of which platform a request is for, by host, method and path: a catalogue of platforms, as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from brownout.config.spelling import hint, nearest
from brownout.platforms import COMPATIBLE, PLATFORMS, Provider, Service, compatible

PROVIDERS: tuple[Provider, ...] = tuple(
    sorted(
        (*PLATFORMS.values(), *(compatible(name, url) for name, url in COMPATIBLE.items())),
        key=lambda provider: provider.name,
    )
)
"""The platforms that are known without being told."""
CONNECTION = "connection"
"""The part of every platform that stands for new connections to it: no request is ever for it."""
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ADDRESS = re.compile(r"(.*\.)?(\d+|0[xX][0-9a-fA-F]*)|.*:.*")  # of IP, in any way that a client takes for one
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


class UnfitPlatform(ValueError):
    """A platform that cannot be declared: its ``name``, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Platforms, and all that is asked about them. It never changes."""

    by_name: Mapping[str, Provider]

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """All platforms, in the order of their names."""
        return tuple(self.by_name[name] for name in sorted(self.by_name))

    @cached_property
    def service_names(self) -> tuple[str, ...]:
        """Every service of every platform, in order."""
        return tuple(sorted({name for provider in self.providers for name in self._names(provider)}))

    @cached_property
    def provider_of_host(self) -> Callable[[str], Provider | None]:
        """Gives the platform that owns a host name (port and case ignored), or None: not an AI host."""
        return lru_cache(maxsize=1024)(self._owner)

    def _owner(self, host: str) -> Provider | None:
        name = host.partition(":")[0].lower().rstrip(".")
        return next(
            (provider for provider in self.providers if any(fnmatchcase(name, glob) for glob in provider.hosts)), None
        )

    def provider_of_path(self, path: str) -> tuple[Provider, str] | None:
        """The platform whose prefix a base-URL client used, and the platform's own path."""
        provider = self.by_name.get(path[1:].partition("/")[0])
        if provider is None or not (path == provider.prefix or path.startswith(f"{provider.prefix}/")):
            return None
        return provider, path[len(provider.prefix) :] or "/"

    def family_path(self, provider: str, path: str) -> str | None:
        """The path with ``/v1`` in the place of the platform's own beginning; None where it lies outside of that."""
        known = self.by_name.get(provider)
        if known is None or (known.base == "/v1" and not known.also):
            return path
        for beginning in (re.escape(known.base), *known.also):
            if match := re.match(rf"{beginning}(?=/|$)", path):
                return f"/v1{path[match.end() :]}"
        return None

    def declared_path(self, provider: str, path: str) -> str:
        """``family_path`` of a platform that is not built in, for ``Request``; empty for all else."""
        return "" if provider in BUILT_IN.by_name else self.family_path(provider, path) or ""

    @cached_property
    def service_of(self) -> Callable[[str, str, str], str]:
        """Gives the service of a provider's name, a method and a path; ``PROVIDER.other`` for what has no name.

        Raises KeyError for a provider that is not there.
        """
        return lru_cache(maxsize=4096)(self._service)

    def _service(self, provider: str, method: str, path: str) -> str:
        bare = self.family_path(provider, path.rstrip("/") or "/")
        if bare is not None:
            for part, service in self._services(self.by_name[provider]):
                if method.upper() in service.methods and service.pattern.fullmatch(bare):
                    return f"{provider}.{part}"
        return f"{provider}.other"

    @cached_property
    def services_matching(self) -> Callable[[str], tuple[str, ...]]:
        """Gives the services that a glob stands for. A status page is meant only where it is named, as in ``*.status``.

        It is served apart from the platform, so that it can tell of the platform's outages.
        """
        return lru_cache(maxsize=1024)(self._matching)

    def _matching(self, glob: str) -> tuple[str, ...]:
        named = glob.endswith("status")
        return tuple(
            name for name in self.service_names if fits(name, glob) and (named or not name.endswith(".status"))
        )

    def connections(self, on: str) -> frozenset[str]:
        """New connections to the platforms that a glob names a service of."""
        return frozenset(map(connection_of, self.services_matching(on)))

    @cached_property
    def covered(self) -> Callable[[str, str, bool, bool], frozenset[str]]:
        """Gives the services that both globs stand for, connections left out.

        The last two say whether those that take calls are meant, and those that are sent.
        """
        return lru_cache(maxsize=1024)(self._covered)

    def _covered(self, on: str, fitting: str, calls: bool, deliveries: bool) -> frozenset[str]:
        named = (name for name in self.services_matching(on) if fits(name, fitting) and name != connection_of(name))
        return frozenset(name for name in named if (deliveries if is_delivery(name) else calls))

    def known_glob(self, glob: str) -> str:
        """The glob itself, where it stands for a service. Raises ValueError with the services there are."""
        if self.services_matching(glob):
            return glob
        provider = glob.partition(".")[0]
        if provider in self.by_name:
            allowed = sorted(self._names(self.by_name[provider]))
            raise ValueError(f"{glob!r} names no service{hint(glob, allowed)}, or the glob {provider}.*")
        guess = nearest(glob, self.service_names)
        near = f"; did you mean {guess!r}?" if guess else ";"
        allowed = [f"{name}.*" for name in sorted(self.by_name)]
        raise ValueError(f"{glob!r} names no service{near} allowed: {', '.join(allowed)}, or one service of these")

    def declaration(self, host: str) -> str | None:
        """A declared platform's name and base URL, in a line that ``declared_in`` reads; None for any other host."""
        provider = self.provider_of_host(host)
        if provider is None or provider.name in BUILT_IN.by_name:
            return None
        return f"{provider.name} https://{provider.main_host}{provider.base}"

    def _services(self, provider: Provider) -> Iterator[tuple[str, Service]]:
        """The part's name with each service: its own, then what it has of the family it speaks like."""
        for service in provider.services:
            yield service.name.partition(".")[2], service
        if provider.speaks:
            for service in self.by_name[provider.speaks].services:
                part = service.name.partition(".")[2]
                if not service.own and (not provider.parts or part in provider.parts):
                    yield part, service

    def _names(self, provider: Provider) -> set[str]:
        parts = (part for part, _ in self._services(provider))
        return {f"{provider.name}.{part}" for part in (*parts, CONNECTION, "other")}


BUILT_IN = Catalogue({provider.name: provider for provider in PROVIDERS})
"""The platforms that are known without being told."""
SERVICE_NAMES: tuple[str, ...] = BUILT_IN.service_names
"""The services of the platforms that are built in."""
SERVICES: tuple[Service, ...] = tuple(service for provider in PROVIDERS for service in provider.services)
DELIVERIES: frozenset[str] = frozenset(service.name for service in SERVICES if service.delivery)
"""The services that are what a platform sends to the application: no request to the platform is for one of them."""
HOST_HEADER = "x-brownout-host"
"""Set by the edge for the stand-in: the platform's own host."""
ASKED_HOST_HEADER = "x-brownout-asked-host"
"""Set by the edge: the host that the caller wrote, which is the edge's own where it has a base URL."""
DECLARED_HEADER = "x-brownout-platform"
"""Set by the edge for a platform that is not built in: what ``declared_in`` reads."""


def catalogue_of(platforms: Mapping[str, str]) -> Catalogue:
    """What is built in, and these: platforms that speak OpenAI's grammar, by name and their clients' base URL.

    Raises UnfitPlatform.
    """
    return _catalogue(tuple(platforms.items())) if platforms else BUILT_IN


def declared_in(declaration: str) -> Catalogue:
    """What is built in, and what ``Catalogue.declaration`` said in another process. Raises UnfitPlatform."""
    name, _, base_url = declaration.partition(" ")
    return catalogue_of({name: base_url})


@lru_cache(maxsize=64)
def _catalogue(platforms: tuple[tuple[str, str], ...]) -> Catalogue:
    made: dict[str, Provider] = {}
    for name, base_url in platforms:
        try:
            provider = _declarable(name, base_url)
        except ValueError as error:
            raise UnfitPlatform(name, str(error)) from None
        twin = next((other.name for other in made.values() if other.hosts == provider.hosts), None)
        if twin is not None:
            raise UnfitPlatform(name, f"{provider.hosts[0]} is the host of {twin!r} already; one host is one platform")
        if name not in BUILT_IN.by_name:
            made[name] = provider
    return Catalogue({**BUILT_IN.by_name, **made}) if made else BUILT_IN


def _declarable(name: str, base_url: str) -> Provider:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a platform; allowed: lower-case letters, digits and '-'")
    if name in COMPATIBLE and COMPATIBLE[name].rstrip("/") == base_url.rstrip("/"):
        return BUILT_IN.by_name[name]
    if name in BUILT_IN.by_name:
        where = f" as {COMPATIBLE[name]}" if name in COMPATIBLE else ""
        raise ValueError(f"{name!r} is built in{where}; choose another name for {base_url}")
    provider = compatible(name, base_url)
    host = provider.hosts[0]
    bare = host.rstrip(".")
    if bare == "localhost" or bare.endswith(".localhost") or _ADDRESS.fullmatch(bare):
        raise ValueError(
            f"{host!r} is this machine or a bare address; write a host name, such as https://{name}.test/v1"
        )
    if not _HOST.fullmatch(host):
        raise ValueError(
            f"{host[:80]!r} is no host name: letters, digits and hyphens, with dots between and none behind"
        )
    owner = BUILT_IN.provider_of_host(host)
    if owner is not None:
        raise ValueError(f"{host} belongs to {owner.name!r}, which is built in; take this line out")
    return provider


def speaks(provider: str) -> str:
    """The provider whose grammar a provider speaks: itself, for most. One that is not built in speaks OpenAI's."""
    known = BUILT_IN.by_name.get(provider)
    return "openai" if known is None else known.speaks or known.name


def connection_of(service: str) -> str:
    """``openai.connection``: new connections to the platform of a service, or to a platform by its name."""
    return f"{service.partition('.')[0]}.{CONNECTION}"


def is_delivery(service: str) -> bool:
    """Whether a service is what a platform sends to the application: ``whatsapp.webhooks``, ``openai.mcp``."""
    return service in DELIVERIES


def fits(name: str, globs: str) -> bool:
    """Whether one of the globs, with | between them, stands for this service."""
    return any(fnmatchcase(name, glob) for glob in globs.split("|"))
