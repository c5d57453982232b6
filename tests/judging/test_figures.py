"""The figures of a drill: phases, seconds, totals and notes."""

from __future__ import annotations

import pytest
from support.journals import ZERO, At, Handwritten, phase

from brownout.events import FaultSkipped, OtherHost, Pressure, Process, StatusPosted, Users
from brownout.judging import figures
from brownout.judging.judge import judge
from brownout.result import PhaseOutcomes


def test_phases_count_what_was_asked_answered_and_injected_in_them(drill: Handwritten) -> None:
    for number in range(10):
        drill.ask(11, "ok" if number < 4 else "error", duration=float(number))
    drill.ask(12, "error", asks=False)
    drill.exchange(12, "bo-a", "server_error")
    drill.exchange(12, "bo-a")

    healthy, outage, *_ = figures.phases(drill.record())

    assert (outage.asked, outage.answered, outage.p50, outage.p95, outage.injected) == (10, 4, 4.0, 9.0, 1)
    assert (healthy.asked, healthy.p50, healthy.injected) == (0, None, 0)
    assert (healthy.name, healthy.impact, healthy.start, healthy.end) == ("healthy", "operational", 0, 10)


def test_phases_say_how_many_questions_met_a_fault_of_another_one(drill: Handwritten) -> None:
    for number, outcome in enumerate(("ok", "error", "error")):
        drill.ask(9.9, outcome, f"bo-{number}")
        drill.exchange(10.1, f"bo-{number}", "server_error", phase="outage")
    drill.ask(12, "error", "bo-own")
    drill.exchange(12, "bo-own", "server_error", phase="outage")

    healthy, outage, *_ = figures.phases(drill.record())

    assert (healthy.asked, healthy.strayed, healthy.strayed_answered) == (3, 3, 1)
    assert (outage.asked, outage.strayed) == (1, 0)


def test_outcomes_are_counted_by_phase_and_journey(drill: Handwritten) -> None:
    drill.asks(21, ["ok"])
    drill.asks(11, ["error", "hung", "error"])
    drill.asks(11, ["ok"], journey="agent")
    drill.asks(11, ["error"], asks=False)
    drill.asks(-1, ["error"])

    assert figures.by_phase(drill.record()) == (
        PhaseOutcomes("outage", "agent", 1, {"ok": 1}),
        PhaseOutcomes("outage", "chat", 3, {"error": 2, "hung": 1}),
        PhaseOutcomes("tail", "chat", 1, {"ok": 1}),
    )


def test_every_drill_second_has_its_row(drill: Handwritten) -> None:
    drill.ended = 61.5
    for outcome in ("ok", "refused", "hung", "error", "cut", "half", "empty", "unreachable", "turned_away"):
        drill.ask(3.2, outcome, duration=1.0)
    drill.ask(3.9, "ok", asks=False)
    drill.ask(-1, "ok")
    drill.exchange(3.99, "bo-a", "server_error")
    drill.exchange(4.0, "bo-a")

    seconds = figures.seconds(drill.record())

    assert [second.t for second in seconds] == [float(t) for t in range(62)]
    third = seconds[3]
    assert (third.asked, third.answered, third.refused, third.hung, third.failed) == (9, 1, 1, 1, 6)
    assert (third.p50, third.exchanges, third.injected) == (1.0, 1, 1)
    assert (seconds[4].asked, seconds[4].p50, seconds[4].exchanges, seconds[4].injected) == (0, None, 1, 0)


def test_users_are_the_latest_word_of_every_worker(drill: Handwritten) -> None:
    drill.scraps = "".join(
        f'{{"v":1,"w":"load-{worker}","at":1,"t":{ZERO + second},"kind":"users","users":{users}}}\n'
        for worker, second, users in ((0, 1.5, 10), (0, 3.5, 20), (1, 2.5, 5), (0, 3.7, 21))
    )

    users = [second.users for second in figures.seconds(drill.record())]

    assert users[:5] == [None, 10, 15, 26, 26]
    assert users[-1] == 26


def test_a_killed_drill_lasted_to_its_last_row(drill: Handwritten) -> None:
    drill.end = None
    drill.ask(3, "ok", duration=4.0)

    record = drill.record()

    assert figures.duration(record) == 7.0
    assert len(figures.seconds(record)) == 7


def test_a_drill_killed_before_its_first_row_lasted_no_time(drill: Handwritten) -> None:
    drill.end = None

    assert figures.duration(drill.record()) == 0.0


def test_totals_add_it_all_up(drill: Handwritten) -> None:
    drill.ask(11, "ok", "bo-a", user=1)
    drill.ask(11, "error", "bo-b", user=2)
    drill.ask(11, "ok", user=2, asks=False)
    drill.exchange(11, "bo-a", "hang")
    drill.exchange(11, None, "hang", delivered=False)
    drill.add(FaultSkipped("r", "hang", "x", "why"))
    drill.scraps = '{"v":1'

    totals = figures.totals(drill.record())

    assert totals == {
        **{"questions": 2, "answered": 1, "steps": 3, "users": 2, "exchanges": 2, "calls": 2, "injected": 2},
        **{"delivered": 1, "unmarked": 1, "skipped": 1, "late": 0, "torn": 1},
    }


def test_what_the_stand_in_sends_is_no_call_of_the_application(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a")
    drill.exchange(11, "bo-a", service="whatsapp.webhooks", via="inbound", model="messages.text")
    record = drill.record()

    numbers = figures.totals(record)
    notes = " ".join(figures.notes(record, numbers))

    assert (numbers["exchanges"], numbers["calls"]) == (1, 0)
    assert "no call to the platform came through" in notes
    assert "webhooks.whatsapp.phone_number_id" in notes


def test_a_bot_that_answers_is_not_told_about_its_number(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", service="whatsapp.webhooks", via="inbound", model="messages.text")
    drill.exchange(11, "bo-a", service="whatsapp.messages")
    record = drill.record()

    assert "phone_number_id" not in " ".join(figures.notes(record, figures.totals(record)))


def test_a_call_that_outlives_its_user_is_late(drill: Handwritten) -> None:
    drill.ask(11, "hung", "bo-a", duration=5.0)
    drill.exchange(11, "bo-a", duration=5.5)  # closed soon after the user left
    drill.exchange(12, "bo-a", duration=30.0)  # went on
    drill.exchange(40, "bo-a")  # began long afterwards
    drill.ask(11, "ok", "bo-b", duration=5.0)
    drill.exchange(40, "bo-b")  # after an answer: the application's own business

    record = drill.record()

    assert figures.totals(record)["late"] == 2
    assert any(
        "2 calls to the platform began, or went on" in note for note in figures.notes(record, figures.totals(record))
    )


def test_notes_tell_what_no_checker_judges(drill: Handwritten) -> None:
    drill.ask(11, "error")
    drill.add(OtherHost("cdn.example"), OtherHost("cdn.example"), OtherHost("auth.example"))
    drill.add(At(12, Process("app", "exited", 1)), At(70, Process("app", "killed")))
    drill.scraps = '{"v":1'
    record = drill.record()

    notes = " ".join(figures.notes(record, figures.totals(record)))

    assert "1 journal line could not be used" in notes
    assert "auth.example, cdn.example" in notes
    assert "no call to the platform came through" in notes
    assert "The application's process exited (code 1) 12.0s into the drill" in notes
    assert "killed (" not in notes
    assert figures.other_hosts(record) == ("auth.example", "cdn.example")


def test_a_quiet_drill_has_no_notes(drill: Handwritten) -> None:
    drill.ask(11, "ok", "bo-a")
    drill.exchange(11, "bo-a")
    record = drill.record()

    assert figures.notes(record, figures.totals(record)) == ()


def test_status_posts_are_placed_by_drill_second(drill: Handwritten) -> None:
    drill.add(
        StatusPosted("openai", "monitoring", None, t=ZERO + 20), StatusPosted("openai", "x", "major", t=ZERO + 12)
    )

    assert figures.status_posts(drill.record()) == (
        {"t": 12.0, "provider": "openai", "say": "x", "indicator": "major"},
        {"t": 20.0, "provider": "openai", "say": "monitoring", "indicator": None},
    )


def test_counts_list_the_most_frequent_first(drill: Handwritten) -> None:
    drill.asks(11, ["error", "ok", "ok", "cut"])

    found = figures.counts(drill.record(), "SELECT outcome, count(*) FROM journey GROUP BY outcome")

    assert list(found.items()) == [("ok", 2), ("cut", 1), ("error", 1)]


def test_a_drill_of_days_is_not_listed_second_by_second(drill: Handwritten) -> None:
    drill.drill["phases"] = [phase("long", "operational", 0, 300_000)]
    drill.ended = 300_000.0

    assert len(figures.seconds(drill.record())) == figures.LONGEST


def test_users_of_before_the_timeline_still_run_in_it(drill: Handwritten) -> None:
    drill.add(At(-2, Users(7)))

    assert figures.seconds(drill.record())[0].users == 7


@pytest.mark.parametrize(("share", "told"), [(0.95, True), (0.5, False), (None, False)])
def test_an_application_that_saturates_the_machine_is_named(
    drill: Handwritten, share: float | None, told: bool
) -> None:
    for second in range(3):
        drill.add(Pressure(t=ZERO + 5 + second, span=1.0, app=share, ours=0.03, others=0.0, queue=6.0))

    notes = [note for note in judge(drill.write()).notes if "makes itself slow" in note]

    assert bool(notes) is told
    if told:
        assert notes[0].startswith("For 3s the application's own processes had 95% of this machine's processors")
