"""What takes the ground from other verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.journals import LOOSELY, ZERO, Handwritten, rule

from brownout.events import Process
from brownout.judging.judge import judge
from brownout.mistakes import DISTRUST
from brownout.report.story import headline
from brownout.verdict import Status

WIRING = "It was started with OPENAI_BASE_URL and ANTHROPIC_BASE_URL."
SUCCESS = {"check": "success", "at_least": 0.9, **LOOSELY}


@pytest.fixture
def drill(tmp_path: Path) -> Handwritten:
    handwritten = Handwritten(tmp_path)
    handwritten.drill |= {"expect": [SUCCESS], "wiring": WIRING}
    return handwritten


@pytest.mark.parametrize("rules", [[], [rule()]])
@pytest.mark.parametrize("outcome", ["ok", "error", "cut"])
def test_without_a_call_nothing_is_held_and_nothing_broken(drill: Handwritten, rules: list[Any], outcome: str) -> None:
    drill.drill["rules"] = rules
    drill.asks(1, [outcome] * 40)

    result = judge(drill.write())

    assert (result.status, result.exit_code) == (Status.UNKNOWN, 3)
    assert [(verdict.id, verdict.status) for verdict in result.verdicts] == [
        ("injection_proof", Status.UNKNOWN),
        ("success", Status.UNKNOWN),
    ]
    assert result.verdicts[0].next_step == f"{WIRING} 'brownout doctor' tries it."
    assert result.verdicts[1].next_step is None


def test_the_missing_variable_is_in_the_headline(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 40)

    assert headline(judge(drill.write())) == (
        f"No call to the platform came through the drill, though users asked 40 questions. {WIRING} "
        "'brownout doctor' tries it."
    )


def test_one_call_is_enough_to_judge(drill: Handwritten) -> None:
    drill.asks(1, ["ok"] * 40)
    drill.exchange(1)

    result = judge(drill.write())

    assert (result.status, result.lead) == (Status.HELD, "")


def test_journeys_beside_one_that_does_not_fit_are_not_held_without_a_call(drill: Handwritten) -> None:
    drill.asks(1, ["error"] * 20, status=404, journey="typo")
    drill.asks(1, ["ok"] * 20)

    result = judge(drill.write())

    assert [verdict.check for verdict in result.verdicts] == ["profile_fits", "injection_proof", "success"]
    assert {verdict.status for verdict in result.verdicts} == {Status.UNKNOWN}


def test_nobody_who_asked_is_no_missing_call(drill: Handwritten) -> None:
    drill.drill["expect"] = [{"check": "no_hang", "within": 5}]
    drill.asks(1, ["ok"] * 5, asks=False)

    assert judge(drill.write()).lead == ""


def test_answers_on_another_channel_came_by_way_of_the_platform(drill: Handwritten) -> None:
    for number in range(10):
        drill.webhook(1 + number, f"bo-{number}")
        drill.says(1 + number, f"bo-{number}")

    assert judge(drill.write()).status is Status.HELD


def test_a_certificate_that_is_not_trusted_is_told_from_a_missing_variable(drill: Handwritten) -> None:
    drill.asks(1, ["error"] * 40)
    drill.add(Process("proxy", "note", detail=f"{DISTRUST} for api.openai.com (unknown ca)"))

    result = judge(drill.write())

    assert WIRING not in result.lead
    assert "The application does not trust the drill's certificate for api.openai.com (unknown ca)." in (result.lead)
    assert "'brownout ca'" in result.lead
    assert any(note.startswith("The application does not trust") for note in result.notes)


@pytest.mark.parametrize("alive", [0, 5])
def test_a_death_that_is_noticed_late_breaks_nothing_that_only_the_dead_did(drill: Handwritten, alive: int) -> None:
    drill.asks(1, ["ok"] * alive, 0.5)
    drill.exchange(1)
    drill.asks(10.2, ["cut", *["unreachable"] * 12], 0.1, duration=0.01)
    drill.add(Process("application", "exited", 3, "exited with code 3", ZERO + 11.5))
    statuses = {verdict.id: verdict.status for verdict in judge(drill.write()).verdicts}

    assert statuses["application_alive"] is Status.BROKEN
    assert statuses["success"] is Status.UNKNOWN


def test_what_a_living_application_got_wrong_before_it_died_stays_broken(drill: Handwritten) -> None:
    drill.exchange(1)
    drill.asks(1, ["error"] * 20, 0.4)
    drill.add(Process("application", "exited", 3, "exited with code 3", ZERO + 11.5))
    statuses = {verdict.id: verdict.status for verdict in judge(drill.write()).verdicts}

    assert statuses["success"] is Status.BROKEN


def test_what_lost_its_ground_asks_for_no_longer_drill(drill: Handwritten) -> None:
    drill.exchange(1)
    drill.asks(1, ["ok", "error", "ok"] * 4, 0.4)
    drill.drill["expect"] = [{"check": "success", "at_least": 0.7}]
    assert judge(drill.write()).verdicts[1].longer > 1

    drill.add(Process("application", "gone", None, "closed its port", ZERO + 20))
    assert {verdict.longer for verdict in judge(drill.write()).verdicts} == {1.0}
