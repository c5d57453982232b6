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
    return Verdict("success", "success", status, "asked", "measured", "found", longer=longer)


OPEN, HELD = _verdict(Status.UNKNOWN, 3.0), _verdict(Status.HELD)


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
            return replace(BLANK, speed=options.speed or 1.0, journal=str(tmp_path / "out"), **made)

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
    assert "Both drills together: UNKNOWN (UNKNOWN success)" in capsys.readouterr().out


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
        (["--until-settled", "--at-most", "soon"], "--at-most"),
    ],
)
def test_a_bound_for_nothing_and_one_that_is_no_time_are_refused(
    play: Callable[..., list[Options]], wrong: list[str], says: str, capsys: Captured
) -> None:
    played = play()

    assert _run(*wrong) == 2
    assert says in capsys.readouterr().err
    assert played == []


def test_a_confidence_that_two_looks_cannot_reach_is_refused(
    play: Callable[..., list[Options]], tmp_path: Path, capsys: Captured
) -> None:
    play()
    sure = {**PROFILE, "expect": [{"check": "success", "at_least": "90%", "confidence": "99.85%"}]}
    (tmp_path / "brownout.yaml").write_text(yaml.safe_dump(sure))

    assert _run("--until-settled") == 2
    assert "--until-settled: 2 looks need a confidence of 99.8% at most" in capsys.readouterr().err
