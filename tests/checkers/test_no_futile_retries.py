"""Is what cannot succeed left alone?"""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten, rule
from support.pages import ROOT, section, table

from brownout.checkers.permanent import PERMANENT
from brownout.faults import FAULTS
from brownout.verdict import Status

SAME: dict[str, Any] = {"account": "first", "request": "cafe", "key": "k", "duration": 0.1}
STATUS = {"content_refused": 400, "context_too_long": 400, "prefill_refused": 400, "model_retired": 404}


def refused(
    drill: Handwritten, t: float = 11, canary: str | None = "mine", fault: str = "auth_error", **more: Any
) -> None:
    """A call that is refused for good, and over 0.1 s later."""
    drill.exchange(t, canary, fault, **{**SAME, "status": STATUS.get(fault, 401), **more})


@pytest.mark.parametrize("fault", sorted(PERMANENT))
def test_the_same_call_sent_again_is_futile(drill: Handwritten, fault: str) -> None:
    refused(drill, fault=fault)
    refused(drill, 11.5, fault=fault)
    drill.exchange(12, "mine", **SAME)

    verdict = drill.check("no_futile_retries")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "1 of 1 refused call sent again, 2 times"
    assert f"({fault}) to mine; the same call came again 2 times, first after 400ms" in verdict.evidence[0].text
    assert PERMANENT[fault].instead in (verdict.next_step or "")


def test_to_leave_it_at_that_holds(drill: Handwritten) -> None:
    refused(drill)
    drill.exchange(11.5, "other", **SAME | {"key": "other"})

    verdict = drill.check("no_futile_retries")

    assert verdict.status is Status.HELD
    assert verdict.samples == 1


@pytest.mark.parametrize(
    "other",
    [
        {"account": "second"},  # a fresh key, another host
        {"request": "beef"},  # a shorter conversation, without the prefill
        {"key": "another model"},
        {"t": 11.05},  # under way when the answer came
        {"t": 25.0},  # in another phase, in which the key may be good again
    ],
)
def test_another_call_is_a_way_out(drill: Handwritten, other: dict[str, Any]) -> None:
    refused(drill)
    drill.exchange(other.pop("t", 12.0), "mine", **{**SAME, **other})

    assert drill.check("no_futile_retries").status is Status.HELD


@pytest.mark.parametrize(
    "answer",
    [
        {"fault": "server_error", "status": 500},
        {"fault": "rate_limit", "status": 429},
        {"fault": "misleading_error", "status": 403},
        {"fault": "http_status", "status": 409},
        {"fault": "quota_exhausted", "status": 429, "retry_after": 5.0},  # it asks to be called again
        {"fault": "quota_exhausted", "status": 429, "service": "gemini.generate"},  # as a rate limit says it
        {"fault": "content_refused", "status": 200},
        {"delivered": False, "how": "client_gone"},
    ],
)
def test_after_any_other_answer_a_retry_may_be_right(drill: Handwritten, answer: dict[str, Any]) -> None:
    refused(drill, **answer)
    refused(drill, 12, **answer)

    assert drill.check("no_futile_retries").status is Status.SKIPPED


def test_what_comes_after_the_call_was_answered_is_another_matter(drill: Handwritten) -> None:
    refused(drill)
    for t in (12, 13, 14):
        drill.exchange(t, "mine", **SAME)

    assert drill.check("no_futile_retries").measured == "1 of 1 refused call sent again, 1 time"


def test_as_often_as_a_healthy_question_says_the_same_is_no_retry(drill: Handwritten) -> None:
    for t in (1, 2):
        drill.exchange(t, "well", **SAME | {"key": "well"})
    refused(drill)
    refused(drill, 12)

    assert drill.check("no_futile_retries").status is Status.HELD


def test_so_many_may_be_allowed(drill: Handwritten) -> None:
    refused(drill)
    refused(drill, 12)

    assert drill.check("no_futile_retries", at_most=1).status is Status.HELD
    assert drill.check("no_futile_retries", at_most=0).status is Status.BROKEN


@pytest.mark.parametrize(("attempt", "who"), [(1, "The SDK sends"), (0, "A loop around the SDK")])
def test_the_advice_is_for_whoever_sends_it_again(drill: Handwritten, attempt: int, who: str) -> None:
    refused(drill, fault="quota_exhausted", status=429, attempt=0)
    refused(drill, 12, fault="quota_exhausted", status=429, attempt=attempt)

    assert (drill.check("no_futile_retries").next_step or "").startswith(who)


def test_one_journey_is_judged_by_its_own_calls(drill: Handwritten) -> None:
    drill.ask(11, "error", "mine", journey="chat")
    drill.ask(11, "error", "other", journey="agent")
    refused(drill)
    refused(drill, 12, "other", key="other")
    refused(drill, 13, "other", key="other")

    assert drill.check("no_futile_retries", journey="chat").status is Status.HELD
    assert drill.check("no_futile_retries", journey="agent").status is Status.BROKEN


@pytest.mark.parametrize("lacking", [{"canary": None}, {"request": None}])
def test_calls_that_cannot_be_told_apart_are_unknown(drill: Handwritten, lacking: dict[str, Any]) -> None:
    for t in (11, 12):
        refused(drill, t, **lacking)

    assert drill.check("no_futile_retries").status is Status.UNKNOWN


def test_a_rule_that_should_have_struck_and_did_not_is_unknown(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule("outage.1.auth_error", "auth_error")]
    drill.exchange(11, "mine", **SAME)

    verdict = drill.check("no_futile_retries")

    assert verdict.status is Status.UNKNOWN
    assert "outage.1.auth_error" in verdict.finding


def test_a_scenario_without_such_answers_is_not_exercised(drill: Handwritten) -> None:
    drill.exchange(11, "mine", "server_error", **SAME)

    assert drill.check("no_futile_retries").status is Status.SKIPPED


def test_the_page_lists_the_answers_that_are_for_good() -> None:
    listed = {
        row[0].strip("`"): row[1] for row in table(section(ROOT / "docs" / "checkers.md", "no_futile_retries"), "fault")
    }

    assert listed == {fault: permanent.means for fault, permanent in PERMANENT.items()}
    assert set(PERMANENT) <= set(FAULTS)


@pytest.mark.parametrize(("calls", "status"), [(2, Status.HELD), (3, Status.BROKEN)])
def test_what_its_user_sent_again_is_asked_once_more(drill: Handwritten, calls: int, status: Status) -> None:
    drill.ask(10.9, "error", "mine", asks=False, again=True)
    drill.ask(10.9, "error", "mine", attempt=1, sent=0.4)
    for number in range(calls):
        refused(drill, 11 + number / 2)

    assert drill.check("no_futile_retries").status is status
