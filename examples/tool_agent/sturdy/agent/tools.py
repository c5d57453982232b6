"""What the model may do: look a parcel up, and refund one. Whatever it asks for is checked before it is done."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .store import Store

Parcel = Literal["P-1001", "P-1002", "P-1003"]
_PARCELS: dict[str, tuple[str, int]] = {
    "P-1001": ("lost", 1250),
    "P-1002": ("delivered", 890),
    "P-1003": ("on its way", 2400),
}


class BadCall(Exception):
    """The model asked for something that cannot be done as it was asked."""


class _AsksForParcel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    parcel: Parcel


def _declared(name: str, description: str) -> dict[str, Any]:
    schema = _AsksForParcel.model_json_schema()
    return {"type": "function", "name": name, "description": description, "strict": True, "parameters": schema}


FUNCTIONS = (
    _declared("refund_parcel", "Refund a parcel's postage"),
    _declared("look_up_parcel", "Say where a parcel is"),
)
SEARCH: dict[str, Any] = {"type": "web_search"}
_NAMES = frozenset(str(function["name"]) for function in FUNCTIONS)


def check(name: str, arguments: str) -> Parcel:
    """The parcel that a tool call is about. Raises BadCall for an unknown tool and for arguments not as declared."""
    if name not in _NAMES:
        raise BadCall(f"no tool {name!r} was offered")
    try:
        return _AsksForParcel.model_validate_json(arguments).parcel
    except ValidationError as error:
        raise BadCall(f"{name}: {error.error_count()} of its arguments are wrong") from error


def use(store: Store, name: str, parcel: Parcel, message: int) -> str:
    """What the tool says, as JSON. A message leads to one refund, however often this is called for it. Blocking."""
    state, cents = _PARCELS[parcel]
    if name == "look_up_parcel":
        return json.dumps({"parcel": parcel, "state": state})
    made = store.refund(message, parcel, cents)
    return json.dumps({"refunded": made.parcel, "cents": made.cents, "reference": made.id, "for": made.text})
