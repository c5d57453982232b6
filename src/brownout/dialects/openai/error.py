"""One OpenAI error before it becomes bytes. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from brownout.exchange import Call, Failure, Headers

INVALID_REQUEST = "invalid_request_error"
DEFAULT_MODEL = "gpt-4o-mini"


@dataclass(frozen=True)
class Error:
    """Status, the four fields of the body, and the headers that only this error carries."""

    status: int
    message: str
    type: str = INVALID_REQUEST
    code: str | None = None
    param: str | None = None
    headers: Headers = field(default=())

    @property
    def body(self) -> dict[str, Any]:
        """The object under ``error`` in the answer's JSON."""
        return {"message": self.message, "type": self.type, "param": self.param, "code": self.code}


Maker: TypeAlias = Callable[[Call, Failure, str, str], Error]
"""What makes the error of a kind: from the call, the failure, the organization and the request id that texts quote."""
