"""A job that the platform accepted never gets anywhere."""

from __future__ import annotations

import re

from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_json import StillQueued

_JOBS = re.compile(r"/(batches|files|fine_tuning|responses|runs|vector_stores|videos)(/|$)")
_NAMED = re.compile(r"/(?:batches|file_batches|files|jobs|responses|runs|vector_stores|videos)(?:/([^/]+))?")


class JobStuck(Fault):
    """An accepted job stays queued for ever, whatever has become of it."""

    def applies(self, call: Call) -> bool:
        """Only plain answers about work that goes on in the background: batches, runs, files, background responses."""
        return not call.stream and _JOBS.search(call.request.path) is not None

    def entity(self, call: Call) -> str | None:
        """The job that the path names: one that is stuck at one look is stuck at the next."""
        named: list[str] = _NAMED.findall(call.request.path)
        return named[-1] or None if named else None

    def shows_many(self, call: Call) -> bool:
        """Whether the call asks for a list of jobs."""
        return call.request.method == "GET" and self.entity(call) is None

    def program(self, strike: Strike) -> Program:
        """The platform's answer, with its jobs still waiting; of a list, those that are stuck when looked at alone."""
        return (Forward(edit=StillQueued(strike.selects if self.shows_many(strike.call) else None)),)
