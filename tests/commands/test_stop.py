"""``brownout stop``."""

from __future__ import annotations

from pathlib import Path

import pytest

from brownout.cli import main
from brownout.drill import standstill

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_it_stops_for_a_time_and_clears(capsys: Captured) -> None:
    assert main(["stop", "--all", "--for", "10m"]) == 0
    order = standstill.given()
    assert order is not None
    assert order.until == order.at + 600
    assert "All drills were stopped by" in capsys.readouterr().out

    assert main(["stop", "--clear"]) == 0
    assert standstill.given() is None
    assert "may begin again" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["run", "baseline"], ["proxy", "baseline", "--port", "0"]])
def test_nothing_begins_while_an_order_is_there(command: list[str], capsys: Captured) -> None:
    assert main(["stop", "--all"]) == 0

    assert main(command) == 2
    assert "until it is cleared; 'brownout stop --clear' lets them begin again" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--all", "--clear"],
        ["--clear", "--for", "10m"],
        ["--all", "--for", "10m", "--until-cleared"],
        ["--all", "--for", "soon"],
        ["--all", "--for", "0s"],
    ],
)
def test_what_it_does_not_understand_stops_nothing(wrong: list[str], capsys: Captured) -> None:
    assert main(["stop", *wrong]) == 2
    assert standstill.given() is None
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_place_where_nothing_can_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    assert main(["stop", "--all"]) == 2
    assert "cannot be written" in capsys.readouterr().err
