"""What the official SDKs make of a fault that strikes before there is a request."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from support.proxies import ProxyProcess

pytestmark = pytest.mark.e2e
ASK: Any = [{"role": "user", "content": "Hello bo-aaaaaaaaaaaa"}]

RAISED = [
    ("connection_refused", {}, "APIConnectionError", "ConnectError", "reset"),
    ("tls_failure", {}, "APIConnectionError", "ConnectError", "handshake failure"),
    ("tls_failure", {"sends": "plain_http"}, "APIConnectionError", "ConnectError", "WRONG_VERSION_NUMBER"),
    ("certificate_expired", {}, "APIConnectionError", "ConnectError", "certificate has expired"),
    ("certificate_expired", {"flaw": "wrong_host"}, "APIConnectionError", "ConnectError", "Hostname mismatch"),
    ("certificate_expired", {"flaw": "unknown_issuer"}, "APIConnectionError", "ConnectError", "local issuer"),
    ("name_not_resolved", {}, "APIConnectionError", "ProxyError", "502"),
    ("half_open", {}, "APITimeoutError", "ConnectTimeout", "timed out"),
]


def ask_openai(timeout: float) -> None:
    with openai.OpenAI(api_key="sk-test-0000", max_retries=1, timeout=timeout) as client:
        client.chat.completions.create(model="gpt-4o-mini", messages=ASK)


def ask_anthropic(timeout: float) -> None:
    with anthropic.Anthropic(api_key="sk-test-0000", max_retries=1, timeout=timeout) as client:
        client.messages.create(model="claude-test-1", max_tokens=50, messages=ASK)


def chain(error: BaseException) -> list[BaseException]:
    """An exception and its causes."""
    return [error, *(chain(error.__cause__) if error.__cause__ else [])]


@pytest.mark.parametrize("ask", [ask_openai, ask_anthropic])
@pytest.mark.parametrize(("fault", "settings", "raised", "below", "words"), RAISED)
def test_the_sdk_raises_what_it_raises_for_the_real_thing(
    edge: ProxyProcess, monkeypatch: pytest.MonkeyPatch, ask: Callable[[float], None], fault: str,
    settings: dict[str, Any], raised: str, below: str, words: str,
) -> None:  # fmt: skip
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTPS_PROXY", edge.url)
    monkeypatch.setenv("SSL_CERT_FILE", edge.ca)
    edge.play({"fault": fault, "on": "*", **settings})
    before = len(edge.rows())

    with pytest.raises(Exception, match=r".") as caught:
        ask(0.5 if fault == "half_open" else 10.0)

    assert type(caught.value).__name__ == raised
    assert any(type(each).__name__ == below and words in str(each) for each in chain(caught.value)[1:])
    rows = edge.wait_for_rows(before + 2)[before:]
    assert [row["delivered"] for row in rows] == [True, True]  # it was tried again
    assert [row["occurrence"] for row in rows] == [0, 1]
