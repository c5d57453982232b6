"""breaker: whether calls to a service that is down stop, come back afterwards, and do not storm the fallback."""

from __future__ import annotations

import pytest
from support.journals import Handwritten, rule

from brownout.verdict import Status, Verdict

PRIMARY, FALLBACK = "openai.chat", "anthropic.messages"


@pytest.fixture(autouse=True)
def struck(drill: Handwritten) -> None:
    """All calls to openai.chat fail from 10 s to 30 s; before, thirty questions used it."""
    drill.drill["rules"] = [rule(curve=1.0), rule("tail.1.server_error", phase="tail", curve=1.0)]
    for number in range(30):
        _ask(drill, 1 + number / 5, number)


def _ask(drill: Handwritten, t: float, user: int, calls: str = "p", duration: float = 0.5) -> None:
    """One question of one user and its calls: to the primary, failed (``x``) or well (``p``), or to the fallback."""
    canary = f"q{t:.2f}-{user}"
    drill.ask(t, "error" if calls in ("x", "") else "ok", canary, user=user, duration=duration)
    for nth, kind in enumerate(calls):
        fault = "server_error" if kind == "x" else None
        service = FALLBACK if kind == "f" else PRIMARY
        id = "outage.1.server_error" if t < 20 else "tail.1.server_error"
        struck = {"eligible": [id], "rule": id} if fault else {}
        drill.exchange(t + nth / 20, canary, fault, service=service, duration=0.1, **struck)


def _outage(drill: Handwritten, later: str, duration: float = 0.5) -> None:
    """Three seconds in which everybody still calls, then what follows."""
    for number in range(15):
        _ask(drill, 10.1 + number / 5, number, "x")
    for number in range(60):
        _ask(drill, 16 + number / 5, number % 30, later, duration)


def _after(drill: Handwritten, calls: str, start: float = 31) -> None:
    for number in range(60):
        _ask(drill, start + number / 3, number % 30, calls)


def _check(drill: Handwritten, **settings: object) -> Verdict:
    return drill.check("breaker", **{"primary": PRIMARY, "closes_within": "5s", **settings})


def test_one_that_opens_and_closes_holds(drill: Handwritten) -> None:
    _outage(drill, "", duration=0.1)
    _after(drill, "p")

    verdict = _check(drill)

    assert verdict.status is Status.HELD
    assert "100% (60 of 60) left openai.chat alone while it was known to be down" in verdict.measured
    assert "called openai.chat again 5s after the faults and later" in verdict.measured


def test_a_service_that_is_called_all_the_same_is_broken(drill: Handwritten) -> None:
    _outage(drill, "x")
    _after(drill, "p")

    verdict = _check(drill)

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "0% (0 of 60) left openai.chat alone while it was known to be down"
    assert "5s after 5 failures at least 80% of questions leave openai.chat alone" in verdict.objective
    assert "Open a circuit breaker" in (verdict.next_step or "")
    assert len(verdict.evidence) == 5


def test_a_fallback_after_the_primary_has_failed_each_time_is_no_breaker(drill: Handwritten) -> None:
    _outage(drill, "xf")
    _after(drill, "p")

    assert _check(drill, fallback=FALLBACK).status is Status.BROKEN


def test_a_probe_now_and_then_is_allowed(drill: Handwritten) -> None:
    _outage(drill, "")
    for number in range(4):
        _ask(drill, 18 + 3 * number, 40 + number, "x")
    _after(drill, "p")

    assert _check(drill).status is Status.HELD


def test_one_that_never_closes_is_broken(drill: Handwritten) -> None:
    _outage(drill, "f")
    _after(drill, "f")

    verdict = _check(drill, fallback=FALLBACK)

    assert verdict.status is Status.BROKEN
    assert "0% (0 of" in verdict.measured
    assert "called openai.chat again" in verdict.measured
    assert "5s after the faults 90% call it again" in verdict.objective
    assert "close with the first successes" in (verdict.next_step or "")


def test_who_hangs_afterwards_before_any_call_says_nothing_of_a_breaker(drill: Handwritten) -> None:
    _outage(drill, "")
    for number in range(60):
        drill.ask(37 + number / 3, "hung", f"stuck{number}", user=number % 30, duration=5.0)

    verdict = _check(drill)

    assert verdict.status is Status.HELD
    assert "again" not in verdict.measured


def test_who_waits_without_any_call_waits_too_long(drill: Handwritten) -> None:
    _outage(drill, "", duration=9)
    _after(drill, "p")

    verdict = _check(drill)

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "0% (0 of 60) ended within 2s without any call while it was down"
    assert "95% of those without any call end within 2s" in verdict.objective


@pytest.mark.parametrize(("calls", "status"), [("f", Status.HELD), ("fff", Status.BROKEN)])
def test_a_fallback_is_not_stormed(drill: Handwritten, calls: str, status: Status) -> None:
    _outage(drill, calls)
    _after(drill, "p")

    verdict = _check(drill, fallback=FALLBACK)

    assert verdict.status is status
    assert f"{len(calls)} calls to anthropic.messages for one that is needed" in verdict.measured
    assert "at most 1.5 calls to anthropic.messages for one that is needed" in verdict.objective


def test_a_fallback_that_met_faults_itself_may_be_asked_again(drill: Handwritten) -> None:
    _outage(drill, "fff")
    for number in range(60):
        drill.exchange(16.01 + number / 5, f"q{16 + number / 5:.2f}-{number % 30}", "overloaded", service=FALLBACK)
    _after(drill, "p")

    assert _check(drill, fallback=FALLBACK).status is Status.HELD


def test_few_questions_are_unknown(drill: Handwritten) -> None:
    for number in range(8):
        _ask(drill, 10.1 + number / 5, number, "x")
    for number in range(5):
        _ask(drill, 17 + number, number, "x")

    verdict = _check(drill)

    assert verdict.status is Status.UNKNOWN
    assert "5 questions while it was known to be down of the 10 needed" in verdict.measured


def test_a_service_that_was_down_for_some_calls_only_puts_no_breaker_to_the_test(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(curve=0.3)]
    _outage(drill, "x")

    assert "it was never down" in _check(drill).measured


def test_what_was_never_called_or_never_known_to_use_it(drill: Handwritten) -> None:
    _outage(drill, "x")
    assert "never called cohere.chat" in _check(drill, primary="cohere.chat").measured

    for number in range(300):
        _ask(drill, 2 + number / 60, number, "f")
    assert _check(drill).status is Status.UNKNOWN


def test_too_few_failures_show_nobody_that_it_is_down(drill: Handwritten) -> None:
    for number in range(4):
        _ask(drill, 11 + number, number, "x")

    assert _check(drill).status is Status.SKIPPED
