"""JSON Schemas of the JSON that brownout writes, for the programs that read it; shipped in ``docs/schemas``. Pure."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from brownout.comparison import Comparison, Pooled
from brownout.published import VERSIONS, form
from brownout.resources import DOCS
from brownout.result import Result

_FORMS: Final[dict[str, TypeAdapter[Any]]] = {
    "comparison": TypeAdapter(Comparison),
    "pooled": TypeAdapter(Pooled),
    "result": TypeAdapter(Result),
}
_MORE: Final[dict[str, dict[str, Any]]] = {
    "comparison": {"exit_code": {"type": "integer"}},
    "pooled": {},
    "result": {"reports": {"type": "object", "additionalProperties": {"type": "string"}}},
}
"""What commands say besides: see ``--json`` of ``compare`` and ``run``."""
FOLDER: Final = DOCS / "schemas"


def schema(name: str) -> dict[str, Any]:
    """The schema of a form in ``published.VERSIONS``. What it does not name may be there: later minor versions add."""
    made = _with_null(_FORMS[name].json_schema(mode="serialization"))
    definitions, inner = made.pop("$defs", {}), made
    major = VERSIONS[name].partition(".")[0]
    of_itself = {
        "schema": {"const": form(name)["schema"]},
        "version": {"type": "string", "pattern": rf"^{major}\.[0-9]+$", "examples": [VERSIONS[name]]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **inner,
        "title": f"brownout {name} {VERSIONS[name]}",
        "properties": {**of_itself, **_MORE[name], **inner["properties"]},
        "required": [*of_itself, *inner["required"]],
        "$defs": definitions,
    }


def _with_null(node: Any) -> Any:
    """A figure that JSON cannot say is null; titles that repeat a key are left out, and docstrings are one line."""
    if isinstance(node, list):
        return [_with_null(child) for child in node]
    if not isinstance(node, dict):
        return node
    made = {key: _with_null(child) for key, child in node.items() if key != "title" or isinstance(child, dict)}
    if isinstance(made.get("description"), str):
        made["description"] = " ".join(made["description"].replace("``", "").split())
    return {**made, "type": ["number", "null"]} if made.get("type") == "number" else made
