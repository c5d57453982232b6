from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.deciding import counting
from brownout.deciding.counting import Tally
from brownout.deciding.plan import Decision, Moment, decide
from brownout.exchange import Call, Exchange, Request, Turn
from brownout.scenario import Scenario


def scenario(**rule: Any) -> Scenario:
    rules = [{"fault": "rate_limit", "on": "openai.chat", "id": "r", **rule}]
    timeline = [{"phase": "p", "lasts": "1h", "impact": "degraded", "rules": rules}]
    return Scenario.model_validate({"brownout": 1, "name": "x", "title": "X", "timeline": timeline})


def struck(at: Scenario, times: list[float], key: str = "k") -> list[bool]:
    """Whether calls at these seconds are struck, one proxy counting."""
    tally, phase = Tally(), at.phases[0]
    result = []
    for number, now in enumerate(times):
        call = Call("openai.chat", Request("POST", "api.openai.com", "/v1/chat/completions"), api_key=key)
        counts = tally.counts(phase, call, now)
        decision = decide(at, Moment(phase, now), Exchange(call, f"k{number}", None, 0, "client"), counts)
        tally.note(decision, phase, call, now)
        result.append(decision.rule is not None)
    return result


def test_after_lets_so_many_calls_pass() -> None:
    assert struck(scenario(after="2 calls"), [0.0] * 4) == [False, False, True, True]


def test_limit_ends_it() -> None:
    assert struck(scenario(limit=2), [0.0] * 4) == [True, True, False, False]


def test_a_bucket_admits_its_burst_at_once() -> None:
    assert struck(scenario(bucket={"rate": "1 rps", "burst": 3}), [0.0] * 5) == [False, False, False, True, True]


def test_a_bucket_refills_with_time_and_not_beyond_its_burst() -> None:
    times = [0.0, 0.0, 0.9, 1.1, 100.0, 100.0]

    assert struck(scenario(bucket={"rate": "1 rps", "burst": 1}), times) == [False, True, True, False, False, True]


def test_each_key_has_a_bucket_of_its_own() -> None:
    at, tally = scenario(bucket={"rate": "1/min", "burst": 1}), Tally()
    for key in ("one", "two"):
        call = Call("openai.chat", Request("POST", "h", "/"), api_key=key)
        assert tally.seconds_until_admitted(at.rules[0], call, 0.0) == 0.0
        tally.note(decide(at, Moment(at.phases[0], 0), Exchange(call, key, None, 0, "client"),
                          tally.counts(at.phases[0], call, 0.0)), at.phases[0], call, 0.0)  # fmt: skip
        assert tally.seconds_until_admitted(at.rules[0], call, 0.0) == pytest.approx(60.0)


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 5), st.floats(0.1, 10))
def test_a_bucket_never_admits_more_than_burst_and_rate(gaps: list[float], burst: int, rate: float) -> None:
    times = [sum(gaps[:index]) for index in range(len(gaps))]
    admitted = struck(scenario(bucket={"rate": rate, "burst": burst}), times).count(False)

    assert admitted <= burst + (times[-1] if times else 0) * rate + 1e-6


def said(words: str, key: str = "k") -> Call:
    request = Request("POST", "api.openai.com", "/v1/chat/completions")
    return Call("openai.chat", request, text=words, turns=(Turn("user", words),), api_key=key)


def test_a_bucket_of_tokens_is_charged_for_what_is_sent_and_for_what_is_answered() -> None:
    at = scenario(by="tokens", bucket={"rate": "60 tpm", "burst": 100})
    tally, phase, call = Tally(), at.phases[0], said("x" * 160)  # 40 tokens

    def ask(now: float) -> Decision:
        counts = tally.counts(phase, call, now)
        decision = decide(at, Moment(phase, now), Exchange(call, f"k{now}", None, 0, "client"), counts)
        tally.note(decision, phase, call, now)
        return decision

    first = ask(0.0)
    tally.settle(first, phase, call, 50, 0.0)  # 10 of 100 are left

    assert first.rule is None
    assert ask(0.0).rule is not None
    assert tally.seconds_until_admitted(at.rules[0], call, 0.0) == 30.0
    assert ask(29.0).rule is not None
    assert ask(31.0).rule is None


def test_a_call_larger_than_the_bucket_is_admitted_when_that_is_full() -> None:
    at = scenario(by="tokens", bucket={"rate": "60 tpm", "burst": 10})
    tally, call = Tally(), said("x" * 4000)

    assert tally.counts(at.phases[0], call, 0.0)["r"].admits


def sent(at: Scenario, *messages: tuple[str, str | None, str]) -> list[bool]:
    """Whether messages (number, user, API key) that go out in the same second are struck."""
    tally, phase, result = Tally(), at.phases[0], []
    for number, (sender, user, key) in enumerate(messages):
        request = Request("POST", "graph.facebook.com", f"/v25.0/{sender}/messages")
        call = Call("whatsapp.messages", request, api_key=key, user=user)
        counts = tally.counts(phase, call, 0.0)
        decision = decide(at, Moment(phase, 0.0), Exchange(call, f"k{number}", None, 0, "client"), counts)
        tally.note(decision, phase, call, 0.0)
        result.append(decision.rule is not None)
    return result


def limited(reason: str | None) -> Scenario:
    return scenario(on="whatsapp.messages", bucket={"rate": "1 rps", "burst": 1}, reason=reason)


def test_a_bucket_counts_each_number_each_pair_or_each_key() -> None:
    messages = (("1", "ada", "k"), ("1", "bob", "k"), ("1", "ada", "other"), ("2", "ada", "k"))

    assert sent(limited("throughput"), *messages) == [False, True, True, False]
    assert sent(limited("spam"), *messages) == [False, True, True, False]
    assert sent(limited("pair"), *messages) == [False, False, True, False]
    assert sent(limited(None), *messages) == [False, True, False, True]


def test_what_goes_to_no_user_counts_for_nothing() -> None:
    assert sent(limited("throughput"), ("1", None, "k"), ("1", None, "k"), ("1", "ada", "k")) == [False] * 3


def test_only_so_many_buckets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_MOST", 2)
    found = sent(limited("pair"), *(("1", user, "k") for user in ("ada", "bob", "eve", "ada", "eve")))

    assert found == [False, False, False, False, True]


def test_calls_at_once_are_counted_until_they_end() -> None:
    at, tally = scenario(by="concurrency", at_once=2), Tally()
    phase = at.phases[0]

    def ask(number: int, key: str = "k") -> tuple[Decision, Call]:
        call = Call("openai.chat", Request("POST", "h", "/"), api_key=key)
        exchange = Exchange(call, f"{key}{number}", None, 0, "client")
        decision = decide(at, Moment(phase, 0), exchange, tally.counts(phase, call, 0.0))
        tally.note(decision, phase, call, 0.0)
        return decision, call

    first, *others = (ask(number) for number in range(3))
    assert [decision.rule is not None for decision, _ in (first, *others)] == [False, False, True]
    assert ask(0, "another")[0].rule is None
    tally.leave(others[-1][0], phase, others[-1][1])  # one that was struck was never under way
    assert ask(3)[0].rule is not None
    tally.leave(first[0], phase, first[1])
    assert ask(4)[0].rule is None
