"""Logins of people: tokens of OAuth instead of an API key, as Codex and its like use them. Pure.

The form of a token: https://www.rfc-editor.org/rfc/rfc7519; what is asked and answered:
https://www.rfc-editor.org/rfc/rfc6749#section-6. No one can check the signatures: they are made up.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from brownout.dialects.openai import common as openai
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply, Request

ISSUER = "https://auth.openai.com"
LIFE = 864_000
"""Seconds that an access token is good for: ten days."""


def asked(call: Call) -> dict[str, Any]:
    """What the request says, be it a form or JSON."""
    request = call.request
    if "json" in request.headers.get("content-type", "json"):
        return request.json
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def token(id: str, issued: int, **claims: Any) -> str:
    """A JWT: unique by ``id``, issued at that Unix second, with more claims."""
    head = {"alg": "RS256", "kid": openai.digest("kid", size=16), "typ": "JWT"}
    body = {"iss": ISSUER, "iat": issued, "exp": issued + LIFE, "jti": id, **claims}
    return ".".join((_encoded(openai.dump(head)), _encoded(openai.dump(body)), _encoded(id.encode())))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class OpenAILogin(openai.OpenAIDialect):
    """``openai.login``: fresh tokens for a refresh token, or for the code that a login in the browser gave."""

    service = "openai.login"

    def read(self, request: Request) -> Call:
        """What the request asks for; no key says who asks."""
        return replace(openai.read(self.service, request), model=None, stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """An access token, who it is for, and the refresh token to come back with."""
        who = openai.digest("sub", string(asked(call).get("client_id")) or "", size=12)
        id, issued = openai.digest("token", answer.id, size=16), answer.created
        value = {
            "access_token": token(id, issued, sub=f"user-{who}", aud=["https://api.openai.com/v1"]),
            "id_token": token(f"id{id}", issued, sub=f"user-{who}"),
            "refresh_token": f"rt_{openai.digest('refresh', answer.id, size=24)}",
            "token_type": "Bearer",
            "expires_in": LIFE,
            "scope": "openid profile email offline_access",
        }
        return openai.ok(call, answer, value)
