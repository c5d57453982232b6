"""``brownout run --until-settled``: when a second drill is played, how, and what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.drills import PROFILE, scenario
from support.results import BLANK

from brownout.cli import main
from brownout.commands import watching
from brownout.drill.setting import Options
from brownout.result import Result
from brownout.verdict import Status, Verdict

Captured = pytest.CaptureFixture[str]


def _verdict(status: Status, longer: float = 1.0) -> Verdict:
    advice = "About 8 questions more would settle it" if longer > 1 else None
    return Verdict("success", "success", status, "asked", "measured", "found", longer=longer, next_step=advice)


OPEN, HELD, BROKEN = _verdict(Status.UNKNOWN, 3.0), _verdict(Status.HELD), _verdict(Status.BROKEN)


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Options]]:
    """Have drills come to these verdicts, one after the other; the options of those that were played."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brownout.yaml").write_text(yaml.safe_dump(PROFILE))
    (tmp_path / "short.yaml").write_text(yaml.safe_dump(scenario(lasts="30s")))
    played: list[Options] = []

    def prepared(*verdicts: Verdict) -> list[Options]:
        coming = list(verdicts)

        def drill(_scenario: Any, _profile: Any, options: Options, **_: Any) -> Result:
            played.append(options)
            verdict = coming.pop(0)
            code = {Status.HELD: 0, Status.BROKEN: 1}.get(verdict.status, 3)
            made: dict[str, Any] = {"verdicts": (verdict,), "status": verdict.status, "exit_code": code}
            made |= {"command": f"brownout run short.yaml --speed {options.speed or 1:g} --until-settled", "looks": 2}
            return replace(BLANK, speed=options.speed or 1.0, journal=str(options.out or tmp_path / "out"), **made)

        monkeypatch.setattr(watching, "drill", drill)
        return played

    return prepared


def _run(*more: str) -> int:
    return main(["run", "short.yaml", *more])


def test_an_open_verdict_is_played_once_more_as_long_as_it_asks_for(
    play: Callable[..., list[Options]], capsys: Captured
) -> None:
    played = play(OPEN, HELD)

    assert _run("--until-settled", "--out", "out", "--json") == 0

    first, second = played
    assert (first.speed, first.looks, first.out) == (None, 2, Path("out"))
    assert (second.looks, second.out) == (2, Path("out/longer"))
    assert second.speed == pytest.approx(1 / 3)
    captured = capsys.readouterr()
    assert "Not settled yet: success. Once more at speed 0.333, for 1m30s of the 1m30s that" in captured.err
    assert "Both drills together: HELD" in captured.err
    (together,) = json.loads(captured.out)["together"]
    assert (together["drills"], together["status"], together["verdicts"]) == (2, "HELD", {"success": "HELD"})


def test_it_is_never_played_a_third_time(play: Callable[..., list[Options]], capsys: Captured) -> None:
    played = play(OPEN, OPEN)

    assert _run("--until-settled", "--at-most", "10m") == 3
    assert len(played) == 2
    assert "Both drills together: UNKNOWN (success)" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--until-settled", "--at-most", "40s"], []])
def test_without_time_left_or_without_being_asked_there_is_one_drill(
    play: Callable[..., list[Options]], arguments: list[str], capsys: Captured
) -> None:
    played = play(OPEN)

    assert _run(*arguments) == 3
    assert len(played) == 1
    assert ("--at-most leaves 10s: give it 2m in all" in capsys.readouterr().out) is bool(arguments)


def test_what_is_settled_is_not_played_again(play: Callable[..., list[Options]]) -> None:
    played = play(HELD)

    assert _run("--until-settled") == 0
    assert len(played) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--at-most", "5m"], "--until-settled"),
        (["--until-settled", "--at-most", "soon"], "as 4x"),
        (["--until-settled", "--at-most", "0"], "0 leaves no time for any drill"),
        (["--until-settled", "--at-most", "0s"], "0s leaves no time for any drill"),
        (["--until-settled", "--at-most", "0.5x"], "0.5x is less than the first timeline alone"),
        (["--until-settled", "--at-most", "29s"], "lasts 30s at speed 1. Give it 30s or more; 1m30s leaves room"),
        (["--until-settled", "--at-most", "14s", "--speed", "2"], "lasts 15s at speed 2. Give it 15s or more"),
    ],
)
def test_a_bound_for_nothing_and_one_that_is_no_time_are_refused(
    play: Callable[..., list[Options]], wrong: list[str], says: str, capsys: Captured
) -> None:
    played = play()

    assert _run(*wrong) == 2
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert played == []


def test_a_bound_may_be_so_many_times_the_first_timeline(play: Callable[..., list[Options]]) -> None:
    played = play(OPEN, HELD)

    assert _run("--until-settled", "--at-most", "3.5x") == 0
    assert played[1].speed == pytest.approx(1 / 2.5)


def test_the_folder_of_the_first_drill_says_what_both_say(play: Callable[..., list[Options]], tmp_path: Path) -> None:
    play(OPEN, BROKEN)

    assert _run("--until-settled") == 1
    written = json.loads((tmp_path / "out" / "result.json").read_text())
    assert (written["status"], written["exit_code"]) == ("BROKEN", 1)
    assert written["longer"] == str(tmp_path / "out" / "longer")


def test_the_last_line_names_each_status_once(play: Callable[..., list[Options]], capsys: Captured) -> None:
    play(OPEN, BROKEN)

    assert _run("--until-settled", "--quiet") == 1
    assert "Both drills together: BROKEN (success). This is what" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("bound", "verdicts", "next_one"),
    [
        ([], [OPEN, HELD], "--speed 1 --until-settled --seed 2"),
        (["--at-most", "10m"], [OPEN, HELD], "--speed 1 --until-settled --seed 2 --at-most 10m"),
        (["--at-most", "40s"], [OPEN], "--speed 1 --until-settled --at-most 2m"),
        (["--at-most", "80s"], [OPEN, OPEN], "--speed 1 --until-settled --at-most 2m"),
        (["--at-most", "10m"], [OPEN, OPEN], "--speed 0.111 --until-settled"),
    ],
)
def test_what_to_do_next_is_said_once_and_at_the_end(
    play: Callable[..., list[Options]], capsys: Captured, bound: list[str], verdicts: list[Verdict], next_one: str
) -> None:
    play(*verdicts)

    _run("--until-settled", *bound)

    told = capsys.readouterr().out
    assert told.count("Next    ") == 1
    assert told.rstrip().endswith(f"brownout run short.yaml {next_one}")


def test_a_confidence_that_two_looks_cannot_reach_is_refused(
    play: Callable[..., list[Options]], tmp_path: Path, capsys: Captured
) -> None:
    play()
    sure = {**PROFILE, "expect": [{"check": "success", "at_least": "90%", "confidence": "99.85%"}]}
    (tmp_path / "brownout.yaml").write_text(yaml.safe_dump(sure))

    assert _run("--until-settled") == 2
    assert "--until-settled: 2 looks need a confidence of 99.8% at most" in capsys.readouterr().err
