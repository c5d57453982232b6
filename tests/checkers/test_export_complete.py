"""export_complete: what users took away has all that was acknowledged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.journals import Handwritten

from brownout.events import End
from brownout.verdict import Status


def test_holds_when_every_message_is_in_its_users_export(drill: Handwritten) -> None:
    for user in range(3):
        drill.export(12, user=user, acknowledged=2)

    verdict = drill.check("export_complete")

    assert (verdict.status, verdict.samples) == (Status.HELD, 3)
    assert "All 6 acknowledged messages" in verdict.finding


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"missing": ["bo-a", "bo-b"]}, "2 messages missing"),
        ({"missing": ["bo-a", "bo-b"], "stale": ["bo-b"]}, "2 messages missing (1 at the end). It misses the end"),
        ({"missing": ["bo-a"], "late": ["bo-a"]}, "1 message missing (1 there at a second look: late, not lost)"),
        ({"duplicated": ["bo-a"]}, "1 message shown more than once"),
        ({"reordered": ["bo-a"]}, "1 message out of order"),
        ({"foreign": ["bo-a"]}, "1 message of another user"),
        ({"errors": ["bo-a"]}, "1 message replaced by an error"),
        ({"readable": False, "found": 0}, "1 export could not be read at all"),
    ],
)
def test_one_damaged_export_breaks_it(drill: Handwritten, wrong: dict[str, Any], words: str) -> None:
    drill.export(11)
    drill.export(12, user=2, **wrong)

    verdict = drill.check("export_complete")

    assert verdict.status is Status.BROKEN
    assert words in verdict.finding
    assert verdict.measured == "1 of 2 exports damaged, 2 acknowledged"
    assert (verdict.evidence[0].row["kind"], verdict.evidence[0].row["user"]) == ("export", 2)
    assert verdict.next_step


def test_evidence_ties_a_lost_message_to_its_fault(drill: Handwritten) -> None:
    drill.export(12, missing=["bo-lost"])
    drill.exchange(11, "bo-lost", "reset")

    (evidence,) = drill.check("export_complete").evidence

    assert "took the conversation away: 1 message missing" in evidence.text
    assert "bo-lost: its 1 call to the platform met reset" in evidence.text


def test_what_is_missing_in_every_export_is_one_message(drill: Handwritten) -> None:
    for number in range(5):
        drill.says(11 + number, f"bo-{number}", acknowledged=True)
        drill.export(11.5 + number, iteration=number, acknowledged=number + 1, missing=["bo-0"])

    verdict = drill.check("export_complete")

    assert verdict.measured == "5 of 5 exports damaged, 5 acknowledged"
    assert "1 message missing." in verdict.finding


def test_an_export_after_the_channels_end_is_told_and_not_judged(drill: Handwritten) -> None:
    drill.channel()
    drill.export(29.9)
    drill.export(30, user=2, readable=False, found=0)

    verdict = drill.check("export_complete")

    assert (verdict.status, verdict.samples) == (Status.HELD, 1)
    assert "1 export began after the channel had ended, and is not judged." in verdict.finding


def test_who_had_nothing_in_their_hands_at_the_deadline_breaks_it(drill: Handwritten) -> None:
    drill.channel()
    drill.says(11, "bo-a", user=1)
    drill.export(20, user=1)
    drill.says(12, "bo-b", user=2)
    drill.exchange(12, "bo-b", "hang")

    verdict = drill.check("export_complete")
    (evidence,) = verdict.evidence

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "0 of 1 export damaged, 1 user without any, 1 acknowledged"
    assert "1 user had acknowledged messages, and exported nothing in time." in verdict.finding
    assert (
        "user 2 (chat) wrote bo-b and had exported nothing when the channel ended; of it: its 1 call" in evidence.text
    )
    assert "in time" in (verdict.next_step or "")


def test_who_exported_only_afterwards_though_there_was_time_breaks_it(drill: Handwritten) -> None:
    drill.channel()
    drill.export(20)
    drill.says(12, "bo-a", user=2, iteration=1)
    drill.says(22, "bo-b", user=2, iteration=2)
    drill.export(32, user=2, iteration=2)

    assert "1 user without any" in drill.check("export_complete").measured


def test_a_first_conversation_that_the_deadline_cuts_through_is_nobodys_fault(drill: Handwritten) -> None:
    drill.channel()
    drill.export(20)
    drill.says(29, "bo-a", user=2, iteration=4)
    drill.export(31, user=2, iteration=4)

    assert drill.check("export_complete").status is Status.HELD


@pytest.mark.parametrize(
    "said",
    [{"journey": "browse"}, {"acknowledged": False}, {"t": 30.5}],
    ids=["of a journey without export", "never acknowledged", "after the end"],
)
def test_who_had_nothing_to_take_away_is_not_asked_for_it(drill: Handwritten, said: dict[str, Any]) -> None:
    drill.channel()
    drill.export(20)
    drill.says(**{"t": 12.0, "canary": "bo-b", "user": 2, **said})

    assert drill.check("export_complete").status is Status.HELD


def test_of_a_drill_that_was_cut_short_nobody_knows_who_was_about_to_look(drill: Handwritten) -> None:
    drill.channel()
    drill.export(20)
    drill.says(12, "bo-b", user=2)
    drill.end = End("interrupted")

    assert drill.check("export_complete").status is Status.HELD  # which the judge makes UNKNOWN


def test_a_drill_that_ended_before_the_deadline_left_them_time(drill: Handwritten) -> None:
    drill.channel()
    drill.export(20)
    drill.says(12, "bo-b", user=2)
    drill.ended = 25.0

    assert drill.check("export_complete").status is Status.HELD


@pytest.mark.parametrize(("late", "words"), [(False, "no export was taken"), (True, "no export was taken in time")])
def test_without_an_export_in_time_it_is_unknown(drill: Handwritten, late: bool, words: str) -> None:
    drill.channel()
    drill.says(12, "bo-b", user=2)
    if late:
        drill.export(31)

    verdict = drill.check("export_complete")

    assert (verdict.status, verdict.measured) == (Status.UNKNOWN, words)
    assert verdict.next_step


def test_nothing_acknowledged_is_nothing_to_take_away(drill: Handwritten) -> None:
    drill.export(12, acknowledged=0, found=0)

    assert drill.check("export_complete").status is Status.UNKNOWN


def test_an_export_counts_in_the_phase_it_happens_in(drill: Handwritten) -> None:
    drill.export(12, missing=["bo-a"])
    drill.export(35)

    assert drill.check("export_complete", during="operational").status is Status.HELD
    assert drill.check("export_complete", during="major_outage").status is Status.BROKEN
    assert "not exercised" in drill.check("export_complete", during="shutdown").measured


_KINDS = st.sampled_from(["missing", "duplicated", "reordered", "foreign", "errors"])


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(_KINDS, st.just(["bo-a"])), min_size=1, max_size=4), _KINDS)
def test_more_damage_never_makes_it_whole(tmp_path: Path, exports: list[dict[str, list[str]]], kind: str) -> None:
    found = []
    for rows in (exports, [{**exports[0], kind: ["bo-a"]}, *exports[1:]]):
        drill = Handwritten(tmp_path)
        for user, wrong in enumerate(rows):
            drill.export(12, user=user, **wrong)
        found.append(drill.check("export_complete").status)
        drill.close()

    assert found == [Status.BROKEN if any(exports) else Status.HELD, Status.BROKEN]
