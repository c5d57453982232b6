"""The smallest JSON value that satisfies a schema, carrying a text in its first free string. Pure.

Covers what structured outputs allow (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas);
``pattern`` is not: such a string stays empty.
"""

from __future__ import annotations

from typing import Any

_DEEPEST = 12
_TOLD = ("description", "details", "instructions", "note", "notes", "reason", "summary")
_WORDY = ("body", "comment", "content", "input", "message", "prompt", "query", "question", "request", "text", *_TOLD)
"""Names of fields that hold what somebody said, rather than a name or a number."""
_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "12:00:00Z",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def example(schema: dict[str, Any], text: str, mark: str | None = None, *, by_sense: bool = False) -> Any:
    """A value for the schema; ``{"answer": text}`` for one that asks for nothing in particular.

    ``by_sense``: the text goes into a field that by its name holds words, if there is one, and every other free string
    is ``mark``: an application may note any of a tool's arguments, and by the mark it is known whose call it was.
    With a mark, a string that is too short for the text holds the mark and no half of the text: half a call is a fault.
    """
    if not schema.keys() - {"title", "description", "$schema"} or schema == {"type": "object"}:
        return {"answer": text}
    return _Maker(schema, text, mark, by_sense).value(schema)


class _Maker:
    """One walk over one schema; the text is handed out once."""

    def __init__(self, root: dict[str, Any], text: str, mark: str | None, by_sense: bool) -> None:
        self.root = root
        self.text: str | None = text
        self.mark = mark
        self.other = mark or "text" if by_sense else "text"
        self.by_sense = by_sense

    def value(self, schema: Any, depth: int = 0) -> Any:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return schema["enum"][0]
        if isinstance(schema.get("$ref"), str):
            return self.value(self._target(schema["$ref"]), depth + 1)
        for key in ("anyOf", "oneOf", "allOf"):
            if isinstance(schema.get(key), list) and schema[key]:
                return self.value(_plainest(schema[key], depth), depth + 1)
        return self._of_type(schema, depth)

    def _target(self, ref: str) -> Any:
        target: Any = self.root
        for name in ref.removeprefix("#").strip("/").split("/"):
            target = target.get(name) if isinstance(target, dict) and name else target
        return target

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((name for name in kind if name != "null"), "null")
        if kind == "object" or (kind is None and "properties" in schema):
            properties = schema.get("properties")
            required = schema.get("required")
            needed = required if isinstance(required, list) and depth > _DEEPEST // 2 else None
            return self._object(properties if isinstance(properties, dict) else {}, needed, depth)
        if kind == "array":
            return [self.value(schema.get("items"), depth + 1) for _ in range(_length(schema, depth))]
        if kind in ("integer", "number"):
            return _number(schema, kind)
        return {"boolean": True, "null": None}[kind] if kind in ("boolean", "null") else self._string(schema)

    def _object(self, properties: dict[str, Any], needed: list[Any] | None, depth: int) -> dict[str, Any]:
        wanted = [name for name in properties if needed is None or name in needed]
        first = sorted(wanted, key=lambda name: name.lower() not in _WORDY) if self.by_sense else wanted
        made = {name: self.value(properties[name], depth + 1) for name in first}
        return {name: made[name] for name in wanted}

    def _string(self, schema: dict[str, Any]) -> str:
        if isinstance(schema.get("format"), str):
            return _FORMATS.get(schema["format"], "")
        if "pattern" in schema:
            return ""
        most, least = schema.get("maxLength"), schema.get("minLength")
        text = self.text if self.text is not None else self.other
        if not isinstance(most, int) or len(text) <= most:
            self.text = None
        else:
            text = self._short(text, most)
        return text.ljust(min(least, 10_000), ".") if isinstance(least, int) else text

    def _short(self, text: str, most: int) -> str:
        if self.mark is None:
            return text[:most]
        return self.mark if len(self.mark) <= most else "text"[:most]


def _plainest(choices: list[Any], depth: int) -> Any:
    """The first choice that is not null; deep down null, so that a recursive schema ends."""
    nulls = [choice for choice in choices if isinstance(choice, dict) and choice.get("type") == "null"]
    others = [choice for choice in choices if choice not in nulls]
    return nulls[0] if nulls and (depth > _DEEPEST // 2 or not others) else others[0]


def _length(schema: dict[str, Any], depth: int) -> int:
    least = schema.get("minItems")
    if isinstance(least, int) and least > 0:
        return min(least, 100)
    return 0 if depth > _DEEPEST // 2 or schema.get("maxItems") == 0 or "items" not in schema else 1


def _number(schema: dict[str, Any], kind: str) -> float:
    value: float = 1
    bounds = (("minimum", max, 0), ("exclusiveMinimum", max, 1), ("maximum", min, 0), ("exclusiveMaximum", min, -1))
    for key, pick, beside in bounds:
        bound = schema.get(key)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            step = beside if kind == "integer" else beside / 1000
            value = pick(value, bound + step)
    multiple = schema.get("multipleOf")
    if isinstance(multiple, int | float) and multiple > 0:
        value = -(-value // multiple) * multiple
    return int(value) if kind == "integer" else value
