"""The platform aborts one HTTP/2 stream."""

from __future__ import annotations

from brownout.effects import Program, ResetStream
from brownout.faults.base import Strike
from brownout.faults.http2 import ErrorCode, Http2Fault


class Http2ResetStream(Http2Fault):
    """The platform aborts this HTTP/2 stream alone (RST_STREAM); the connection lives on."""

    error: ErrorCode = "INTERNAL_ERROR"
    """The frame's error code: REFUSED_STREAM tells a client that nothing was done, ENHANCE_YOUR_CALM to ask less."""

    def program(self, strike: Strike) -> Program:
        """RST_STREAM instead of an answer, or of the rest of it."""
        return (*self.before, ResetStream(self.error))
