"""Which platform a request that reached the stand-in is meant for. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from brownout.dialects.reading import key_of
from brownout.exchange import Request
from brownout.services import BUILT_IN, DECLARED_HEADER, HOST_HEADER, Catalogue, declared_in

_METHODS = ("GET", "POST", "DELETE", "PATCH", "PUT")


@dataclass(frozen=True)
class Arrived:
    """A request as its platform would see it."""

    provider: str
    service: str
    request: Request
    catalogue: Catalogue = BUILT_IN

    @property
    def other_method(self) -> bool:
        """Whether the path is known, but not with this method."""
        if not self.service.endswith(".other"):
            return False
        return any(
            self.catalogue.service_of(self.provider, method, self.request.path) != self.service for method in _METHODS
        )


def recognise(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, known: Catalogue = BUILT_IN
) -> Arrived | None:
    """The request in its platform's own terms, by ``x-brownout-host``, ``Host`` or base-URL prefix, in this order.

    Raises UnfitPlatform for a declaration that is none.
    """
    declaration = headers.get(DECLARED_HEADER)
    catalogue = declared_in(declaration) if declaration else known
    hosts = (headers.get(HOST_HEADER, ""), headers.get("host", ""))
    owner = next(((host, provider) for host in hosts if (provider := catalogue.provider_of_host(host))), None)
    if owner:
        host, provider = owner[0].partition(":")[0].lower(), owner[1]
    else:
        prefixed = catalogue.provider_of_path(path)
        if prefixed is None:
            return None
        provider, path = prefixed
        host = provider.main_host
    family = catalogue.declared_path(provider.name, path)
    request = Request(method, host, path, query, headers, body, family)
    return Arrived(provider.name, catalogue.service_of(provider.name, method, path), request, catalogue)


def has_key(request: Request) -> bool:
    """Whether the caller sent any API key at all; the stand-in takes every one."""
    return key_of(request.headers, request.query) is not None


def unreadable(request: Request, needs_body: bool) -> bool:
    """Whether the body should be a JSON object and is none; an empty one is none where a body is needed."""
    if request.method != "POST" or "multipart/form-data" in request.headers.get("content-type", ""):
        return False
    if request.json:
        return False
    if not request.body.strip():
        return needs_body
    try:
        return not isinstance(json.loads(request.body), dict)
    except (ValueError, RecursionError):
        return True
