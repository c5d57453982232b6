"""A status page on the wire."""

from __future__ import annotations

import json

import pytest

from brownout.dialects.status_page import StatusPage
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request
from brownout.status import Post, State

ANSWER = Answer("ab" * 16, 1_790_000_000, ("Hello",), 1)
PAGE = StatusPage("anthropic")
DOWN = State((Post(1_790_000_000.0, "investigating", "critical"),))
K = FailureKind


def call(path: str = "/api/v2/status.json", known: str = "", host: str = "status.claude.com", query: str = "") -> Call:
    headers = {"if-none-match": known} if known else {}
    return PAGE.read(Request("GET", host, path, query, headers))


def tag_of(reply: Reply) -> str:
    return dict(reply.headers)["etag"]


@pytest.mark.parametrize("name", ["status", "summary", "components", "incidents", "incidents/unresolved"])
def test_every_document_is_served(name: str) -> None:
    reply = PAGE.answer(call(f"/api/v2/{name}.json"), ANSWER)

    assert reply.status == 200
    assert json.loads(reply.body)["page"]["name"] == "Claude"


def test_a_document_that_is_not_there_is_not_found() -> None:
    assert PAGE.answer(call("/api/v2/uptime.json"), ANSWER).status == 404
    assert PAGE.answer(call("/api/v2/status.xml"), ANSWER).status == 404


@pytest.mark.parametrize("form", ["{tag}", '"other", {tag}', "*", "{strong}"])
def test_a_caller_who_has_it_already_gets_no_body(form: str) -> None:
    tag = tag_of(PAGE.answer(call(), ANSWER))
    reply = PAGE.answer(call(known=form.format(tag=tag, strong=tag.removeprefix("W/"))), ANSWER)

    assert (reply.status, reply.body, tag_of(reply)) == (304, b"", tag)


def test_what_changed_is_sent_again() -> None:
    tag = tag_of(PAGE.answer(call(), ANSWER))
    reply = PAGE.page(call(known=tag), DOWN, "ab")

    assert reply.status == 200
    assert json.loads(reply.body)["status"]["indicator"] == "critical"
    assert tag_of(reply) != tag


def test_the_former_address_redirects() -> None:
    reply = PAGE.answer(call(host="status.anthropic.com", query="a=1"), ANSWER)

    assert reply.status == 301
    assert dict(reply.headers)["location"] == "https://status.claude.com/api/v2/status.json?a=1"


@pytest.mark.parametrize(("kind", "status"), [(K.SERVER_ERROR, 500), (K.OVERLOADED, 503), (K.TIMEOUT, 504)])
def test_a_page_that_is_down_is_html(kind: FailureKind, status: int) -> None:
    reply = PAGE.failure(call(), Failure(kind))

    assert reply.status == status
    assert dict(reply.headers)["content-type"] == "text/html"
    assert f"<h1>{status} ".encode() in reply.body


def test_other_errors_are_json_with_the_wait_in_the_header() -> None:
    reply = PAGE.failure(call(), Failure(K.RATE_LIMIT_REQUESTS, retry_after=1.5))

    assert (reply.status, json.loads(reply.body)) == (429, {"error": "Too Many Requests"})
    assert dict(reply.headers)["retry-after"] == "2"


def test_a_status_without_a_name_has_a_title_all_the_same() -> None:
    assert b"599 Error" in PAGE.failure(call(), Failure(K.SERVER_ERROR, status=599)).body
