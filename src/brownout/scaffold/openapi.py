"""Chat requests that an application's OpenAPI document describes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from brownout.scaffold.bodies import TEXTS, TURNS, rank
from brownout.scaffold.opening import opened
from brownout.scaffold.request import MESSAGE, PLAIN_PATH, Opening, Request, likelihood, likely

PATH = "/openapi.json"
"""Where FastAPI, and what follows it, serve the document (https://fastapi.tiangolo.com/tutorial/metadata/)."""
_DEEPEST = 8
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_PLAIN = {"string": "test", "integer": 1, "number": 1, "boolean": False, "null": None}


def requests_in(document: Mapping[str, Any]) -> tuple[Request, ...]:
    """Every POST whose body has a place for a user's words, and that sounds like a chat; the likeliest first.

    Of several that sound alike, those that need no other before them.
    """
    requests = sorted(_requests(document), key=lambda request: request.opening is not None)
    return tuple(likely((request, likelihood(request.path)) for request in requests))


def _requests(document: Mapping[str, Any]) -> Iterator[Request]:
    for path in _object(document.get("paths")):
        template, opening = (path, None) if PLAIN_PATH.fullmatch(path) else _opened(document, path)
        for kind, body in _bodies(document, path) if template else ():
            if isinstance(body, dict) and MESSAGE in str(body):
                yield Request(template, body, "json" if kind == _JSON else "form", opening)


def _opened(document: Mapping[str, Any], path: str) -> tuple[str, Opening | None]:
    """The path as a template, and the POST that comes first; no path where there is none, or a question is one."""
    template, opening = opened(path) or ("", None)
    for first in (opening.path, f"{opening.path}/") if opening else ():
        if opening and likelihood(first) >= 0 and "post" in _operations(document, first):
            bodies = (body for kind, body in _bodies(document, first) if kind == _JSON and isinstance(body, dict))
            body = next(bodies, {})
            return ("", None) if MESSAGE in str(body) else (template, replace(opening, path=first, body=body))
    return "", None


def _operations(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    return _object(_object(document.get("paths")).get(path))


def _bodies(document: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Examples of what a POST there may hold, by the kind of content."""
    content = _object(_object(_object(_operations(document, path).get("post")).get("requestBody")).get("content"))
    for kind in (kind for kind in (_JSON, _FORM) if kind in content):
        yield kind, _Examples(document).of(_object(content[kind]).get("schema"))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _Examples:
    """Values that fit the schemas of one document, with the user's words where they belong."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def of(self, schema: object, name: str = "", depth: int = 0) -> Any:
        """A value for a schema, which is a field of this name; None where nothing is known of it."""
        plain = self._resolved(schema, depth)
        if depth > _DEEPEST:
            return None
        if "properties" in plain:
            return self._properties(plain, depth)
        if plain.get("type") == "array" or "items" in plain:
            return self._turns(plain, depth) if name in TURNS else []
        if plain.get("type") == "string" and rank(name) < len(TEXTS):
            return MESSAGE
        chosen = [plain[key] for key in ("const", "default") if plain.get(key) is not None]
        chosen += [plain["enum"][0]] if isinstance(plain.get("enum"), list) and plain["enum"] else []
        return chosen[0] if chosen else _PLAIN.get(str(plain.get("type")), {})

    def _properties(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """What is required, and the first of the fields that may hold the words."""
        properties, required = _object(schema["properties"]), schema.get("required")
        names = [name for name in properties if name in (required if isinstance(required, list) else ())]
        if "role" in properties and "content" in properties:
            return {**{name: self.of(properties[name], name, depth + 1) for name in names}, **_turn()}
        telling = sorted((name for name in properties if rank(name) < len(TEXTS)), key=rank)
        telling += [name for name in TURNS if name in properties]
        if telling and not set(telling) & set(names):
            names.append(telling[0])
        return {name: self.of(properties[name], name, depth + 1) for name in names}

    def _turns(self, schema: dict[str, Any], depth: int) -> list[Any]:
        turn = self.of(schema.get("items"), "", depth + 1)
        return [turn if isinstance(turn, dict) and MESSAGE in str(turn) else _turn()]

    def _resolved(self, schema: object, depth: int) -> dict[str, Any]:
        """The schema behind references and alternatives; of alternatives the first that says more than null."""
        plain = _object(schema)
        for _ in range(_DEEPEST):
            if isinstance(plain.get("$ref"), str):
                plain = self._behind(plain["$ref"])
            options = next((plain[key] for key in ("anyOf", "oneOf", "allOf") if plain.get(key)), None)
            if not isinstance(options, list) or not options:
                break
            plain = next((_object(each) for each in options if _object(each).get("type") != "null"), {})
        return plain

    def _behind(self, reference: str) -> dict[str, Any]:
        value: object = self._document
        for part in reference.removeprefix("#/").split("/"):
            value = _object(value).get(part)
        return _object(value)


def _turn() -> dict[str, str]:
    return {"role": "user", "content": MESSAGE}
