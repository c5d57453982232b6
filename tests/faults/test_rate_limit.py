"""The platform's 429 and what its headers say."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import End, Head, Send
from brownout.faults import Fault, Strike
from brownout.rule import Rule

NOW = 1_763_000_000.0


def headers(fault: Fault, strike: Strike) -> dict[str, str]:
    head = fault.program(strike)[0]
    assert isinstance(head, Head)
    assert head.status == 429
    return dict(head.headers)


@pytest.mark.parametrize("stream", [False, True])
def test_openai_names_the_kind_of_allowance(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    head, body, end = fault_for("rate_limit", by="tokens").program(strike_for(stream=stream))

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    error = json.loads(body.data)["error"]
    assert (error["type"], error["code"]) == ("tokens", "rate_limit_exceeded")
    assert "Limit 30000, Used 30000" in error["message"]
    assert end == End()


def test_openai_sends_limit_remaining_and_reset(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    found = headers(fault_for("rate_limit"), strike_for())

    assert found["x-ratelimit-limit-requests"] == "500"
    assert found["x-ratelimit-remaining-requests"] == "0"
    assert found["x-ratelimit-reset-requests"] == "20s"
    assert found["retry-after"] == "20"


def test_anthropic_sends_limit_remaining_and_the_time_of_the_reset(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    found = headers(fault_for("rate_limit", on="*", by="tokens", quota=40_000), strike_for("anthropic.messages"))

    assert found["anthropic-ratelimit-input-tokens-limit"] == "40000"
    assert found["anthropic-ratelimit-input-tokens-remaining"] == "0"
    assert found["anthropic-ratelimit-input-tokens-reset"] == "2025-11-13T02:13:40Z"
    assert found["retry-after"] == "20"


def test_wait_and_reset_pass_at_the_scenarios_speed(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    found = headers(fault_for("rate_limit", retry_after="4m"), strike_for(speed=120))

    assert found["retry-after"] == "2"
    assert found["x-ratelimit-reset-requests"] == "2s"


def test_a_bucket_gives_limit_and_reset_in_real_time(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("rate_limit", bucket={"rate": "60 rpm", "burst": 7})

    found = headers(fault, strike_for(speed=120, bucket_reset=3.0, bucket_limit=7))

    assert found["x-ratelimit-limit-requests"] == "7"
    assert found["x-ratelimit-reset-requests"] == "3s"
    assert found["retry-after"] == "3"


@pytest.mark.parametrize(("given", "header"), [("12s", "12"), (None, None)])
def test_a_wait_given_beside_a_bucket_wins(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], given: str | None, header: str | None
) -> None:
    fault = fault_for("rate_limit", retry_after=given, bucket={"rate": 1})

    found = headers(fault, strike_for(bucket_reset=3.0, bucket_limit=1))

    assert found.get("retry-after") == header
    assert found["x-ratelimit-reset-requests"] == "3s"


def test_the_wait_can_be_left_out_with_the_quota_headers(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    for service, reset in (("openai.chat", "x-ratelimit-reset"), ("anthropic.messages", "anthropic-ratelimit")):
        found = headers(fault_for("rate_limit", on="*", retry_after=None, quota_headers=False), strike_for(service))

        assert [name for name in found if name.startswith(("retry-after", reset))] == []


@pytest.mark.parametrize("service", ["openai.chat", "anthropic.messages"])
@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("seconds", {"retry-after": "2"}),
        ("milliseconds", {"retry-after-ms": "1250"}),
        ("fractional", {"retry-after": "1.250"}),
        ("invalid", {"retry-after": "soon"}),
    ],
)
def test_the_wait_is_written_as_asked(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    form: str,
    wanted: dict[str, str],
) -> None:
    found = headers(fault_for("rate_limit", on="*", retry_after="2.5s", header=form), strike_for(service, speed=2))

    waits = {name: value for name, value in found.items() if name.startswith("retry-after")}
    assert waits.items() >= wanted.items()
    assert form == "seconds" or waits == wanted


@pytest.mark.parametrize("service", ["openai.chat", "anthropic.messages"])
def test_a_wait_may_be_longer_than_anybody_waits(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    found = headers(fault_for("rate_limit", on="*", retry_after="8760h"), strike_for(service))

    assert found["retry-after"] == "31536000"


def test_a_date_names_the_end_of_the_wait(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    found = headers(fault_for("rate_limit", header="date", retry_after=30), strike_for())

    assert parsedate_to_datetime(found["retry-after"]).timestamp() == NOW + 30


@pytest.mark.parametrize(
    ("settings", "where"), [({"by": "words"}, "by"), ({"quota": 0}, "quota"), ({"header": "roman"}, "header")]
)
def test_what_no_platform_does_is_refused(
    fault_for: Callable[..., Fault], settings: dict[str, Any], where: str
) -> None:
    with pytest.raises(ValidationError, match=where):
        fault_for("rate_limit", **settings)


@pytest.mark.parametrize("reason", ["throughput", "pair", "spam"])
def test_a_reason_is_for_messages_on_whatsapp(rule_for: Callable[..., Rule], reason: str) -> None:
    assert rule_for("rate_limit", on="*", reason=reason).covers == {"whatsapp.messages"}
    assert rule_for("rate_limit", on="openai.*", reason=reason).covers == frozenset()


def test_a_reason_counts_messages_and_no_tokens(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="leave one of them out"):
        fault_for("rate_limit", on="whatsapp.messages", reason="pair", by="tokens")


@pytest.mark.parametrize(
    ("service", "settings", "words"),
    [
        ("openai.chat", {"per": "day"}, "on requests per day (RPD): Limit 200"),
        ("openai.chat", {"per": "day", "by": "tokens"}, "on tokens per day (TPD): Limit 1000000"),
        ("openai.chat", {"by": "concurrency"}, "on concurrent requests: Limit 5"),
        ("openai.chat", {"by": "concurrency", "at_once": 3}, "Limit 3"),
        ("anthropic.messages", {"per": "day"}, "rate limit of 200 requests per day"),
        ("anthropic.messages", {"by": "concurrency"}, "Number of concurrent connections has exceeded your rate limit"),
    ],
)
def test_each_allowance_has_the_platforms_words(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    settings: dict[str, Any],
    words: str,
) -> None:
    body = fault_for("rate_limit", on="*", **settings).program(strike_for(service))[1]

    assert isinstance(body, Send)
    assert words in json.loads(body.data)["error"]["message"]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"at_once": 3}, "needs by: concurrency"),
        ({"by": "concurrency", "per": "day"}, "leave per out"),
        ({"by": "concurrency", "at_once": 3, "bucket": {"rate": "1 rps"}}, "an allowance of its own"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    fault_for: Callable[..., Fault], settings: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        fault_for("rate_limit", **settings)
