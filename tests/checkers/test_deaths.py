"""An application that nobody could reach: since when, until when, and what else it breaks, which is nothing."""

from __future__ import annotations

import pytest
from support.journals import LOOSELY, ZERO, At, Handwritten, rule

from brownout.checkers.deaths import deaths_in
from brownout.checkers.rules import rule_results
from brownout.events import Process
from brownout.judging.judge import judge
from brownout.report.story import headline
from brownout.verdict import Status

CLOSED = "closed its port"
SUCCESS = {"check": "success", "at_least": 0.9, **LOOSELY}


def _gone(drill: Handwritten, since: float, back: float | None = None, how: str = CLOSED) -> None:
    drill.add(Process("application", "gone", None, how, ZERO + since))
    if back is not None:
        drill.add(Process("application", "back", None, "is back", ZERO + back))


def _exits(drill: Handwritten, second: float) -> None:
    drill.add(Process("application", "exited", 3, "exited with code 3", ZERO + second))


@pytest.fixture
def served(drill: Handwritten) -> Handwritten:
    """Everybody is answered up to the second 12, and what is asked then finds nobody."""
    drill.drill |= {"expect": [SUCCESS], "rules": [rule(), rule("after.1.hang", "hang", phase="after")]}
    drill.exchange(10.5, "bo-a", "server_error", phase="outage")
    drill.asks(1, ["ok"] * 40, 0.25)
    drill.asks(11.9, ["cut"], duration=0.05, status=None)
    drill.asks(12.0, ["unreachable"] * 30, duration=0.0, status=None)
    return drill


def test_one_that_closed_its_port_is_gone_at_that_second_and_breaks_nothing_else(served: Handwritten) -> None:
    _gone(served, 12)
    result = judge(served.write())

    alive, _, success = result.verdicts
    assert (alive.check, alive.status, alive.measured) == (
        "application_alive",
        Status.BROKEN,
        "gone since 12.0 s into the drill",
    )
    assert alive.finding.startswith(
        "The application was gone since 12.0 s into the drill: it closed its port, and was not there again before "
        "the last user left. It was in no exchange with the platform then. The drill did not start it, so of its "
        "process nothing is known. "
    )
    assert "The application closed its port 12.0 s into the drill" in alive.evidence[0].text
    assert (success.status, success.measured.partition(";")[0]) == (Status.UNKNOWN, "100% (40 of 40)")
    assert success.finding.startswith("While the application was there, which is not the whole drill: Every one")
    assert headline(result).startswith("The application was gone since 12.0 s into the drill: it closed its port")
    assert "The application closed its port: gone since 12.0 s into the drill." in result.notes
    assert rule_results(served.record())[1].why == (
        "the application had been gone since 12.0 s into the drill, and called nothing any more"
    )


def test_one_that_is_back_is_judged_by_all_but_the_time_between(served: Handwritten) -> None:
    _gone(served, 12, 15.3)
    served.asks(15.3, ["ok"] * 20)
    result = judge(served.write())

    alive, _, success = result.verdicts
    assert (alive.status, alive.measured) == (Status.BROKEN, "gone from 12.0 s to 15.3 s into the drill")
    assert (success.status, success.measured.partition(";")[0]) == (Status.UNKNOWN, "100% (60 of 60)")
    assert success.finding.startswith("While the application was there, which is not the whole drill: Every one")


def test_what_it_got_wrong_while_it_was_there_stays_broken(served: Handwritten) -> None:
    _gone(served, 12, 15.3)
    served.asks(20, ["error"] * 80, 0.1)
    statuses = {verdict.id: verdict.status for verdict in judge(served.write()).verdicts}

    assert statuses["success"] is Status.BROKEN


def test_who_waited_at_the_port_when_it_closed_is_not_saved_by_who_was_answered_all_the_while(
    drill: Handwritten,
) -> None:
    drill.drill |= {"expect": [SUCCESS], "rules": [rule()]}
    drill.exchange(10.5, "bo-a", "server_error", phase="outage")
    drill.asks(1, ["ok"] * 40, 0.25)
    drill.asks(11.2, ["ok"], duration=0.9)  # let in before, and answered after others were turned out
    drill.asks(11.6, ["cut"] * 8, 0.01, duration=0.1, status=None)
    _gone(drill, 11.95)
    success = judge(drill.write()).verdicts[2]

    assert (success.status, success.measured.partition(";")[0]) == (Status.UNKNOWN, "100% (40 of 40)")


def test_each_time_that_it_was_gone_is_told_with_its_seconds_and_the_last_one_for_good_first(
    served: Handwritten,
) -> None:
    _gone(served, 12, 13)
    _gone(served, 13.5, 14)
    _gone(served, 14.5, how="closed every connection without an answer")
    alive, _, success = judge(served.write()).verdicts

    others = "from 12.0 s to 13.0 s into the drill, from 13.5 s to 14.0 s"
    assert alive.measured == f"gone since 14.5 s into the drill; also gone {others}"
    assert alive.finding.startswith(
        "The application was gone since 14.5 s into the drill: it closed every connection without an answer, and was "
        "not there again before the last user left."
    )
    assert f"It was also gone {others}." in alive.finding
    assert [proof.row["t"] - ZERO for proof in alive.evidence[:3]] == [14.5, 12, 13.5]
    assert alive.samples == 3
    assert success.finding.startswith("While the application was there, which is not the whole drill: ")


def test_the_end_of_its_process_comes_before_gaps_and_each_has_what_it_was_doing_itself(drill: Handwritten) -> None:
    drill.exchange(4.5, "bo-a", "server_error", duration=0.25)
    for number in range(7):
        drill.exchange(4.9, f"bo-{number}", duration=0.5)
    drill.exchange(19.9, "bo-z", "stream_cut", duration=0.2)
    _gone(drill, 5, 8.2)
    _gone(drill, 12, 13, how="reset every connection")
    _exits(drill, 20)
    verdict = drill.check("application_alive")

    gaps = "from 5.0 s to 8.2 s into the drill, from 12.0 s to 13.0 s"
    assert verdict.measured == f"died 20.0 s into the drill; also gone {gaps}"
    assert verdict.finding == (
        "The application died: it exited with code 3 20.0 s into the drill. It was in 1 exchange then: 1 openai.chat, "
        "which had met 1 stream_cut (rule outage.1.stream_cut). It said nothing. "
        f"It was also gone {gaps}. What users met meanwhile and afterwards is told of no other expectation."
    )
    assert (verdict.samples, verdict.objective) == (3, "the application's process lives for as long as it has users")
    assert [proof.row["event"] for proof in verdict.evidence[:3]] == ["exited", "gone", "gone"]
    closed = verdict.evidence[1].text
    assert "It was in 7 exchanges then: 7 openai.chat, which had met no fault." in closed
    assert "server_error on openai.chat, 0.25 s before." in closed
    assert "It was in" not in verdict.evidence[0].text  # the finding says that
    assert "7 exchanges" not in verdict.evidence[0].text + verdict.evidence[2].text


def test_no_more_than_five_other_gaps_are_told_one_by_one(served: Handwritten) -> None:
    for second in range(1, 9):
        _gone(served, second, second + 0.5)
    verdict = served.check("application_alive")

    assert verdict.measured.startswith("gone from 1.0 s to 1.5 s into the drill; also gone from 2.0 s to 2.5 s into")
    assert verdict.measured.endswith(", from 6.0 s to 6.5 s, and 2 more times")


def test_a_process_that_lives_with_its_port_closed_is_gone_from_then_on_and_not_from_its_end(
    served: Handwritten,
) -> None:
    served.add(At(-1, Process("application", "started")))
    _gone(served, 12)
    assert "Its process lived." in served.check("application_alive").finding

    _exits(served, 17)
    verdict = served.check("application_alive")
    assert verdict.measured == "gone since 12.0 s into the drill"
    assert "Its process exited with code 3 17.0 s into the drill." in verdict.finding


def test_the_end_of_its_process_explains_the_closed_port_of_that_second(served: Handwritten) -> None:
    _exits(served, 12.4)
    _gone(served, 12)

    assert deaths_in(served.record()).absences == []
    assert served.check("application_alive").measured == "died 12.4 s into the drill"


def test_what_a_supervisor_needs_to_start_it_again_is_no_absence(served: Handwritten) -> None:
    served.drill["supervised"] = True
    served.add(*(At(second, Process("application", "started")) for second in (-1, 12.2)))
    _exits(served, 12.1)
    _gone(served, 12, 14)
    assert served.check("application_alive").status is Status.HELD

    _gone(served, 20, 21)  # this time its process lived
    verdict = served.check("application_alive")
    assert (verdict.status, verdict.measured) == (Status.BROKEN, "gone from 20.0 s to 21.0 s into the drill")


def test_a_port_that_closes_after_the_last_user_is_nobodys_loss(served: Handwritten) -> None:
    served.add(At(60.5, Process("load", "exited", 0)))
    _gone(served, 60.6)

    assert served.check("application_alive").samples == 0
