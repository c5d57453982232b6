"""What the stand-in is told about work that it accepts: how it will end. A pure value.

The mark is a key of the request's JSON that no platform has. It goes to the stand-in only, which echoes nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.wire.edits import rewritten

FATE = "brownout_fate"


@dataclass(frozen=True, slots=True)
class Doomed:
    """The work that a call orders will not be done: how it ends, and of which error; ``code`` is WhatsApp's."""

    ends: str = "failed"
    error: str = "server_error"
    message: str | None = None
    code: int | None = None

    def body(self, data: bytes) -> bytes:
        """The request's JSON with the mark; what is no JSON object, as it was."""
        return rewritten(data, self._marked)

    def _marked(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        mark = {"ends": self.ends, "error": self.error, "message": self.message, "code": self.code}
        return {**value, FATE: {name: item for name, item in mark.items() if item is not None}}


def doom_of(body: dict[str, Any]) -> Doomed | None:
    """The mark in a request's JSON; None where there is none."""
    mark = body.get(FATE)
    if not isinstance(mark, dict):
        return None
    return Doomed(**{name: mark[name] for name in ("ends", "error", "message", "code") if name in mark})
