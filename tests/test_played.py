"""Drills that are played once: what is kept of them, and when it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import played

FILES = {"short.yaml": {"name": "short"}}


@pytest.fixture
def times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where drills were played, none of which is real; they are kept in the test's own folder."""
    found: list[Path] = []

    def play(place: Path, command: list[str], files: dict[str, object]) -> None:
        (place / "out").mkdir(parents=True)
        (place / played.CODE).write_text(json.dumps([len(command), "said"]))
        found.append(place)

    for name in ("CI", "BROWNOUT_FRESH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(played, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(played, "_play", play)
    another_run(monkeypatch, tmp_path / "first")
    return found


def another_run(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """As if the tests were run anew."""
    place.mkdir()
    monkeypatch.setattr(played, "_place", lambda: place)
    played._once.cache_clear()


def ask() -> int:
    return played.played("short.yaml", files=FILES, codes=(1, 2)).code


def test_a_run_of_the_tests_plays_a_drill_once(times: list[Path]) -> None:
    assert (ask(), ask()) == (1, 1)
    assert len(times) == 1


def test_another_command_or_another_file_is_another_drill(times: list[Path]) -> None:
    ask()
    played.played("short.yaml", "--quiet", files=FILES, codes=(2,))
    played.played("short.yaml", files={}, codes=(1,))

    assert len(set(times)) == 3


def test_the_next_run_reads_what_was_kept(times: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ask()
    another_run(monkeypatch, tmp_path / "second")

    assert ask() == 1
    assert len(times) == 1


@pytest.mark.parametrize("name", ["CI", "BROWNOUT_FRESH"])
def test_where_it_is_asked_for_every_drill_is_played_anew(
    times: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    ask()
    monkeypatch.setenv(name, "true")
    another_run(monkeypatch, tmp_path / "second")
    ask()

    assert len(times) == 2


def test_a_change_of_the_sources_makes_all_of_it_void(
    times: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ask()
    monkeypatch.setattr(played, "sources", lambda: "changed")
    another_run(monkeypatch, tmp_path / "second")
    ask()

    assert len(times) == 2
    assert [path.name for path in played.KEPT.iterdir()] == ["changed"]


def test_a_drill_that_ends_with_another_code_fails_its_test_and_is_not_kept(times: list[Path]) -> None:
    with pytest.raises(AssertionError, match="said"):
        played.played("short.yaml", codes=(0,))

    assert not played.KEPT.exists()


def test_every_source_is_in_the_digest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(played, "ROOT", tmp_path)
    source = tmp_path / "src" / "brownout" / "plan.py"
    source.parent.mkdir(parents=True)

    def digest(text: str) -> str:
        source.write_text(text)
        return played.sources.__wrapped__()

    assert digest("a = 1\n") == digest("a = 1\n") != digest("a = 2\n")
