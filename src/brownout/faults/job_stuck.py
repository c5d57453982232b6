"""A job that the platform accepted never gets anywhere."""

from __future__ import annotations

import re

from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_json import StillQueued

_JOBS = re.compile(r"/(batches|files|fine_tuning|responses|runs|vector_stores|videos)(/|$)")


class JobStuck(Fault):
    """An accepted job stays queued for ever, whatever has become of it."""

    def applies(self, call: Call) -> bool:
        """Only plain answers about work that goes on in the background: batches, runs, files, background responses."""
        return not call.stream and _JOBS.search(call.request.path) is not None

    def program(self, strike: Strike) -> Program:
        """The platform's answer, with its jobs still waiting."""
        return (Forward(edit=StillQueued()),)
