"""What a row must be to be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import Handwritten

from brownout import events
from brownout.judging.rows import flaw_of

ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.just([[]]), st.just({}))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """A row of each kind that a hand-written journal has, as it is read."""
    return written(tmp_path_factory.mktemp("drill"))


def written(folder: Path) -> list[dict[str, Any]]:
    drill = Handwritten(folder)
    drill.ask(1, canary="bo-a")
    drill.exchange(1.1, canary="bo-a", fault="server_error")
    drill.history(2, missing=["bo-a"])
    drill.add(events.Users(3), events.OtherHost("example.com"), events.Process("load", "ready"))
    lines = (drill.write() / "journal" / "drill.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_row_as_it_was_written_is_whole(rows: list[dict[str, Any]]) -> None:
    assert len({row["kind"] for row in rows}) >= 7
    assert [flaw_of(row) for row in rows] == [None] * len(rows)


@given(st.data())
def test_whatever_stands_in_a_field_is_whole_or_told(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows))
    name = data.draw(st.sampled_from([name for name in row if name != "kind"]))
    flaw = flaw_of({**row, name: data.draw(ODD)})

    assert flaw is None or flaw.startswith(name) or name == "form"


@pytest.mark.parametrize("time", [None, "1", True, 1e308, -1e308, float("inf"), float("nan")])
@pytest.mark.parametrize("name", ["t", "at"])
def test_a_time_that_is_none_is_told(rows: list[dict[str, Any]], name: str, time: object) -> None:
    assert (flaw_of({**rows[0], name: time}) or "").startswith(f"{name}: no time")


def test_a_figure_that_nothing_could_count_to_is_told(rows: list[dict[str, Any]]) -> None:
    step = next(row for row in rows if row["kind"] == "journey")

    assert flaw_of({**step, "bytes": 10**30}) is not None
    assert flaw_of({**step, "duration": 1e300}) is not None


def test_a_kind_of_a_later_version_is_none_of_ours(rows: list[dict[str, Any]]) -> None:
    assert flaw_of({"v": 1, "kind": "telepathy", "t": 1.0, "at": 1.0, "strength": 9}) is None
    call = next(row for row in rows if row["kind"] == "exchange")
    assert flaw_of({**call, "form": "telegram"}) == "form: no such form of exchange"
