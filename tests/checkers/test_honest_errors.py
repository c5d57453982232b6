"""Is a failure told as one?"""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten

from brownout.verdict import Status

HTTP: dict[str, Any] = {"status": 200, "streamed": False, "first_token": None}


def failed(drill: Handwritten, times: int = 4, fault: str = "overloaded", **more: Any) -> None:
    """So many questions in the outage, of a user each, whose one call failed; ``more`` is what each user met."""
    call = {name: more.pop(name) for name in ("got", "wait", "how") if name in more}
    got = {"status": call.get("got", 503), "retry_after": call.get("wait"), "how": call.get("how", "written")}
    for number in range(times):
        mark = f"bo-{len(drill.events)}"
        drill.exchange(11 + number, mark, fault, duration=0.1, **got)
        drill.ask(11 + number, canary=mark, **{"outcome": "error", "user": number, **HTTP, **more})


def well(drill: Handwritten, outcome: str = "ok", **more: Any) -> None:
    """A question on the healthy platform, whose call was answered."""
    drill.exchange(1, "bo-well", duration=0.1)
    drill.ask(1, canary="bo-well", **{"outcome": outcome, **HTTP, **more})


EMPTY: dict[str, Any] = {"outcome": "empty", "told": "nothing", "detail": "a reply without text"}
EXCUSE: dict[str, Any] = {"told": "excuse", "digest": "abc", "detail": "an excuse inside a success: sorry"}
SHOWN: dict[str, Any] = {"told": "shown", "detail": "shown in HTTP 200: no luck"}
WORDS: dict[str, Any] = {"told": "words", "detail": "an error text inside a success: Error code: 500"}
STREAM: dict[str, Any] = {"streamed": True, "first_token": 0.1}


@pytest.mark.parametrize(
    ("met", "words"),
    [
        (EMPTY, "4 with nothing in a success"),
        (EXCUSE, "4 with an excuse in the place of the answer"),
        (SHOWN, "4 with an error in a success"),
        (WORDS, "4 with an error's words in the place of the answer"),
        (WORDS | STREAM, "4 with an error's words in the place of the answer"),
        ({"status": 500, "detail": "HTTP 500: oops"}, "4 HTTP 500 for an outage"),
        ({"status": 503, "wait": 5.0}, "4 without the platform's time to come back"),
        ({"status": 500, "got": None, "fault": "hang", "how": "client_left"}, "4 HTTP 500 for an outage"),
    ],
)
def test_a_failure_that_looks_like_something_else_is_broken(
    drill: Handwritten, met: dict[str, Any], words: str
) -> None:
    well(drill)
    failed(drill, **met)

    verdict = drill.check("honest_errors")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == f"4 of 4 failures told as something else: {words}"
    assert verdict.evidence[0].row["status"] in (200, 500, 503)
    assert "; shown: " in verdict.evidence[0].text
    assert verdict.next_step


@pytest.mark.parametrize(
    "met",
    [
        {"status": 503, "wait": 5.0, "outcome": "refused", "retry_after": 5.0},
        {"status": 502, "wait": 5.0},
        {"status": 503},  # the platform named no time
        {"status": 504, "got": None, "fault": "hang", "how": "client_left"},
        {"status": 500, "got": 500, "fault": "server_error"},  # the platform said no more itself
        {"status": 522},  # as the CDN said it
        {"status": 400},  # whose fault it is said to be is another check's business
        SHOWN | STREAM,
        SHOWN | {"channel": "websocket", "status": None},
        SHOWN | {"status": 202},  # it promises an answer
        EMPTY | {"status": 204},
        EXCUSE | {"channel": "whatsapp", "status": None},
        {"outcome": "cut", "status": 200},
        {"outcome": "hung", "status": None},
        {"outcome": "half", "status": 200},
        EXCUSE | {"got": 400, "fault": "content_refused"},  # an answer to a refused prompt
        EXCUSE | {"got": 200, "fault": "answer_refused"},  # the model's own words
        EXCUSE | STREAM | {"got": 200, "fault": "stream_cut"},  # what came before it may have been an answer
        WORDS | STREAM | {"got": 200, "fault": "stream_cut"},
    ],
)
def test_an_honest_failure_is_none_of_it(drill: Handwritten, met: dict[str, Any]) -> None:
    well(drill)
    failed(drill, **met)

    verdict = drill.check("honest_errors")

    assert verdict.status is Status.HELD, verdict.finding
    assert verdict.samples == 4


def test_an_excuse_after_a_broken_stream_counts_where_the_user_saw_no_stream(drill: Handwritten) -> None:
    failed(drill, **EXCUSE, got=200, fault="stream_cut")

    assert drill.check("honest_errors").status is Status.BROKEN


@pytest.mark.parametrize(
    "met",
    [
        EXCUSE,  # twice only
        EMPTY | {"told": None},  # nothing where the profile looks, but something elsewhere
        SHOWN | {"told": None},  # a journal of before
    ],
)
def test_what_only_the_profile_could_explain_is_unknown(drill: Handwritten, met: dict[str, Any]) -> None:
    failed(drill, 2, **met)

    verdict = drill.check("honest_errors")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "0 of 2 failures told as something else; 2 answers cannot be read"
    assert "error: in reply" in (verdict.next_step or "")


def test_an_excuse_that_quotes_the_platform_needs_no_other_like_it(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", "server_error", status=500, duration=0.1, prints=["=aa", "bb"])
    drill.ask(11, "error", "bo-a", **{**HTTP, **EXCUSE, "prints": ["bb"]})

    assert drill.check("honest_errors").measured.endswith("1 with an error's words in the place of the answer")


def test_excuses_that_differ_or_are_one_users_prove_nothing(drill: Handwritten) -> None:
    for digest in ("a", "b", "c"):
        failed(drill, 1, **EXCUSE | {"digest": digest})
    failed(drill, 3, **EXCUSE, user=1)

    assert drill.check("honest_errors").status is Status.UNKNOWN


@pytest.mark.parametrize("met", [EMPTY, EXCUSE, SHOWN, WORDS, {"status": 500}])
def test_what_users_get_on_a_good_call_too_is_no_failure_of_the_outage(drill: Handwritten, met: dict[str, Any]) -> None:
    well(drill, **{"outcome": "error", **met})
    failed(drill, **met)

    assert drill.check("honest_errors").status is Status.HELD


def test_what_is_seen_without_any_call_excuses_nothing(drill: Handwritten) -> None:
    drill.ask(1, "empty", "bo-breaker", **{**HTTP, "told": "nothing"})  # an open circuit breaker, say
    failed(drill, **EMPTY)

    assert drill.check("honest_errors").status is Status.BROKEN


@pytest.mark.parametrize(
    "call",
    [
        {"delivered": False, "how": "client_gone", "status": None},
        {"how": "released", "status": None},
        {"fault": "misleading_error", "status": 404},
        {"fault": "auth_error", "status": 401},
    ],
)
def test_a_status_is_wrong_only_after_an_outage_that_is_sure(drill: Handwritten, call: dict[str, Any]) -> None:
    failed(drill, 1, status=503)
    drill.exchange(12, "bo-x", **{"fault": "overloaded", "duration": 0.1, **call})
    drill.ask(12, "error", "bo-x", **{**HTTP, "status": 500})

    assert drill.check("honest_errors").status is Status.HELD


def test_what_came_of_another_call_of_the_question_is_not_the_outages(drill: Handwritten) -> None:
    failed(drill, 1, status=503)
    drill.exchange(12, "bo-x", "overloaded", status=503, duration=0.1)
    drill.exchange(12.2, "bo-x", duration=0.1)  # the fallback answered
    drill.ask(12, "error", "bo-x", **{**HTTP, "status": 500})

    assert drill.check("honest_errors").status is Status.HELD


def test_calls_after_the_user_had_the_answer_explain_nothing(drill: Handwritten) -> None:
    failed(drill, 1, status=500)
    drill.exchange(13, drill.events[0].canary, duration=0.1)  # type: ignore[attr-defined]

    assert drill.check("honest_errors").status is Status.BROKEN


@pytest.mark.parametrize(
    ("settings", "met"),
    [
        ({"allow": [500]}, {"status": 500}),
        ({"statuses": [500]}, {"status": 500}),
        ({"retry_after": "ignored"}, {"status": 503, "wait": 5.0}),
        ({"marks": "anywhere"}, SHOWN),
    ],
)
def test_a_profile_may_allow_it(drill: Handwritten, settings: dict[str, Any], met: dict[str, Any]) -> None:
    failed(drill, **met)

    assert drill.check("honest_errors", **settings).status is Status.HELD


def test_half_answers_are_told_and_left_to_their_own_check(drill: Handwritten) -> None:
    failed(drill, 2, outcome="half")
    failed(drill, 1, status=500)

    verdict = drill.check("honest_errors")

    assert verdict.measured.startswith("1 of 1 failure told")
    assert "2 half answers besides: see whole_answers." in verdict.finding


def test_who_leaves_no_user_with_a_failure_holds_it(drill: Handwritten) -> None:
    failed(drill, outcome="ok", digest="x")

    verdict = drill.check("honest_errors")

    assert verdict.status is Status.HELD
    assert "no failure was shown to a user" in verdict.finding


def test_only_the_phases_that_are_meant_count(drill: Handwritten) -> None:
    failed(drill, status=500)

    assert drill.check("honest_errors", during="operational").status is Status.SKIPPED
    assert drill.check("honest_errors", during="major_outage").status is Status.BROKEN


def test_no_fault_on_a_question_is_not_exercised(drill: Handwritten) -> None:
    well(drill)

    assert drill.check("honest_errors").status is Status.SKIPPED


def test_faults_on_calls_that_belong_to_nobody_leave_it_unknown(drill: Handwritten) -> None:
    drill.exchange(11, None, "overloaded", status=503)
    drill.ask(11, "ok", "bo-b", user=2)  # whose it was, of two who waited, is not known
    drill.ask(11, "empty", "bo-a", **{**HTTP, "told": "nothing"})

    assert drill.check("honest_errors").status is Status.UNKNOWN


def test_a_locust_file_reads_no_answers(drill: Handwritten) -> None:
    drill.drill["sentinel"] = False
    failed(drill, outcome="ok")

    assert drill.check("honest_errors").status is Status.UNKNOWN
