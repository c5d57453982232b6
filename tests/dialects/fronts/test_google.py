"""What stands in front of the platforms that Google hosts."""

from __future__ import annotations

import pytest

from brownout.dialects import Voice, dialect_for
from brownout.dialects.fronts.google import gateway
from brownout.exchange import Page, Request

GOOGLE = ["generativelanguage.googleapis.com", "us-central1-aiplatform.googleapis.com"]


@pytest.mark.parametrize("host", GOOGLE)
@pytest.mark.parametrize("page", ["html", "nginx", "problem", "auto"])
def test_googles_own_apis_have_its_own_page(host: str, page: Page) -> None:
    reply = gateway(host, 502, page)

    assert reply is not None
    assert reply.status == 502
    assert b"<title>Error 502 (Server Error)!!1</title>" in reply.body
    assert "server" not in dict(reply.headers)


def test_what_it_hosts_for_others_has_a_plain_one() -> None:
    reply = gateway("api.cohere.com", 503, "html")

    assert reply is not None
    assert b"<title>503 Server Error</title>" in reply.body


def test_a_page_may_be_empty() -> None:
    reply = gateway(GOOGLE[0], 502, "empty")

    assert reply is not None
    assert reply.body == b""


@pytest.mark.parametrize(
    ("host", "page"), [("api.openai.com", "html"), ("googleapis.com.evil", "html"), (GOOGLE[0], "challenge")]
)
def test_all_else_is_somebody_elses(host: str, page: Page) -> None:
    assert gateway(host, 502, page) is None


def test_no_call_to_google_meets_cloudflare() -> None:
    request = Request("POST", GOOGLE[0], "/v1beta/models/gemini-2.5-flash:generateContent", headers={"accept": "*/*"})
    reply = Voice(dialect_for("gemini.generate").read(request)).gateway(502, "auto", "ab" * 16)

    assert b"!!1" in reply.body
    assert not [name for name, _ in reply.headers if name.startswith("cf-")]
