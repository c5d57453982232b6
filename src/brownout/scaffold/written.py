"""Chat requests that are worth a try, the likeliest first: those that the sources show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from brownout.scaffold.bodies import bodies
from brownout.scaffold.fields import fields_of, takes_a_form
from brownout.scaffold.folder import Folder
from brownout.scaffold.request import PLAIN_PATH, Request, likelihood, likely
from brownout.scaffold.routes import Route, routes_of

USUAL = ("/chat", "/api/chat", "/ask")
_ASKS_A_MODEL = re.compile(
    r"completions\b|messages\.(?:create|stream)|streamText|generateText|responses\.create|generate_?content|converse"
    r"|\b(?:a|astream|a?invoke)\(|chatClient|/v1/",
    re.IGNORECASE,
)
_UI = re.compile(r"UIMessage|convertToModelMessages|toDataStreamResponse|convertToCoreMessages")


def requests_written_in(folder: Folder) -> tuple[Request, ...]:
    """Requests to the routes in the sources, and to usual paths where there are none; each with several bodies."""
    plain = (route for route in routes_of(folder) if PLAIN_PATH.fullmatch(route.path))
    routes = likely((route, _likelihood(route)) for route in plain)
    requests = [request for route in routes for request in _requests(folder, route)]
    usual = [Request(path, body) for path in USUAL for body in bodies({}, ui=False)]
    return tuple(requests or usual)


def paths_to_fill(folder: Folder) -> tuple[str, ...]:
    """Paths that sound like a chat and hold a name that only an earlier answer can fill in."""
    rest = ((route, _likelihood(route)) for route in routes_of(folder) if not PLAIN_PATH.fullmatch(route.path))
    return tuple(dict.fromkeys(route.path for route in likely(rest)))


def _likelihood(route: Route) -> int:
    return likelihood(route.path) + 3 * bool(_ASKS_A_MODEL.search(route.handler))


def _requests(folder: Folder, route: Route) -> Iterator[Request]:
    fields, ui = fields_of(folder, route), bool(_UI.search(folder.text(route.file)))
    for body in bodies(fields, ui):
        yield Request(route.path, body, "form" if takes_a_form(route) else "json")
