"""The front end of AWS: its page for the hosts that it stands in front of, and for no others."""

from __future__ import annotations

import pytest

from brownout.dialects.fronts import amazon as amazon_front
from brownout.dialects.fronts import cdn
from brownout.exchange import Page

HOST = "bedrock-runtime.eu-west-1.amazonaws.com"


@pytest.mark.parametrize("page", ["auto", "html", "nginx", "problem"])
@pytest.mark.parametrize(
    ("status", "title"), [(502, "Bad Gateway"), (503, "Service Unavailable"), (520, "Internal Server Error")]
)
def test_there_is_one_page_whatever_is_asked_for(page: Page, status: int, title: str) -> None:
    reply = cdn.gateway(HOST, status, page, "ab" * 16, "application/json")

    assert (reply.status, reply.headers) == (status, (("content-type", "text/html"),))
    assert reply.body == f"<html><body><b>Http/1.1 {title}</b></body> </html>".encode()


def test_an_empty_page_is_empty() -> None:
    reply = cdn.gateway(HOST, 504, "empty", "ab" * 16)

    assert (reply.status, reply.headers, reply.body) == (504, (), b"")


def test_other_hosts_and_challenges_are_not_its_own() -> None:
    assert amazon_front.gateway("api.openai.com", 502, "html") is None
    assert amazon_front.gateway(HOST, 403, "challenge") is None
