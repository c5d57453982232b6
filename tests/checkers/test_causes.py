"""What explains that steps went wrong: a finding counts what it explains and what it does not."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.checkers.causes import WAIT_LESS, causes
from brownout.verdict import Status, Verdict


def _hung(drill: Handwritten, start: float, number: int, fault: str | None, mark: str) -> None:
    """Users who give up after 15 s, each with a call of 14 s that met the fault or none."""
    for user in range(number):
        drill.ask(start, "hung", f"bo-{mark}{user}", user=user, duration=15.0)
        drill.exchange(start + 0.1, f"bo-{mark}{user}", fault, duration=14.0)


def _advice(verdict: Verdict) -> str:
    assert verdict.status is Status.BROKEN
    return verdict.next_step or ""


def test_hangs_that_met_nothing_are_counted_and_decide_the_advice(drill: Handwritten) -> None:
    _hung(drill, 1, 12, None, "calm")
    _hung(drill, 11, 27, None, "storm")
    _hung(drill, 11, 4, "slow_first_token", "slow")
    _hung(drill, 11, 1, "hang", "held")

    verdict = drill.check("no_hang", within="10s")

    assert (
        "Their calls had met 4 slow_first_token, 1 hang; 39 met no fault (12 in operational phases)." in verdict.finding
    )
    assert "a timeout on calls to the platform is not what they lack" in _advice(verdict)


def test_hangs_of_faults_need_timeouts(drill: Handwritten) -> None:
    _hung(drill, 11, 27, "hang", "held")
    _hung(drill, 11, 3, None, "free")

    assert "Give every call to the platform a timeout" in _advice(drill.check("no_hang", within="10s"))


def _slept(drill: Handwritten, mark: str, again: bool = True, wait: float = 12.0) -> None:
    """A question that is asked to wait, and does."""
    drill.ask(11, "ok" if again else "hung", mark, duration=wait + 1)
    drill.exchange(11.1, mark, "rate_limit", status=429, retry_after=wait, duration=0.1)
    if again:
        drill.exchange(11.2 + wait, mark, duration=0.5)


def test_a_wait_that_was_obeyed_for_too_long_is_no_lack_of_timeouts(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 10)
    for number in range(5):
        _slept(drill, f"bo-{number}")
        _slept(drill, f"bo-left{number}", again=False)

    verdict = drill.check("no_hang", within="10s")

    assert _advice(verdict) == WAIT_LESS
    assert "10 waited as long as Retry-After asked." in verdict.finding
    assert _advice(drill.check("latency", p90="5s", during="major_outage")) == WAIT_LESS
    assert _advice(drill.check("success", at_least="90%", during="major_outage")) == WAIT_LESS


def test_who_calls_again_at_once_did_not_wait(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a", duration=15.0)
    for second in (11.1, 12.0):
        drill.exchange(second, "bo-a", "rate_limit", status=429, retry_after=12.0, duration=0.1)
    drill.exchange(13.0, "bo-a", "hang", duration=12.0)

    assert causes(drill.record(), "TRUE", []).faults == {"hang": 1}


def test_a_step_is_explained_by_the_fault_that_held_it_longest(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a", duration=15.0)
    drill.exchange(11.1, "bo-a", "server_error", duration=0.1)
    drill.exchange(11.3, "bo-a", "server_error", duration=0.1)
    drill.exchange(11.5, "bo-a", "hang", duration=13.0)

    why = causes(drill.record(), "TRUE", [])

    assert (why.faults, why.main) == ({"hang": 1}, "fault")


def test_failures_that_met_no_fault_are_not_advised_to_retry(drill: Handwritten) -> None:
    drill.asks(1, ["error"] * 119, every=0.01)
    drill.ask(12, "error", "bo-struck")
    drill.exchange(12, "bo-struck", "server_error")

    verdict = drill.check("success", at_least="90%")

    assert "Their calls had met 1 server_error; 119 met no fault (119 in operational phases" in verdict.finding
    assert "Retry once or twice" not in _advice(verdict)
    assert "read the application's log" in _advice(verdict)


def test_waits_that_met_no_fault_are_not_advised_a_deadline_for_retries(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 20, duration=9.0)

    verdict = drill.check("latency", p95="5s")

    assert "Of those who waited longer: No fault was injected into their own calls" in verdict.finding
    assert "in the application itself" in _advice(verdict)


def test_no_steps_have_no_cause(drill: Handwritten) -> None:
    assert causes(drill.record(), "TRUE", []).words == ""
