"""What the faults of HTTP/2 have in common."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from brownout.effects import Program
from brownout.faults.base import Positioned

ErrorCode: TypeAlias = Literal[
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "ENHANCE_YOUR_CALM",
    "HTTP_1_1_REQUIRED",
]
"""Error codes by their names: https://www.rfc-editor.org/rfc/rfc9113#section-7."""


class Http2Fault(Positioned):
    """Base of the faults that end a stream or a connection with a frame of HTTP/2."""

    streams_only: ClassVar[bool] = False
    carriers: ClassVar[tuple[str, ...]] = ("intercept",)
    needs_http: ClassVar[str | None] = "HTTP/2"

    at: Literal["before_headers", "mid_stream"] = "mid_stream"
    """When: before any answer, of plain calls too; or inside a stream, where after says."""

    @property
    def needs_stream(self) -> bool:
        """Inside a stream there must be one."""
        return self.at == "mid_stream"

    @property
    def before(self) -> Program:
        """What the client gets before the fault: nothing, or a part of the answer."""
        return () if self.at == "before_headers" else (self.passed,)
