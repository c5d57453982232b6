"""From a journal to a result: nothing is lost, nothing is assumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.journals import ZERO, Handwritten, rule

from brownout.checkers import CHECKERS
from brownout.checkers.base import Record
from brownout.events import End, Process
from brownout.expect import AnyExpect
from brownout.judging.judge import judge
from brownout.judging.reading import JournalError
from brownout.result import Result
from brownout.verdict import Status, Verdict

SUCCESS: dict[str, Any] = {"check": "success", "at_least": 0.9, "during": ["major_outage"]}
NO_HANG: dict[str, Any] = {"check": "no_hang", "within": 10.0}


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Handwritten]:
    """A drill whose one rule struck, with 20 users who were all answered in the outage."""
    handwritten = Handwritten(tmp_path)
    handwritten.drill["rules"] = [rule()]
    handwritten.drill["expect"] = [SUCCESS, NO_HANG]
    handwritten.exchange(11, "bo-hit", "server_error", phase="outage")
    handwritten.exchange(11.5, "bo-hit", phase="outage")
    handwritten.asks(11, ["ok"] * 20)
    yield handwritten
    handwritten.close()


def _judged(drill: Handwritten) -> Result:
    return judge(drill.write())


def _statuses(result: Result) -> dict[str, Status]:
    return {verdict.id: verdict.status for verdict in result.verdicts}


def test_the_proof_comes_first_then_every_expectation_in_order(drill: Handwritten) -> None:
    result = _judged(drill)

    assert [verdict.id for verdict in result.verdicts] == ["injection_proof", "success during major_outage", "no_hang"]
    assert (result.status, result.exit_code, result.outcome) == (Status.HELD, 0, "completed")


def test_one_broken_expectation_breaks_the_drill(drill: Handwritten) -> None:
    drill.asks(12, ["error"] * 20)

    result = _judged(drill)

    assert _statuses(result)["no_hang"] is Status.HELD
    assert (result.status, result.exit_code) == (Status.BROKEN, 1)


def test_missing_proof_leaves_no_verdict(drill: Handwritten) -> None:
    drill.drill["rules"].append(rule("outage.2.hang", "hang"))
    drill.exchange(12, "bo-x", rule="outage.2.hang", fault="hang", injected=True, delivered=False, phase="outage")

    result = _judged(drill)

    assert (result.status, result.exit_code) == (Status.UNKNOWN, 3)
    assert [one.state for one in result.rules] == ["struck", "undelivered"]


def test_broken_beats_missing_proof(drill: Handwritten) -> None:
    drill.asks(12, ["error"] * 20)
    drill.end = None

    assert _judged(drill).status is Status.BROKEN


@pytest.mark.parametrize(
    ("end", "outcome", "code", "code_if_broken"),
    [
        (End("interrupted", "Ctrl-C"), "interrupted", 130, 130),
        (End("failed", "no port"), "failed", 4, 4),
        (None, "killed", 3, 1),
    ],
)
def test_a_drill_cut_short_holds_nothing(
    drill: Handwritten, end: End | None, outcome: str, code: int, code_if_broken: int
) -> None:
    drill.end = end

    result = _judged(drill)

    assert (result.outcome, result.exit_code, result.status) == (outcome, code, Status.UNKNOWN)
    assert set(_statuses(result).values()) == {Status.UNKNOWN}
    assert f"The drill was {outcome} before its end; until then: " in result.verdicts[1].finding
    assert result.why == (end.why if end else "the drill was killed before it could write its end")

    drill.ask(12, "hung", duration=15.0)
    result = _judged(drill)
    assert _statuses(result)["no_hang"] is Status.BROKEN
    heading = Status.UNKNOWN if outcome == "failed" else Status.BROKEN
    assert (result.status, result.exit_code) == (heading, code_if_broken)


class _Crashing:
    name = "success"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        raise ZeroDivisionError("no users at all")


def test_a_crashing_checker_is_unknown_and_the_others_still_answer(
    drill: Handwritten, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECKERS, "success", _Crashing())

    result = _judged(drill)

    crashed = result.verdicts[1]
    assert (crashed.id, crashed.status, crashed.during) == (
        "success during major_outage",
        Status.UNKNOWN,
        ("major_outage",),
    )
    assert "ZeroDivisionError: no users at all" in crashed.finding
    assert _statuses(result)["no_hang"] is Status.HELD
    assert result.exit_code == 3


def test_an_expectation_of_another_version_is_unknown(drill: Handwritten) -> None:
    drill.drill["expect"] = [{"check": "mood", "at_least": "cheerful"}, NO_HANG]

    result = _judged(drill)

    assert _statuses(result)["mood"] is Status.UNKNOWN
    assert "cannot read this expectation" in result.verdicts[1].finding


@pytest.mark.parametrize("expect", [[], [{"check": "success", "at_least": 0.9, "during": ["shutdown"]}]])
def test_a_drill_that_puts_nothing_to_the_test_is_no_success(drill: Handwritten, expect: list[dict[str, Any]]) -> None:
    drill.drill["expect"] = expect

    result = _judged(drill)

    assert result.verdicts[-1].id == "expect"
    assert (result.status, result.exit_code) == (Status.UNKNOWN, 3)


def test_one_expectation_that_was_exercised_is_enough(drill: Handwritten) -> None:
    drill.drill["expect"] = [NO_HANG, {"check": "success", "at_least": 0.9, "during": ["shutdown"]}]

    result = _judged(drill)

    assert result.exit_code == 0
    assert _statuses(result)["success during shutdown"] is Status.SKIPPED


def test_two_expectations_about_the_same_thing_keep_their_own_ids(drill: Handwritten) -> None:
    drill.drill["expect"] = [NO_HANG, {**NO_HANG, "within": 0.1}]

    assert _statuses(_judged(drill)) == {
        "injection_proof": Status.HELD,
        "no_hang": Status.HELD,
        "no_hang (2)": Status.BROKEN,
    }


def test_a_result_says_everything_about_its_drill(drill: Handwritten) -> None:
    drill.drill |= {"scenario_file": "my outage.yaml", "app_file": "brownout.yaml", "speed": 120.0, "seed": 9}
    drill.drill |= {"sources": [{"url": "https://example.org", "fact": "x"}], "versions": {"brownout": "0"}}

    result = _judged(drill)

    assert result.command == "brownout run 'my outage.yaml' --app brownout.yaml --seed 9 --speed 120 --users 10"
    assert (result.scenario, result.app, result.zero, result.duration) == ("test-outage", "shop", ZERO, 61.0)
    assert result.journal == str(drill.folder)
    assert result.sources == ({"url": "https://example.org", "fact": "x"},)
    assert result.totals["questions"] == 20
    assert result.faults == {"server_error": 1}
    assert result.outcomes == {"ok": 20}
    assert [one.name for one in result.phases] == ["healthy", "outage", "tail", "after"]
    assert len(result.seconds) == 61
    assert result.started_at > 1_600_000_000


def test_what_runs_a_drill_again_has_its_port_and_its_proxies(drill: Handwritten) -> None:
    drill.drill |= {"port": 8899, "proxies": 2}

    assert _judged(drill).command.endswith("--users 10 --proxies 2 --port 8899")


def test_a_result_is_plain_json(drill: Handwritten) -> None:
    drill.asks(12, ["error", "hung"] * 10)
    drill.history(13, missing=["bo-hit"])
    drill.drill["expect"] += [{"check": "history_kept"}, {"check": "retry_amplification", "at_most": 1}]

    result = _judged(drill)

    assert json.loads(json.dumps(result.as_dict(), allow_nan=False))["status"] == "BROKEN"


def test_judging_twice_gives_the_same_result(drill: Handwritten) -> None:
    drill.asks(12, ["error", "hung", "cut"] * 10)
    path = drill.write()

    assert judge(path) == judge(path)


def test_a_journal_without_a_drill_cannot_be_judged(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("")

    with pytest.raises(JournalError, match="no drill row"):
        judge(tmp_path)


def _died(drill: Handwritten, name: str = "stand-in", second: float = 12.0) -> None:
    drill.add(Process(name, "exited", -9, "was killed by SIGKILL", t=ZERO + second))
    drill.end = End("failed", f"the {name} was killed")


def test_what_users_met_after_a_part_of_ours_died_breaks_nothing(drill: Handwritten) -> None:
    _died(drill, second=13.0)
    drill.asks(11.8, ["error"] * 40)  # it was not seen at once

    result = _judged(drill)

    assert (result.status, result.exit_code) == (Status.UNKNOWN, 4)
    assert result.outcomes == {"error": 40, "ok": 20}  # on record all the same
    assert result.verdicts[1].samples == 0  # what was over in time: nothing


def test_what_broke_before_a_part_of_ours_died_stays_broken_and_does_not_head_the_report(drill: Handwritten) -> None:
    drill.asks(10.1, ["error"] * 15)
    _died(drill, second=14.0)

    result = _judged(drill)

    assert (result.status, result.exit_code) == (Status.UNKNOWN, 4)
    assert result.verdicts[1].status is Status.BROKEN
    assert all(one.row["t"] + one.row["duration"] < ZERO + 12 for one in result.verdicts[1].evidence)


def test_an_application_that_died_is_no_excuse(drill: Handwritten) -> None:
    _died(drill, "application")
    drill.end = End("completed")
    drill.asks(12.1, ["unreachable"] * 40)

    assert (_judged(drill).status, _judged(drill).exit_code) == (Status.BROKEN, 1)


def test_a_drill_that_was_killed_says_what_is_gone(drill: Handwritten) -> None:
    drill.end = None
    drill.add(Process("stand-in", "ready"))

    assert _judged(drill).why.endswith("; what the platform kept (conversations, files, messages) is gone with it")


def test_a_drill_that_was_ended_by_a_bound_says_why_first_and_holds_nothing(drill: Handwritten) -> None:
    drill.end, drill.ended = End("aborted", "6 of 10 answers were errors in the last 10s", ZERO + 15), 15.5

    result = _judged(drill)

    assert result.lead == "The drill was ended at once: 6 of 10 answers were errors in the last 10s."
    assert {verdict.status for verdict in result.verdicts} == {Status.UNKNOWN}
    assert (result.outcome, result.exit_code) == ("aborted", 3)


def test_what_broke_before_the_bound_stays_broken(drill: Handwritten) -> None:
    drill.asks(12, ["error"] * 20)
    drill.end, drill.ended = End("aborted", "too much harm", ZERO + 15), 15.5

    result = _judged(drill)

    assert _statuses(result)["success during major_outage"] is Status.BROKEN
    assert (result.status, result.exit_code) == (Status.BROKEN, 1)


def test_what_users_met_once_their_calls_were_let_go_breaks_nothing(drill: Handwritten) -> None:
    drill.asks(14.9, ["error"] * 20, every=0.001)  # each took half a second, and ended when the drill let go
    drill.end, drill.ended = End("aborted", "too much harm", ZERO + 15), 15.5

    result = _judged(drill)

    assert _statuses(result)["success during major_outage"] is Status.UNKNOWN
    assert result.exit_code == 3


def test_one_of_two_looks_says_so_in_its_command(drill: Handwritten) -> None:
    assert "--until-settled" not in _judged(drill).command

    drill.drill["looks"] = 2

    assert "--until-settled" in _judged(drill).command.split()
