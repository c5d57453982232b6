"""A journal that somebody or something damaged: judged by what is left, or refused in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.journals import LOOSELY, Handwritten

from brownout.judging import reading
from brownout.judging.judge import judge
from brownout.judging.reading import JournalError
from brownout.judging.rows import flaw_of
from brownout.result import Result
from brownout.verdict import Status

SUCCESS = {"check": "success", "at_least": 0.9, "min_samples": 1, **LOOSELY}
HANG = {"check": "no_hang", "within": 5.0}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A drill in which nothing broke but what six users met."""
    drill = Handwritten(tmp_path_factory.mktemp("drill"))
    drill.drill["expect"] = [SUCCESS, HANG]
    for second in range(1, 10):
        drill.exchange(second, canary=f"bo-{second}")
        drill.ask(second, canary=f"bo-{second}", user=second)
    for second in range(11, 17):
        drill.exchange(second, canary=f"bo-{second}", fault="server_error")
        drill.ask(second, "error", canary=f"bo-{second}", user=second)
    return (drill.write() / "journal" / "drill.jsonl").read_text().splitlines()


def judged(folder: Path, lines: list[str], name: str = "drill.jsonl") -> Result:
    (folder / "journal").mkdir(exist_ok=True)
    (folder / "journal" / name).write_text("".join(f"{line}\n" for line in lines))
    return judge(folder)


def statuses(result: Result) -> dict[str, Status]:
    return {verdict.id: verdict.status for verdict in result.verdicts}


def test_where_the_rows_that_held_the_errors_are_torn_nothing_is_held(tmp_path: Path, lines: list[str]) -> None:
    whole = judged(tmp_path, lines)
    torn = judged(tmp_path, [line[:-20] if '"outcome":"error"' in line else line for line in lines])

    assert statuses(whole)["success"] is Status.BROKEN
    assert Status.HELD not in statuses(torn).values()
    assert torn.exit_code == 3
    told = next(verdict for verdict in torn.verdicts if verdict.id == "success").finding
    assert "6 journal lines could not be used (drill.jsonl:21: no whole row of JSON" in told
    assert any("6 journal lines could not be used" in note for note in torn.notes)


@settings(max_examples=12)  # each judges a drill anew
@given(st.data())
def test_no_damage_to_a_line_is_more_than_a_message_or_a_doubt(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(lines) - 1))
    row = json.loads(lines[number])
    name = data.draw(st.sampled_from(sorted(row)))
    odd: object = data.draw(
        st.sampled_from([None, "x", "", -1, 1e308, -1e308, True, [], {}, [[]], {"a": []}, "\0", "v" * 99])
    )
    damaged = [*lines[:number], json.dumps({**row, name: odd}), *lines[number + 1 :]]
    folder = tmp_path_factory.mktemp("damaged")
    if number == 0 and (name == "kind" or flaw_of({**row, name: odd}) is not None):
        with pytest.raises(JournalError, match=r"drill row|format"):
            judged(folder, damaged)
        return
    result = judged(folder, damaged)
    assert not [verdict.finding for verdict in result.verdicts if "The checker failed" in verdict.finding]
    if result.totals["torn"]:
        assert Status.HELD not in statuses(result).values()


def test_a_line_without_end_is_set_aside_and_takes_no_memory(
    tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 2000)
    result = judged(tmp_path, [*lines, json.dumps({"v": 1, "kind": "users", "x": "y" * 5000}), lines[2]])

    assert result.totals["torn"] == 1
    assert "a line of more than" in " ".join(result.notes)


@pytest.mark.parametrize("kind", ["dangling", "loop", "folder", "pipe"])
def test_what_is_no_file_is_refused_by_its_name(tmp_path: Path, lines: list[str], kind: str) -> None:
    judged(tmp_path, lines)
    odd = tmp_path / "journal" / "load.jsonl"
    if kind == "folder":
        odd.mkdir()
    elif kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to("load.jsonl" if kind == "loop" else "nowhere")

    with pytest.raises(JournalError, match=r"load\.jsonl cannot be read: "):
        judge(tmp_path)
