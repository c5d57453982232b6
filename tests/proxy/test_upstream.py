"""Where forwarded requests are pointed. Nothing is sent here."""

from __future__ import annotations

import pytest
from mitmproxy import http

from brownout.exchange import Request
from brownout.proxy.upstream import Upstream

ASKED = Request("POST", "api.openai.com", "/v1/chat/completions", "beta=true", {}, b"{}")


def request() -> http.Request:
    return http.Request.make(
        "POST", "http://127.0.0.1:8080/openai/v1/chat/completions", b"{}", {"accept-encoding": "br"}
    )


def test_the_stand_in_is_told_which_platform_it_is() -> None:
    pointed = request()

    assert Upstream("http://127.0.0.1:4000", None).direct(pointed, ASKED, whole=True) is None

    assert pointed.url == "http://127.0.0.1:4000/v1/chat/completions?beta=true"
    assert pointed.headers["x-brownout-host"] == "api.openai.com"
    assert pointed.headers["accept-encoding"] == "br"


def test_an_answer_that_is_to_be_cut_is_asked_for_uncompressed() -> None:
    pointed = request()

    Upstream("http://127.0.0.1:4000", None).direct(pointed, ASKED, whole=False)

    assert pointed.headers["accept-encoding"] == "identity"


def test_the_real_platform_is_asked_over_tls_and_learns_nothing_of_us() -> None:
    pointed = request()
    pointed.headers["x-brownout-tier"] = "free"

    assert Upstream(None, 1).direct(pointed, ASKED, whole=True) is None

    assert (pointed.scheme, pointed.host, pointed.port) == ("https", "api.openai.com", 443)
    assert not [name for name in pointed.headers if "brownout" in name]


@pytest.mark.parametrize("budget", [0, 1, 3])
def test_no_more_calls_leave_than_the_budget_allows(budget: int) -> None:
    upstream = Upstream(None, budget)

    answers = [upstream.direct(request(), ASKED, whole=True) for _ in range(5)]

    assert answers.count(None) == budget
