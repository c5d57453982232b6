"""told_in_time: users of a channel learn that it ends before it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.journals import Handwritten

from brownout.verdict import Status


def _people(drill: Handwritten, told: int, untold: int = 0, t: float = 12.0) -> None:
    for user in range(told + untold):
        drill.says(t, f"bo-{user}", user=user, noticed=user < told)


def test_holds_when_everybody_was_told(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 6)

    verdict = drill.check("told_in_time")

    assert (verdict.status, verdict.measured, verdict.samples) == (Status.HELD, "100% (6 of 6 users)", 6)


def test_one_who_was_not_told_breaks_it(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 5, 1)
    drill.exchange(12.1, "bo-5", "server_error")

    verdict = drill.check("told_in_time")
    (evidence,) = verdict.evidence

    assert verdict.status is Status.BROKEN
    assert "1 of 6 users whom the application still reached on whatsapp" in verdict.finding
    assert (evidence.row["user"], evidence.row["fault"]) == (5, "server_error")
    assert "No user at all" not in (verdict.next_step or "")


def test_a_share_may_be_enough(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 9, 1)

    assert drill.check("told_in_time", at_least="90%").status is Status.HELD
    assert drill.check("told_in_time", at_least="91%").status is Status.BROKEN


def test_to_be_told_once_is_enough_and_so_is_elsewhere(drill: Handwritten) -> None:
    drill.channel()
    for user in range(5):
        drill.says(11, f"bo-a{user}", user=user)
        drill.ask(12, canary=f"bo-b{user}", user=user, noticed=True)
        drill.says(13, f"bo-c{user}", user=user)

    assert drill.check("told_in_time").status is Status.HELD


def test_the_same_number_in_another_journey_is_somebody_else(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 5)
    drill.says(12, "bo-x", user=0, journey="voice")

    verdict = drill.check("told_in_time")

    assert verdict.measured == "83.3% (5 of 6 users)"
    assert drill.check("told_in_time", journey="chat").status is Status.HELD


def test_to_be_told_after_the_deadline_is_too_late(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 0, 5)
    _people(drill, 5, t=31)

    assert drill.check("told_in_time").status is Status.BROKEN


@pytest.mark.parametrize("outcome", ["hung", "unreachable", "turned_away"])
def test_whom_the_application_never_reached_it_could_not_tell(drill: Handwritten, outcome: str) -> None:
    drill.channel()
    _people(drill, 5)
    drill.says(12, "bo-x", outcome, user=9)

    assert drill.check("told_in_time").measured == "100% (5 of 5 users)"


def test_who_came_before_the_announcement_or_on_the_web_is_not_asked_for(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 5)
    drill.says(9.9, "bo-x", user=8)
    drill.ask(12, user=9)

    assert drill.check("told_in_time").measured == "100% (5 of 5 users)"


def test_it_tells_what_users_met_afterwards(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 5)
    for user in range(3):
        drill.says(35, f"bo-t{user}", "turned_away", user=user)
        drill.says(36, f"bo-t{user}", "turned_away", user=user)
    drill.says(37, "bo-h", "hung", user=4)

    assert "After the end 3 users got the channel's own notice, and 1 waited" in drill.check("told_in_time").finding


def test_where_nobody_is_ever_told_the_pattern_may_be_missing(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 0, 5)

    verdict = drill.check("told_in_time")

    assert verdict.status is Status.BROKEN
    assert "does the journey have a notice" in (verdict.next_step or "")


def test_too_few_are_no_verdict(drill: Handwritten) -> None:
    drill.channel()
    _people(drill, 0, 4)

    assert drill.check("told_in_time").status is Status.UNKNOWN
    assert drill.check("told_in_time", min_samples=4).status is Status.BROKEN


def test_a_channel_that_stays_or_whose_end_nobody_announces_is_not_exercised(drill: Handwritten) -> None:
    _people(drill, 0, 5)
    assert "whatsapp does not end" in drill.check("told_in_time").measured
    drill.channel(announced=None)
    assert "announced to nobody" in drill.check("told_in_time").measured
    drill.channel()
    assert "not exercised" in drill.check("told_in_time", during="shutdown").measured


@pytest.mark.parametrize(("ended", "status"), [(29.0, Status.UNKNOWN), (30.0, Status.BROKEN)])
def test_before_the_deadline_there_was_still_time_to_tell(drill: Handwritten, ended: float, status: Status) -> None:
    drill.channel()
    _people(drill, 0, 5)
    drill.ended = ended

    assert drill.check("told_in_time").status is status


def test_a_killed_drill_lasted_as_long_as_its_users_asked(drill: Handwritten) -> None:
    drill.channel()
    drill.end = None
    _people(drill, 0, 5)
    assert drill.check("told_in_time").status is Status.UNKNOWN
    drill.says(31, "bo-x", "turned_away", user=7)
    assert drill.check("told_in_time").status is Status.BROKEN


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 8), st.integers(0, 8))
def test_one_more_who_was_not_told_never_mends_it(tmp_path: Path, told: int, untold: int) -> None:
    found = []
    for more in (0, 1):
        drill = Handwritten(tmp_path)
        drill.channel()
        _people(drill, told, untold + more)
        found.append(drill.check("told_in_time", at_least="60%", min_samples=1).status)
        drill.close()

    assert found[1].rank >= found[0].rank or not told + untold
