"""Is a failure told as the failure of whoever failed?"""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten

from brownout.verdict import Status

OUTAGE = ("overloaded", 503)
CALLERS = ("context_too_long", 400)


def failed(drill: Handwritten, fault: tuple[str, int | None], outcome: str = "error", **met: Any) -> str:
    """A question in the outage whose one call met a fault, with what its user met; its canary."""
    mark = f"bo-{len(drill.events)}"
    drill.exchange(11, mark, fault[0], status=fault[1], duration=0.1)
    drill.ask(11, outcome, mark, **{"streamed": False, **met})
    return mark


@pytest.mark.parametrize(
    ("fault", "met", "words"),
    [
        (OUTAGE, {"status": 400}, "HTTP 400 for the platform's failure"),
        (("hang", None), {"status": 404}, "HTTP 404 for the platform's failure"),
        (("rate_limit", 429), {"status": 403}, "HTTP 403 for the platform's failure"),
        (("server_error", 500), {"status": 422}, "HTTP 422 for the platform's failure"),
        (CALLERS, {"status": 502}, "HTTP 502 for the prompt's own"),
        (("content_refused", 400), {"status": 500}, "HTTP 500 for the prompt's own"),
        (CALLERS, {"status": 503, "outcome": "refused", "retry_after": 5.0}, "HTTP 503 for the prompt's own"),
        (("too_large", 413), {"status": 429}, "HTTP 429 for the prompt's own"),
        (
            CALLERS,
            {"status": 400, "detail": "HTTP 400: The service is temporarily unavailable"},
            "words of an outage for the prompt's own",
        ),
        (
            CALLERS,
            {"status": 200, "told": "shown", "streamed": True, "detail": "shown in HTTP 200: Try again later."},
            "words of an outage for the prompt's own",
        ),
    ],
)
def test_a_failure_on_the_wrong_side_is_broken(
    drill: Handwritten, fault: tuple[str, int | None], met: dict[str, Any], words: str
) -> None:
    failed(drill, fault, **met)

    verdict = drill.check("blame")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == f"1 of 1 question told with the wrong blame: 1 {words}"
    assert verdict.evidence[0].row["fault"] == fault[0]
    assert verdict.next_step


@pytest.mark.parametrize(
    ("fault", "met"),
    [
        (OUTAGE, {"status": 503}),
        (OUTAGE, {"status": 500}),  # whether that is the right one of 5xx is another check's business
        (OUTAGE, {"status": 429}),
        (OUTAGE, {"status": 408}),
        (OUTAGE, {"status": 424}),
        (OUTAGE, {"status": 200, "outcome": "ok"}),
        (CALLERS, {"status": 400, "detail": "HTTP 400: Too long. Try again with a shorter text."}),
        (CALLERS, {"status": 413}),
        (CALLERS, {"status": 501}),
        (CALLERS, {"status": 200, "told": "excuse", "detail": "an excuse inside a success: try again"}),
        (CALLERS, {"status": 200, "told": "shown", "detail": "shown in HTTP 200: try again later"}),
    ],
)
def test_a_failure_on_its_own_side_holds(
    drill: Handwritten, fault: tuple[str, int | None], met: dict[str, Any]
) -> None:
    failed(drill, fault, **met)

    assert drill.check("blame").status is Status.HELD


@pytest.mark.parametrize(
    "fault",
    [
        ("auth_error", 401),
        ("model_retired", 404),
        ("quota_exhausted", 429),
        ("misleading_error", 403),
        ("http_status", 400),
    ],
)
@pytest.mark.parametrize("status", [400, 401, 503])
def test_what_may_be_anybodys_doing_is_not_judged(drill: Handwritten, fault: tuple[str, int], status: int) -> None:
    failed(drill, fault, status=status)

    assert drill.check("blame").status is Status.SKIPPED


def test_another_refusal_among_the_calls_may_explain_a_4xx(drill: Handwritten) -> None:
    mark = failed(drill, OUTAGE, status=400)
    drill.exchange(11.2, mark, status=400, duration=0.1)  # the stand-in's own word on what it was sent

    assert drill.check("blame").status is Status.SKIPPED


def test_who_has_a_fallback_that_is_closed_may_ask_for_patience(drill: Handwritten) -> None:
    other = failed(drill, CALLERS, "ok", status=200)
    drill.exchange(11.2, other, service="anthropic.messages", model="claude", duration=0.1)
    failed(drill, CALLERS, "refused", status=503, retry_after=1.0)
    assert drill.check("blame").status is Status.SKIPPED

    both = failed(drill, CALLERS, "refused", status=503, retry_after=1.0)
    drill.exchange(11.2, both, "context_too_long", status=400, model="claude", duration=0.1)
    assert drill.check("blame").measured.startswith("1 of 1 question")


def test_what_users_are_told_on_a_good_call_too_is_no_blame(drill: Handwritten) -> None:
    drill.exchange(1, "bo-well", duration=0.1)
    drill.ask(1, "error", "bo-well", status=400)
    failed(drill, OUTAGE, status=400)

    assert drill.check("blame").status is Status.HELD


def test_a_failure_of_another_phase_is_another_matter(drill: Handwritten) -> None:
    failed(drill, OUTAGE, status=400)

    assert drill.check("blame", during="recovering").status is Status.SKIPPED


def test_a_profile_may_allow_a_status(drill: Handwritten) -> None:
    failed(drill, OUTAGE, status=404)
    failed(drill, CALLERS, status=500)

    assert drill.check("blame", allow=[404]).measured.startswith("1 of 2")
    assert drill.check("blame", allow=[404, 500]).status is Status.HELD


def test_no_fault_is_not_exercised_and_one_of_nobodys_calls_is_unknown(drill: Handwritten) -> None:
    assert drill.check("blame").status is Status.SKIPPED
    drill.exchange(11, None, "overloaded", status=503)
    assert drill.check("blame").status is Status.UNKNOWN


def test_one_failure_is_told_by_one_check(drill: Handwritten) -> None:
    for status in (400, 404, 500, 503):
        failed(drill, OUTAGE, status=status)
        failed(drill, CALLERS, status=status)
    blamed = {row.row["canary"] for row in drill.check("blame").evidence}
    hidden = {row.row["canary"] for row in drill.check("honest_errors").evidence}

    assert blamed
    assert hidden
    assert not blamed & hidden
