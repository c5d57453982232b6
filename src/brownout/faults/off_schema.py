"""An answer that fits no schema."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Reply
from brownout.faults.base import Fault, Strike, answer_with
from brownout.faults.making import one_event, retyped

_OK = 200


class OffSchema(Fault):
    """The platform answers with JSON that is none of its own: valid, and without a field that anybody expects."""

    status: int = Field(default=_OK, ge=200, le=599)
    """HTTP status."""
    body: dict[str, Any] = Field(default={"status": "come back later"})
    """What is sent: a stream sends it as its only event."""

    def program(self, strike: Strike) -> Program:
        """The odd JSON instead of an answer, with the platform's own headers."""
        head = strike.platform.say(strike.id)[0]
        if strike.call.stream and self.status == _OK:
            return answer_with(head, (one_event(head.headers, self.body),))
        headers = retyped(head.headers, "application/json")
        return answer_with(Reply(self.status, headers, json.dumps(self.body, ensure_ascii=False).encode()))
