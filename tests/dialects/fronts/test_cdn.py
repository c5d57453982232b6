"""What the CDN says when the platform does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownout.dialects.fronts.cdn import gateway, wants_json
from brownout.exchange import Page

STATUSES = (502, 503, 504, 520, 521, 522, 523, 524, 530)
PAGES: tuple[Page, ...] = ("html", "nginx", "problem", "auto", "empty")
TITLES = {
    502: "api.openai.com | 502: Bad gateway",
    504: "api.openai.com | 504: Gateway time-out",
    520: "api.openai.com | 520: Web server is returning an unknown error",
    521: "api.openai.com | 521: Web server is down",
    522: "api.openai.com | 522: Connection timed out",
    523: "api.openai.com | 523: Origin is unreachable",
    524: "api.openai.com | 524: A timeout occurred",
    530: "api.openai.com | 1016: Origin DNS error",
}
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_the_cdns_own(status: int, page: Page) -> None:
    reply = gateway("api.openai.com", status, page, "ab")
    headers = dict(reply.headers)

    assert reply.status == status
    assert headers["server"] == "cloudflare"
    assert headers["cf-ray"].endswith("-FRA")
    assert "no-store" in headers["cache-control"]
    assert not {"x-request-id", "request-id"} & set(headers)
    assert len(headers) == len(reply.headers)


@pytest.mark.parametrize(("status", "title"), TITLES.items())
def test_the_long_page_has_the_title_of_its_status(status: int, title: str) -> None:
    reply = gateway("api.openai.com", status, "html", "ab")

    assert f"<title>{title}</title>".encode() in reply.body
    assert b'<div id="cf-error-details"' in reply.body
    assert dict(reply.headers)["cf-ray"].removesuffix("-FRA").encode() in reply.body
    assert dict(reply.headers)["content-type"] == "text/html; charset=UTF-8"


@pytest.mark.parametrize(
    ("status", "page", "title"),
    [
        (502, "nginx", b"502 Bad Gateway"),
        (504, "nginx", b"504 Gateway Time-out"),
        (503, "nginx", b"503 Service Temporarily Unavailable"),
        (503, "html", b"503 Service Temporarily Unavailable"),
    ],
)
def test_the_short_page_is_that_of_the_web_server_within(status: int, page: Page, title: bytes) -> None:
    body = gateway("api.openai.com", status, page, "ab").body

    assert body.startswith(b"<html>\r\n<head><title>" + title + b"</title></head>\r\n")
    assert b"<hr><center>cloudflare</center>" in body


def test_problem_details_name_the_zone_and_the_wait() -> None:
    reply = gateway("api.anthropic.com", 522, "problem", "ab", now=1_788_170_566)
    problem = json.loads(reply.body)

    assert problem["type"].endswith("/cloudflare-5xx-errors/error-522/")
    assert problem["title"] == "Error 522: Connection timed out"
    assert (problem["status"], problem["error_code"], problem["error_name"]) == (522, 522, "connection_timeout")
    assert problem["zone"] == "api.anthropic.com"
    assert problem["timestamp"] == "2026-08-31T10:02:46Z"
    assert problem["cloudflare_error"] is True
    headers = dict(reply.headers)
    assert headers["content-type"] == "application/json"
    assert headers["retry-after"] == str(problem["retry_after"]) == "120"
    assert headers["cf-ray"] == f"{problem['ray_id']}-FRA"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/json", True),
        ("application/problem+json, */*", True),
        ("application/json;q=0.9, text/html;q=0.1", True),
        ("text/html, application/json", False),
        ("text/event-stream", False),
        ("*/*", False),
        ("", False),
        (None, False),
    ],
)
def test_json_goes_only_to_those_who_ask_for_it_by_name(accept: str | None, wanted: bool) -> None:
    assert wants_json(accept) is wanted
    reply = gateway("api.openai.com", 520, "auto", "ab", accept)
    assert reply.body.startswith(b"{") is wanted


def test_a_530_names_its_number_in_the_problem_too() -> None:
    problem = json.loads(gateway("api.openai.com", 530, "problem", "ab").body)

    assert (problem["status"], problem["error_code"]) == (530, 1016)
    assert problem["type"].endswith("/cloudflare-1xxx-errors/error-1016/")


def test_a_challenge_is_a_403_that_says_so_in_a_header() -> None:
    reply = gateway("api.openai.com", 502, "challenge", "ab")

    assert reply.status == 403
    assert dict(reply.headers)["cf-mitigated"] == "challenge"
    assert b"<title>Just a moment...</title>" in reply.body


def test_a_503_is_a_page_even_for_those_who_ask_for_json() -> None:
    assert gateway("api.openai.com", 503, "auto", "ab", "application/json").body.startswith(b"<html>")


def test_an_empty_answer_has_neither_body_nor_type() -> None:
    reply = gateway("api.openai.com", 520, "empty", "ab")

    assert reply.body == b""
    assert "content-type" not in dict(reply.headers)


@BUSY
@given(accept=st.text(max_size=40), id=st.text(max_size=40), host=st.from_regex(r"[a-z0-9.<>&-]{1,30}", fullmatch=True))
def test_no_header_of_a_client_makes_it_fail(accept: str, id: str, host: str) -> None:
    reply = gateway(host, 502, "auto", id, accept)

    assert reply.status == 502
    assert b"<script" not in reply.body


@pytest.mark.parametrize("page", ["html", "problem", "nginx", "empty"])
def test_the_cdns_own_limit_is_a_429(page: Page) -> None:
    reply = gateway("api.openai.com", 429, page, "ab" * 16)

    assert reply.status == 429
    assert page in ("nginx", "empty") or dict(reply.headers)["retry-after"] == "30"
    assert page in ("nginx", "empty") or b"1015" in reply.body
