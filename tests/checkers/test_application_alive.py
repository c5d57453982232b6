"""application_alive: an application that died is told so first, with what it was doing."""

from __future__ import annotations

import pytest
from support.journals import LOOSELY, ZERO, At, Handwritten, rule

from brownout.checkers.rules import rule_results
from brownout.events import End, Process
from brownout.judging.judge import judge
from brownout.report.story import headline
from brownout.verdict import Status

LOG = ["reading the answer", "ValueError: Unexpected end of JSON input"]
SUCCESS = {"check": "success", "at_least": 0.9, "during": ["major_outage"], **LOOSELY}
NO_HANG = {"check": "no_hang", "within": 10.0}


def _dies(drill: Handwritten, second: float = 12.0, code: int | None = 3, words: str = "exited with code 3") -> None:
    drill.add(Process("application", "exited", code, words, ZERO + second, LOG))


def test_one_that_lived_says_nothing(drill: Handwritten) -> None:
    drill.add(Process("application", "started"), At(61, Process("application", "stopped", -15)))

    verdict = drill.check("application_alive")

    assert (verdict.status, verdict.samples) == (Status.HELD, 0)


def test_when_how_in_which_exchange_and_which_fault_it_had_met(drill: Handwritten) -> None:
    drill.exchange(11.5, "bo-a", "stream_cut", duration=0.6, end="client_left")
    drill.exchange(11.8, "bo-b", duration=0.25)
    drill.exchange(9, "bo-c", "server_error")
    _dies(drill)

    verdict = drill.check("application_alive")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "died 12.0 s into the drill"
    assert "The application died: it exited with code 3 12.0 s into the drill." in verdict.finding
    assert "It was in 2 exchanges then: 2 openai.chat, which had met 1 stream_cut (rule outage.1.stream_cut)." in (
        verdict.finding
    )
    assert "Its last words: ValueError: Unexpected end of JSON input. What users met" in verdict.finding
    assert [proof.row["kind"] for proof in verdict.evidence] == ["process", "exchange", "exchange"]
    assert " | ".join(LOG) in verdict.evidence[0].text
    assert verdict.evidence[0].row["log"] == LOG
    assert "{restart: true}" in (verdict.next_step or "")


def test_a_signal_is_named_and_the_last_fault_before_it(drill: Handwritten) -> None:
    drill.exchange(11.4, "bo-a", "broken_json", duration=0.2)
    _dies(drill, code=-9, words="was killed by SIGKILL")

    finding = drill.check("application_alive").finding

    assert "it was killed by SIGKILL 12.0 s into the drill" in finding
    assert "It was in no exchange with the platform then." in finding
    assert "The last fault that it had met was broken_json on openai.chat, 0.40 s before." in finding


def test_a_death_before_the_timeline_is_told_so(drill: Handwritten) -> None:
    _dies(drill, -0.2)

    assert drill.check("application_alive").measured == "died before the timeline began"


def test_one_that_never_came_up_did_not_die(drill: Handwritten) -> None:
    drill.end, drill.ended = End("failed", "the application exited with code 3 before it was ready"), 0.1
    _dies(drill, -0.2)

    assert drill.check("application_alive").samples == 0


def test_a_death_after_the_last_user_is_none(drill: Handwritten) -> None:
    drill.add(At(60.5, Process("load", "exited", 0)))
    _dies(drill, 60.8)

    assert drill.check("application_alive").samples == 0


def test_with_a_supervisor_deaths_and_restarts_are_counted(drill: Handwritten) -> None:
    drill.drill["supervised"] = True
    drill.add(*(At(second, Process("application", "started")) for second in (-1, 12.2, 15.2)))
    _dies(drill)
    _dies(drill, 15)

    verdict = drill.check("application_alive")

    assert verdict.status is Status.HELD
    assert verdict.measured == "died 2 times, and was started again"
    assert "It died 1 more time after that; its supervisor started it again 2 times." in verdict.finding


@pytest.fixture
def dead(drill: Handwritten) -> Handwritten:
    """Everybody is answered until it dies in the outage, and nobody afterwards."""
    drill.drill["rules"] = [rule(), rule("after.1.hang", "hang", phase="after")]
    drill.drill["expect"] = [SUCCESS, NO_HANG]
    drill.exchange(10.5, "bo-a", "server_error", phase="outage")
    drill.asks(10.1, ["ok"] * 14)
    _dies(drill)
    drill.asks(12.1, ["unreachable"] * 200, duration=0.0)
    return drill


def test_what_comes_after_it_counts_for_nobody_and_it_is_told_first(dead: Handwritten) -> None:
    result = judge(dead.write())

    assert result.status is Status.BROKEN
    assert [(verdict.id, verdict.status) for verdict in result.verdicts] == [
        ("application_alive", Status.BROKEN),
        ("injection_proof", Status.UNKNOWN),
        ("success during major_outage", Status.UNKNOWN),
        ("no_hang", Status.UNKNOWN),
    ]
    success = result.verdicts[2]
    assert success.measured.startswith("100% (14 of 14); ")
    assert success.finding.startswith("While the application was there, which is not the whole drill: Every one")
    assert success.next_step is None
    assert headline(result).startswith("The application died: it exited with code 3")


def test_the_fault_that_killed_it_is_still_proved(dead: Handwritten) -> None:
    dead.drill["rules"] = [rule("outage.1.broken_json", "broken_json")]
    dead.events = [event for event in dead.events if getattr(event, "rule", None) is None]
    dead.exchange(11.9, "bo-last", "broken_json", phase="outage", duration=0.12)

    proof = judge(dead.write()).verdicts[1]

    assert proof.measured == "1 of 1 rule struck; eligible 1, selected 1, injected 1, delivered 1"


def test_what_broke_before_it_stays_broken(dead: Handwritten) -> None:
    dead.asks(10.1, ["error"] * 14)

    success = judge(dead.write()).verdicts[2]

    assert success.status is Status.BROKEN
    assert success.measured.startswith("50% (14 of 28); ")


def test_rules_without_traffic_are_explained_by_it(dead: Handwritten) -> None:
    after = rule_results(dead.record())[1]

    assert after.state == "no_traffic"
    assert after.why == "the application had died 12.0 s into the drill, and called nothing any more"


def test_a_drill_that_ended_with_it_has_its_exit_code_and_says_so(dead: Handwritten) -> None:
    dead.end, dead.ended = End("stopped", "the application exited with code 3, and nothing starts it again"), 13.0

    result = judge(dead.write())

    assert (result.outcome, result.exit_code) == ("stopped", 1)
    assert all("Run the drill again" not in (verdict.next_step or "") for verdict in result.verdicts)


def test_a_restart_takes_no_row_from_anybody(dead: Handwritten) -> None:
    dead.drill["supervised"] = True
    dead.add(At(-1, Process("application", "started")), At(12.2, Process("application", "started")))

    result = judge(dead.write())

    assert result.restarts == 1
    assert result.lead == ""
    assert next(v for v in result.verdicts if v.check == "success").measured.startswith("15% (14 of 93); ")
    assert "Its supervisor (start.restart) started it again 1 time." in result.notes
