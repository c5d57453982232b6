"""The platform closes a WebSocket that the client still needs."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from brownout.effects import Close, Program
from brownout.faults.base import Strike
from brownout.faults.messages import Closing, Directed

# https://www.rfc-editor.org/rfc/rfc6455#section-7.4 and the registry that it names.
_SENDABLE = (*range(1000, 1004), *range(1007, 1015), *range(3000, 5000))
ABRUPT = 1006


class WsClose(Closing, Directed):
    """The WebSocket is closed with a code, or breaks off without one."""

    code: int = 1011
    """Close code: 1000 to 1003, 1007 to 1014, 3000 to 4999; 1006 breaks the connection off without a close frame."""
    reason: str = Field(default="", max_length=123)
    """Reason in the close frame."""
    reset: bool = False
    """With 1006: break off by a reset (TCP RST) instead of FIN."""

    @model_validator(mode="after")
    def _a_code_that_can_be(self) -> Self:
        if self.code != ABRUPT and self.code not in _SENDABLE:
            raise ValueError(
                f"code: {self.code} cannot be sent in a close frame; allowed: 1000 to 1003, 1007 to 1014, 3000 to "
                "4999, and 1006 to break off without one"
            )
        if self.code == ABRUPT and self.reason:
            raise ValueError("reason: code 1006 sends no close frame, so there is no place for a reason; leave it out")
        if self.reset and self.code != ABRUPT:
            raise ValueError("reset: a connection is either closed with a code or reset; use code 1006 with reset")
        if len(self.reason.encode()) > 123:
            raise ValueError("reason: at most 123 bytes fit into a close frame")
        return self

    def program(self, strike: Strike) -> Program:
        """The platform's messages up to the position, then the end."""
        code = None if self.code == ABRUPT else self.code
        return (self.messages(Close(code, self.reason, self.reset)),)
