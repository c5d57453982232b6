"""no_leaks: nothing reaches users that is none of their business."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.fingerprints import fingerprints
from brownout.verdict import Status


def test_holds_when_nothing_leaks(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 5)

    assert drill.check("no_leaks").status is Status.HELD


def test_names_kinds_counts_and_one_snippet(drill: Handwritten) -> None:
    drill.ask(11, "error", leaks=["traceback", "key"], detail="Traceback (most recent call last): …")
    drill.ask(12, "error", leaks=["traceback"])
    drill.ask(13, "ok")

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "3 leaks"
    assert "2 traceback, 1 key" in verdict.finding
    assert "For example: Traceback (most recent call last): …" in verdict.finding
    assert len(verdict.evidence) == 2


def test_steps_that_ask_nothing_can_leak_too(drill: Handwritten) -> None:
    drill.ask(11, "error", leaks=["provider_error"], asks=False, step="open")

    assert drill.check("no_leaks").status is Status.BROKEN


def test_an_error_stored_as_an_answer_is_a_leak(drill: Handwritten) -> None:
    drill.ask(11, "error")
    drill.history(12, user=4, errors=["bo-a"])

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert "1 error stored as an answer" in verdict.finding
    assert verdict.evidence[0].row["user"] == 4


def test_a_key_that_was_in_use_is_said_to_be_one(drill: Handwritten) -> None:
    drill.ask(11, "error", leaks=["key_in_use"], detail="HTTP 502: gateway said no to [key]")

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert "1 key that was in use" in verdict.finding
    assert "Change the key" in (verdict.next_step or "")


def test_whoever_shows_a_key_among_other_things_is_told_to_change_it_too(drill: Handwritten) -> None:
    drill.ask(11, "error", leaks=["api_key", "traceback"], detail="HTTP 500: [key]")

    advice = drill.check("no_leaks").next_step or ""

    assert advice.startswith("Catch provider errors")
    assert "Change the key" in advice


def test_without_a_step_it_is_unknown(drill: Handwritten) -> None:
    assert drill.check("no_leaks").status is Status.UNKNOWN


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("no_leaks", during="shutdown").measured


def test_an_error_that_is_seen_in_every_look_is_one(drill: Handwritten) -> None:
    drill.ask(11)
    for number in range(3):
        drill.history(12 + number, iteration=number, errors=["bo-a"])

    assert drill.check("no_leaks").measured == "1 leak"


PAGE = "<title>502 Bad Gateway</title><p>The gateway of the platform could not reach what is behind it."
OWN = fingerprints("<title>500 Internal Server Error</title><p>The server encountered an internal error, sorry.")
SENT = fingerprints(PAGE)


def _shows(drill: Handwritten, kind: str, prints: list[str], times: int = 1) -> None:
    """Questions whose call met a page, and what their users saw."""
    for number in range(times):
        drill.exchange(11 + number / 100, f"bo-{number}", "gateway_error", status=502, prints=SENT)
        drill.ask(11 + number / 100, "error", f"bo-{number}", leaks=[kind], prints=prints)


def test_a_frameworks_own_page_is_called_so_and_not_the_providers(drill: Handwritten) -> None:
    _shows(drill, "error_page", OWN, 37)

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert "37 raw error page of the framework" in verdict.finding
    assert "provider" not in verdict.finding
    assert (verdict.next_step or "").startswith("No handler has caught the error")


def test_a_page_that_was_sent_is_the_providers(drill: Handwritten) -> None:
    _shows(drill, "error_page", SENT)

    verdict = drill.check("no_leaks")

    assert "1 provider_html" in verdict.finding
    assert (verdict.next_step or "").startswith("Catch provider errors")


def test_a_page_of_some_front_end_that_nobody_sent_is_called_so(drill: Handwritten) -> None:
    _shows(drill, "provider_html", OWN)

    assert "1 raw error page of a front end (nginx, Envoy, a CDN)" in drill.check("no_leaks").finding


def test_of_a_real_platform_nobody_knows_what_it_sent(drill: Handwritten) -> None:
    drill.drill["sentinel"] = False
    _shows(drill, "provider_html", OWN)

    assert "1 provider_html" in drill.check("no_leaks").finding


def test_a_message_of_another_question_proves_nothing(drill: Handwritten) -> None:
    drill.exchange(11, "bo-other", "gateway_error", status=502, prints=SENT)
    drill.ask(11, "error", "bo-mine", leaks=["error_page"], prints=SENT)

    assert "raw error page of the framework" in drill.check("no_leaks").finding


def test_words_of_the_provider_are_a_leak_whatever_they_are(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", "server_error", status=500, prints=SENT)
    drill.ask(11, "error", "bo-a", prints=SENT)

    verdict = drill.check("no_leaks")

    assert verdict.status is Status.BROKEN
    assert "1 error of the provider, word for word" in verdict.finding
    assert len(verdict.evidence) == 1


def test_made_up_words_of_an_answer_are_none(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", "answer_refused", status=200, prints=SENT)
    drill.ask(11, "half", "bo-a", prints=SENT)

    assert drill.check("no_leaks").status is Status.HELD
