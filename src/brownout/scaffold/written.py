"""Chat requests that are worth a try, the likeliest first: those that the sources show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from brownout.scaffold.bodies import TEXTS, TURNS, bodies, rank
from brownout.scaffold.fields import fields_of, takes_a_form
from brownout.scaffold.folder import Folder
from brownout.scaffold.opening import opened
from brownout.scaffold.request import PLAIN_PATH, Opening, Request, likelihood, likely
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
    routes = likely((pair, _likelihood(pair[0])) for pair in _askable(folder))
    requests = [request for route, opening in routes for request in _requests(folder, route, opening)]
    usual = [Request(path, body) for path in USUAL for body in bodies({}, ui=False)]
    return tuple(requests or usual)


def paths_to_fill(folder: Folder) -> tuple[str, ...]:
    """Paths that sound like a chat and hold what only an earlier answer can fill in, of which nobody knows which."""
    routes = routes_of(folder)
    rest = (route for route in routes if not PLAIN_PATH.fullmatch(route.path))
    unknown = ((route, _likelihood(route)) for route in rest if _opened(folder, route, routes) is None)
    return tuple(dict.fromkeys(route.path for route in likely(unknown)))


def _askable(folder: Folder) -> Iterator[tuple[Route, Opening | None]]:
    """Routes whose path is known; then those whose path is once another one has answered, as a template."""
    routes = routes_of(folder)
    yield from ((route, None) for route in routes if PLAIN_PATH.fullmatch(route.path))
    yield from filter(None, (_opened(folder, route, routes) for route in routes))


def _opened(folder: Folder, route: Route, routes: tuple[Route, ...]) -> tuple[Route, Opening] | None:
    """The route behind the POST that the application takes at the part of the path before the name to fill in.

    None where that is a question itself, or sounds like anything else.
    """
    template, opening = opened(route.path) or ("", None)
    first = next((each for each in routes if opening and each.path.rstrip("/") == opening.path), None)
    if opening is None or first is None or likelihood(first.path) < 0 or _ASKS_A_MODEL.search(first.handler):
        return None
    fields = fields_of(folder, first)
    if any(rank(name) < len(TEXTS) or name in TURNS for name in fields):
        return None
    body = {name: value for name, value in fields.items() if value is not None}
    return replace(route, path=template), replace(opening, path=first.path, body=body)


def _likelihood(route: Route) -> int:
    return likelihood(route.path) + 3 * bool(_ASKS_A_MODEL.search(route.handler))


def _requests(folder: Folder, route: Route, opening: Opening | None) -> Iterator[Request]:
    fields, ui = fields_of(folder, route), bool(_UI.search(folder.text(route.file)))
    for body in bodies(fields, ui):
        yield Request(route.path, body, "form" if takes_a_form(route) else "json", opening)
