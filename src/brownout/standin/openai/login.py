"""Logins at the stand-in: everybody is let in, and a refresh token is good once."""

from __future__ import annotations

import hashlib

from brownout.bounded import Bounded
from brownout.dialects.openai import login as openai_login
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.desk import Said

MAX_USED = 50_000
_GRANTS = {"refresh_token": "refresh_token", "authorization_code": "code"}


class OpenAILogins:
    """Remembers, as digests, what was traded in for tokens already."""

    def __init__(self) -> None:
        self._used: Bounded[str, bool] = Bounded(MAX_USED)

    def said(self, call: Call, answer: Answer) -> Said | None:
        """What is refused; None where there are fresh tokens."""
        asked = openai_login.asked(call)
        name = _GRANTS.get(str(asked.get("grant_type")))
        if name is None:
            given = ", ".join(_GRANTS)
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=f"grant_type must be one of: {given}")
        secret = string(asked.get(name))
        if secret is None:
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=f"Missing required parameter: {name}")
        known = hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        if self._used.get(known):
            return Failure(FailureKind.AUTH_REVOKED, answer.id, code="refresh_token_reused")
        self._used.put(known, True)
        return None
