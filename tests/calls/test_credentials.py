"""Which parts of a call are credentials, wherever a platform or a company's gateway wants them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from brownout.calls.credentials import CONSTANT, Credentials
from brownout.exchange import Call, Request
from brownout.keys_in_play import KeyNotes

KEY = "acme-prod-7f3b9c2e51a04d88"
OTHER = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


class Noted(KeyNotes):
    """Keeps what it is told, as no other notes do."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []
        self.sure: list[str] = []

    def note(self, value: str, *, sure: bool = True) -> None:
        self.values.append(value)
        self.sure += [value] if sure else []


def met(
    headers: dict[str, str] | None = None,
    query: str = "",
    body: Any = None,
    service: str = "openai.chat",
    path: str = "/v1/chat/completions",
) -> list[str]:
    notes = Noted()
    data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    Credentials(notes).meet(Call(service, Request("POST", "api.example", path, query, headers or {}, data)))
    return notes.values


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token", "x-acme-gateway-token"),
        *("ocp-apim-subscription-key", "helicone-auth", "x-client-secret"),
    ],
)
def test_a_header_that_is_named_so_carries_one(name: str) -> None:
    assert met({name: KEY}) == [KEY]
    assert met({name: f"Bearer {KEY}"}) == [KEY]


@pytest.mark.parametrize(
    "name", ["idempotency-key", "sec-websocket-key", "x-request-id", "content-type", "x-public-key", "traceparent"]
)
def test_a_header_of_another_name_carries_none(name: str) -> None:
    assert met({name: KEY}) == []


def test_a_password_is_one_as_it_is_and_encoded() -> None:
    encoded = base64.b64encode(f"shop:{KEY}".encode()).decode()

    assert met({"authorization": f"Basic {encoded}"}) == [encoded, KEY]
    assert met({"authorization": "Basic !!"}) == ["!!"]


def test_a_signature_of_aws_has_two() -> None:
    signed = "AWS4-HMAC-SHA256 Credential=AKIA7EXAMPLE1234ABCD/20260203/us-east-1/bedrock/aws4_request, "
    assert met({"authorization": f"{signed}SignedHeaders=host;x-amz-date, Signature={OTHER}"}) == [
        "AKIA7EXAMPLE1234ABCD",
        OTHER,
    ]


def test_cookies_queries_and_websockets_carry_them() -> None:
    assert met({"cookie": f"a={KEY}; b={OTHER}"}) == [KEY, OTHER]
    assert met(query=f"alt=sse&key={KEY}&page_token={OTHER}") == [KEY]
    assert met({"sec-websocket-protocol": f"realtime, openai-insecure-api-key.{KEY}"}) == [KEY]


def test_a_login_trades_them_in_as_a_form_and_as_json() -> None:
    form = f"grant_type=refresh_token&refresh_token={KEY}&client_secret={OTHER}&client_id=app".encode()

    assert met(body=form, service="openai.login") == [OTHER, KEY]
    assert met(body={"refresh_token": KEY, "client_secret": OTHER}, service="openai.login") == [OTHER, KEY]


def _with_token(notes: Noted, *values: str, name: str = "x-acme-token") -> None:
    credentials = Credentials(notes)
    for value in values:
        credentials.meet(Call("openai.chat", Request("POST", "h", "/p", "", {name: value})))


def test_a_companys_own_header_surely_has_a_key_once_all_calls_share_it() -> None:
    notes = Noted()
    _with_token(notes, *[KEY] * (CONSTANT - 1))
    assert (notes.values, notes.sure) == ([KEY], [])

    notes = Noted()
    _with_token(notes, *[KEY] * CONSTANT * 3)
    assert (notes.values, notes.sure) == ([KEY, KEY], [KEY])


def test_tokens_that_differ_from_user_to_user_are_never_surely_keys() -> None:
    notes = Noted()
    _with_token(notes, KEY, OTHER, *[KEY] * CONSTANT * 3)

    assert (notes.values, notes.sure) == ([KEY, OTHER], [])


def test_a_platforms_own_header_surely_has_a_key_at_once() -> None:
    notes = Noted()
    _with_token(notes, KEY, OTHER, name="authorization")

    assert notes.sure == [KEY, OTHER]


def test_what_a_platform_is_to_show_to_tools_is_one() -> None:
    tool = {"type": "mcp", "server_url": "https://a.example", "authorization": KEY, "headers": {"x-api-key": OTHER}}

    assert met(body={"tools": [tool, {"type": "function"}, "odd"]}, service="openai.responses") == [KEY, OTHER]
    assert met(body={"mcp_servers": [{"authorization_token": KEY}]}, service="anthropic.messages") == [KEY]


def test_an_id_that_the_call_names_itself_is_no_credential() -> None:
    assert met({"authorization": f"Bearer {KEY}"}, body={"user": KEY}) == []
    assert met({"authorization": f"Bearer {KEY}"}, body={"metadata": {"tenant": KEY}}) == []
    assert met({"x-thread-token": KEY}, path=f"/v1/threads/{KEY}") == []


def test_tokens_that_browsers_are_given_on_purpose_are_none() -> None:
    assert met({"authorization": "Bearer ek_68af296e8e408191a1120ab6383263c2"}) == []
    assert met({"authorization": f"Bearer {KEY}"}, service="directline.activities") == []
    assert met({"authorization": f"Bearer {KEY}"}, service="directline.tokens") == [KEY]


def test_what_comes_by_again_is_looked_at_once() -> None:
    notes = Noted()
    credentials = Credentials(notes)
    for _ in range(3):
        credentials.meet(Call("openai.chat", Request("POST", "h", "/p", f"key={OTHER}", {"api-key": KEY})))

    assert notes.values == [KEY, OTHER]
