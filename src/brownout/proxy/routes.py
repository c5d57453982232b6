"""Where a request that reached the proxy is meant to go: which platform, by which way of connecting."""

from __future__ import annotations

from dataclasses import dataclass

from mitmproxy import http

from brownout.deciding.carriers import BASE_URL, INTERCEPT
from brownout.exchange import Request
from brownout.platforms import Provider
from brownout.services import Catalogue
from brownout.terms import Via

HTTPS = 443


@dataclass(frozen=True)
class Route:
    """A platform, the platform's own path (with its query), and how the client connected."""

    provider: Provider
    target: str
    via: Via
    asked: str | None = None

    @property
    def host(self) -> str:
        """The host that the client asked for, which may be a regional one; by base URL, the platform's main host."""
        return self.asked or self.provider.main_host


def route_of(
    request: http.Request, addressed_to_us: bool, catalogue: Catalogue, name: str | None = None
) -> Route | None:
    """The route of a request; None when it is for no AI platform, or for somebody else on a host that one shares.

    ``addressed_to_us``: the client sent it to the proxy as to a web server (base URL), not through it. ``name``: whom
    it asked for when it began TLS, which counts more than the address that its tunnel leads to.
    """
    if is_of_others(request, addressed_to_us, catalogue, name):
        return None
    if addressed_to_us:
        by_path = catalogue.provider_of_path(request.path)
        if by_path is not None:
            return Route(by_path[0], by_path[1], BASE_URL)
        provider = catalogue.provider_of_host(request.host_header or "")
        return Route(provider, request.path, BASE_URL) if provider else None
    for host in (name, request.host):
        provider = catalogue.provider_of_host(host) if host else None
        if provider is not None:
            return Route(provider, request.path, INTERCEPT, host)
    return None


def is_of_others(request: http.Request, addressed_to_us: bool, catalogue: Catalogue, name: str | None) -> bool:
    """Whether a request is for somebody else on a host that a platform shares, and for nobody else in any reading.

    So: by HTTPS, in a tunnel to that host, by its name in TLS, and in the request, with a path that cannot be the
    platform's. Such a request would have gone to that host without brownout, and goes there with it.
    """
    provider = catalogue.provider_of_host(name) if name and not addressed_to_us else None
    if provider is None or name is None or request.scheme != "https" or request.port != HTTPS:
        return False
    asked = (request.host_header or request.host).lower().removesuffix(f":{HTTPS}")
    same = name.lower() == request.host.lower() == asked
    return same and not provider.owns(name, request.path.partition("?")[0])


def read_request(request: http.Request, route: Route, body: bytes, catalogue: Catalogue) -> Request:
    """The request in brownout's own terms."""
    path, _, query = route.target.partition("?")
    # mitmproxy's own mapping searches the list of headers for every name.
    fields = request.headers.fields
    headers = {name.decode("latin-1").lower(): value.decode("utf-8", "surrogateescape") for name, value in fields}
    family = catalogue.declared_path(route.provider.name, path)
    return Request(request.method, route.host, path, query, headers, body, family)


def not_let_through(host: str) -> http.Response:
    """What a client gets that wants to go where the profile lets nobody go."""
    text = f"brownout: {host} is no platform's, and the profile's tunnel: does not let through to it\n"
    return http.Response.make(403, text.encode(), {"content-type": "text/plain; charset=utf-8"})


def not_a_platform(catalogue: Catalogue) -> http.Response:
    """What a browser or a misdirected client gets from the base-URL side."""
    prefixes = ", ".join(provider.prefix for provider in catalogue.providers)
    text = f"brownout: no platform under this path. Base URLs end in one of: {prefixes} (then /v1 ... as usual)\n"
    return http.Response.make(404, text.encode(), {"content-type": "text/plain; charset=utf-8"})
