"""no_hang: everybody gets an end in time, whatever it is."""

from __future__ import annotations

import pytest
from support.journals import Handwritten

from brownout.verdict import Status


def test_an_error_in_time_is_an_end(drill: Handwritten) -> None:
    drill.asks(11, ["error", "ok", "refused"], duration=2.0)

    verdict = drill.check("no_hang", within="2s")

    assert verdict.status is Status.HELD
    assert verdict.measured == "longest wait 2s over 3 steps"


def test_an_answer_that_comes_too_late_breaks_it(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 5)
    drill.ask(12, "ok", duration=21.0)

    assert drill.check("no_hang", within="20s").status is Status.BROKEN


@pytest.mark.parametrize(
    ("patience", "status", "measured"),
    [
        (21.0, Status.BROKEN, "longest wait 21s over 2 steps"),
        (20.0, Status.BROKEN, "no end within 20s for 1 of 2 steps"),
        (15.0, Status.UNKNOWN, "longest wait 15s over 2 steps; 1 without an end when their users gave up"),
    ],
)
def test_who_gave_up_without_an_end_proves_a_wait_as_long_as_their_patience(
    drill: Handwritten, patience: float, status: Status, measured: str
) -> None:
    drill.ask(11)
    drill.ask(12, "hung", duration=patience)

    verdict = drill.check("no_hang", within="20s")

    assert (verdict.status, verdict.measured) == (status, measured)
    assert ("patience: 20s in the journey" in (verdict.next_step or "")) is (status is Status.UNKNOWN)


def test_who_sends_again_because_nothing_came_waits_on(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a", asks=False, again=True, duration=6.0)
    drill.ask(11, "ok", "bo-a", attempt=1, sent=7.0, duration=8.0)

    assert drill.check("no_hang", within="8s").measured == "longest wait 8s over 1 step"
    assert drill.check("no_hang", within="7s").status is Status.BROKEN
    assert "(chat/ask, sent 2 times)" in drill.check("no_hang", within="7s").evidence[0].text


def test_who_was_told_and_sends_again_begins_to_wait_anew(drill: Handwritten) -> None:
    drill.ask(11, "refused", "bo-a", asks=False, again=True, duration=0.5)
    drill.ask(11, "refused", "bo-a", asks=False, again=True, attempt=1, sent=5.5, waits=5.5, duration=7.5)
    drill.ask(11, "ok", "bo-a", attempt=2, sent=12.5, waits=12.5, duration=13.0)

    verdict = drill.check("no_hang", within="2s")

    assert (verdict.status, verdict.measured) == (Status.HELD, "longest wait 2s over 3 steps")
    assert drill.check("no_hang", within="1s").status is Status.BROKEN


def test_tells_how_many_users_how_long_and_what_held_them(drill: Handwritten) -> None:
    for user in range(3):
        drill.ask(11, "hung", f"bo-{user}", user=user, duration=15.0 + user)
        drill.exchange(11, f"bo-{user}", "hang", how="client_left")
    drill.ask(14, "hung", "bo-again", user=2, duration=15.0)

    verdict = drill.check("no_hang", within="10s")

    assert verdict.status is Status.BROKEN
    assert "3 users waited too long or gave up, 4 times; the longest wait was 17s" in verdict.finding
    assert "Their calls had met 3 hang; 1 met no fault (1 without any call to the platform)." in verdict.finding
    assert verdict.evidence[0].row["duration"] == 17.0
    assert "hang (rule outage.1.hang, client_left)" in verdict.evidence[0].text


def test_the_advice_counts_the_attempts_of_sdks_in(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a", duration=15.0)
    drill.exchange(11, "bo-a", "hang", how="client_left")

    advice = drill.check("no_hang", within="10s").next_step or ""

    assert "all attempts together stay well below this limit" in advice
    assert "unless their own retries (max_retries) are off" in advice


def test_bystanders_who_call_no_platform_count(drill: Handwritten) -> None:
    drill.ask(11, "ok", asks=False, step="open the shop", duration=14.6)

    verdict = drill.check("no_hang", within="5s")

    assert verdict.status is Status.BROKEN
    assert "1 step of these did not even call the platform" in verdict.finding
    assert "No fault was injected into their own calls" in verdict.finding


def test_without_a_step_it_is_unknown(drill: Handwritten) -> None:
    assert drill.check("no_hang", within="5s").status is Status.UNKNOWN


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("no_hang", within="5s", during="shutdown").measured


def test_a_message_that_the_channel_lost_is_not_the_applications_silence(drill: Handwritten) -> None:
    drill.ask(11)
    drill.says(12, "bo-lost", "hung", duration=15.0)
    drill.webhook(12, "bo-lost", "webhook_lost", events=0, status=None)

    verdict = drill.check("no_hang", within="10s")

    assert (verdict.status, verdict.samples) == (Status.HELD, 1)
    assert "1 message that users gave up on had been lost or held back by the channel, or it ended" in verdict.finding


def test_a_message_that_came_late_is_waited_for_from_then_on(drill: Handwritten) -> None:
    drill.ask(11)
    drill.says(12, "bo-late", "hung", duration=15.0)
    drill.webhook(12, "bo-late", "webhook_late", duration=9.0, status=200)

    assert drill.check("no_hang", within="6s").status is Status.HELD
    assert drill.check("no_hang", within="6s").measured == "longest wait 6s over 2 steps"
    assert drill.check("no_hang", within="5s").status is Status.BROKEN


def test_a_message_that_came_when_its_user_had_left_is_told(drill: Handwritten) -> None:
    drill.says(12, "bo-late", "hung", duration=15.0)
    drill.webhook(12, "bo-late", "webhook_held", duration=40.0, status=200)
    drill.ask(13, duration=0.5)

    verdict = drill.check("no_hang", within="1s")

    assert (verdict.status, verdict.measured) == (Status.HELD, "longest wait 500ms over 1 step")
    assert "1 message that users gave up on" in verdict.finding


def test_a_message_that_came_at_once_and_got_no_answer_is_a_hang(drill: Handwritten) -> None:
    drill.says(12, "bo-a", "hung", duration=15.0)
    drill.webhook(12, "bo-a", "webhook_duplicated", events=2, status=200)

    assert drill.check("no_hang", within="15s").status is Status.BROKEN


@pytest.mark.parametrize(("began", "status"), [(31.0, Status.HELD), (29.0, Status.HELD), (22.0, Status.BROKEN)])
def test_who_waits_when_the_channel_ends_waited_until_then(drill: Handwritten, began: float, status: Status) -> None:
    drill.channel(deadline=30.0)
    drill.says(began, "bo-a", "hung", duration=10.0)
    drill.webhook(began, "bo-a")

    verdict = drill.check("no_hang", within="5s")

    assert verdict.status is status
    assert ("1 message that users gave up on" in verdict.finding) is (status is Status.HELD)


def test_a_user_who_is_held_by_a_poll_is_told_by_its_fault(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a", duration=30.0)
    drill.exchange(11, "bo-a", service="openai.responses", path="/v1/responses", made=["resp_a"])
    drill.exchange(12, None, "hang", service="openai.responses", path="/v1/responses/resp_a", method="GET")

    verdict = drill.check("no_hang", within=20)

    assert "Their calls had met 1 hang." in verdict.finding
    assert "its 2 calls to the platform met hang" in verdict.evidence[0].text
