"""no_duplicate_effects: what users find that was done for them."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.verdict import Status


def test_holds_when_every_effect_happened_once(drill: Handwritten) -> None:
    for user in range(3):
        drill.effects(12, user=user, made=2)

    verdict = drill.check("no_duplicate_effects")

    assert (verdict.status, verdict.samples) == (Status.HELD, 6)
    assert "All 6 effects" in verdict.finding


def test_one_message_with_two_effects_breaks_it_and_is_tied_to_its_fault(drill: Handwritten) -> None:
    drill.effects(11)
    drill.effects(12, user=2, made=3, duplicated=["bo-a"])
    drill.exchange(11, "bo-a", "reset")

    verdict = drill.check("no_duplicate_effects")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "1 message with more than one, of 4 effects"
    assert "bo-a: its 1 call to the platform met reset" in verdict.evidence[0].text
    assert verdict.evidence[0].row["user"] == 2
    assert verdict.next_step


def test_it_is_unknown_where_nobody_could_look(drill: Handwritten) -> None:
    drill.effects(11)
    drill.effects(12, readable=False, made=0)

    verdict = drill.check("no_duplicate_effects")

    assert verdict.status is Status.UNKNOWN
    assert "1 look at the effects failed" in verdict.finding


def test_a_duplicate_that_was_seen_counts_whatever_else_was_not(drill: Handwritten) -> None:
    drill.effects(11, readable=False, made=0)
    drill.effects(12, made=2, duplicated=["bo-a"])

    assert drill.check("no_duplicate_effects").status is Status.BROKEN


def test_it_is_unknown_where_nothing_was_done(drill: Handwritten) -> None:
    assert drill.check("no_duplicate_effects").status is Status.UNKNOWN
    drill.effects(12, made=0)
    assert drill.check("no_duplicate_effects").status is Status.UNKNOWN


def test_it_is_about_the_phases_that_are_asked_for(drill: Handwritten) -> None:
    drill.effects(2)
    drill.effects(12, made=2, duplicated=["bo-a"])

    assert drill.check("no_duplicate_effects", during="operational").status is Status.HELD
    assert drill.check("no_duplicate_effects", during="shutdown").measured.startswith("not exercised")


def test_what_was_done_twice_because_its_user_sent_it_again_is_said_to_be_so(drill: Handwritten) -> None:
    drill.ask(11, "error", "bo-a", asks=False, again=True)
    drill.ask(11, "ok", "bo-a", attempt=1)
    drill.effects(12, made=2, duplicated=["bo-a"])

    finding = drill.check("no_duplicate_effects").finding

    assert finding.endswith("more than once. 1 message of these had been sent again by their users.")
