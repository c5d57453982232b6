"""A job that the platform accepted fails later."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from brownout.effects import Forward, Program, Rewrite
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_fate import Doomed

_JOBS = re.compile(r"/(?:batches|fine_tuning/jobs|responses|runs)/?$")


class JobFailed(Fault):
    """A job is accepted as ever, and fails when its time has come: polls and webhooks say so, now and for ever."""

    services: ClassVar[str] = "*.assistants|*.batches|*.fine_tuning|*.responses"
    standin: ClassVar[bool] = True

    ends: Literal["failed", "expired"] = "failed"
    """How: it fails, or its time runs out; where a platform has no such end, it fails."""
    error: Literal["server_error", "rate_limit"] = "server_error"
    """Of what it fails."""
    message: str | None = None
    """Replaces the platform's text."""

    def applies(self, call: Call) -> bool:
        """Only a call that orders work and does not wait for it: its dice are thrown once, when it is accepted."""
        request = call.request
        if request.method != "POST" or call.stream or _JOBS.search(request.path) is None:
            return False
        return call.part != "responses" or call.body.get("background") is True

    def program(self, strike: Strike) -> Program:
        """The platform's acceptance, of a job that it will not do."""
        return (Rewrite(Doomed(self.ends, self.error, self.message)), Forward())
