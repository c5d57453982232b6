"""The platform closes an HTTP/2 connection."""

from __future__ import annotations

from brownout.effects import GoAway, Program
from brownout.faults.base import Strike
from brownout.faults.http2 import ErrorCode, Http2Fault


class Http2Goaway(Http2Fault):
    """The platform sends GOAWAY and closes the HTTP/2 connection, with all streams on it."""

    error: ErrorCode = "NO_ERROR"
    """The frame's error code: NO_ERROR is that of a server which is being replaced."""

    def program(self, strike: Strike) -> Program:
        """GOAWAY, and the end of the connection."""
        return (*self.before, GoAway(self.error))
