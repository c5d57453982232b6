"""How often the stand-in's model uses a tool that it may use, and which."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from brownout.config import units
from brownout.config.model import FRACTION_SCHEMA, Frozen
from brownout.config.spelling import hint

_WORDS = {"never": 0.0, "always": 1.0}
_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": list(_WORDS)}, *FRACTION_SCHEMA["anyOf"]]}
USUAL = 0.3


def often(value: object) -> float:
    """0 to 1 of ``never``, ``always``, ``30%`` or a number. Raises ValueError."""
    if not isinstance(value, str) or not value.strip("%").isalpha():
        return units.fraction(value)
    if value not in _WORDS:
        raise ValueError(f"{value!r} does not say how often; a share, as 30%, or a word{hint(value, _WORDS)}")
    return _WORDS[value]


class ToolUse(Frozen):
    """How often the stand-in's model uses a tool that a call offers, and leaves to it."""

    share: Annotated[float, BeforeValidator(often), WithJsonSchema(_SCHEMA)] = USUAL
    """Share of the turns in which it uses one: once, and then it answers."""
    only: tuple[str, ...] = ()
    """Names of the tools that it may use, with ``*`` and ``?``; by default all but those that run commands."""


def _whole(value: Any) -> Any:
    return {"share": value} if isinstance(value, str | int | float) else value


class Standin(Frozen):
    """How the stand-in answers healthy calls."""

    tools: Annotated[
        ToolUse,
        BeforeValidator(_whole),
        WithJsonSchema(
            {
                "anyOf": [
                    *_SCHEMA["anyOf"],
                    {
                        "type": "object",
                        "properties": {"share": _SCHEMA, "only": {"type": "array", "items": {"type": "string"}}},
                        "additionalProperties": False,
                    },
                ],
                "examples": ["never", "30%", {"share": "always", "only": ["refund_*"]}],
            }
        ),
    ] = ToolUse()
    """How often its model uses a tool that it may use: ``never``, ``always``, a share, or that and which."""
