"""``brownout report``: yesterday's journal, today's report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.journals import Handwritten, rule

from brownout.cli import main
from brownout.report import EXTRAS, RENDERERS

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Path]:
    """The folder of a drill in which the application broke; as ``run`` leaves it, but for the reports."""
    handwritten = Handwritten(tmp_path / "drill")
    handwritten.drill["rules"] = [rule()]
    handwritten.drill["expect"] = [{"check": "success", "at_least": 0.9}]
    handwritten.exchange(11, "bo-hit", "server_error", phase="outage")
    handwritten.asks(11, ["error"] * 20)
    handwritten.write()
    yield tmp_path / "drill"
    handwritten.close()


def test_all_reports_are_written_beside_the_journal(drill: Path, capsys: Captured) -> None:
    assert main(["report", str(drill)]) == 1

    assert {path.name for path in drill.iterdir()} == {
        "journal",
        "report.html",
        "report.md",
        "junit.xml",
        "result.json",
    }
    assert "BROKEN" in capsys.readouterr().out


def test_the_journals_own_folder_or_file_will_do(drill: Path) -> None:
    (file,) = (drill / "journal").glob("*.jsonl")

    assert main(["report", str(drill / "journal")]) == 1
    assert (drill / "report.html").is_file()
    (drill / "report.html").unlink()
    assert main(["report", str(file)]) == 1
    assert (drill / "report.html").is_file()


def test_one_format_goes_to_standard_output_and_nothing_else(drill: Path, capsys: Captured) -> None:
    assert main(["report", str(drill), "--format", "junit"]) == 1
    assert ElementTree.fromstring(capsys.readouterr().out).tag == "testsuites"
    assert main(["report", str(drill), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "BROKEN"
    assert [path.name for path in drill.iterdir()] == ["journal"]


@pytest.mark.parametrize("format", sorted(RENDERERS))
def test_every_format_can_be_made_from_the_journal_later(drill: Path, format: str, tmp_path: Path) -> None:
    out = tmp_path / "later" / RENDERERS[format].file

    assert main(["report", str(drill), "--format", format, "--out", str(out)]) == 1
    files = list(out.iterdir()) if RENDERERS[format].is_folder else [out]
    assert any("shop" in file.read_text(errors="replace") for file in files)
    assert [path.name for path in drill.iterdir()] == ["journal"]


def test_several_files_need_a_folder(drill: Path, capsys: Captured) -> None:
    assert main(["report", str(drill), "--format", "allure"]) == 2
    assert "allure is a folder of files; say where with --out" in " ".join(capsys.readouterr().err.split())


def test_a_picture_goes_to_standard_output_as_it_is(drill: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", str(drill), "--format", "png"]) == 1

    assert capfdbinary.readouterr().out.startswith(b"\x89PNG\r\n")


def test_a_format_whose_extra_is_missing_says_how_to_get_it(
    drill: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setitem(EXTRAS, "png", "no_such_module_anywhere")

    assert main(["report", str(drill), "--format", "png"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("--format png: no_such_module_anywhere is not installed; install it with: pip install ")
    assert "[png]" in err
    assert err.count("\n") == 1


def test_one_format_goes_to_a_file_where_one_is_given(drill: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["report", str(drill), "--format", "markdown", "--out", str(tmp_path / "new" / "report.md")]) == 1

    assert capsys.readouterr().out == f"{tmp_path / 'new' / 'report.md'}\n"
    assert (tmp_path / "new" / "report.md").read_text().startswith("#")


def test_reports_go_to_another_folder_where_one_is_given(drill: Path, tmp_path: Path) -> None:
    assert main(["report", str(drill), "--out", str(tmp_path / "site")]) == 1

    assert (tmp_path / "site" / "report.html").is_file()
    assert [path.name for path in drill.iterdir()] == ["journal"]


@pytest.mark.parametrize("words", [("--out",), ("--format", "junit", "--out")])
def test_a_place_that_cannot_be_written_is_bad_input(
    drill: Path, tmp_path: Path, words: tuple[str, ...], capsys: Captured
) -> None:
    (tmp_path / "file").touch()

    assert main(["report", str(drill), *words, str(tmp_path / "file" / "below")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_journal_without_its_drill_row_is_bad_input(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "load.jsonl").write_text('{"v":1,"kind":"users","w":"l","at":1,"t":1,"users":1}\n')

    assert main(["report", str(tmp_path)]) == 2
    assert "no drill row" in capsys.readouterr().err


def test_a_format_that_there_is_not_is_refused_with_the_nearest(drill: Path, capsys: Captured) -> None:
    assert main(["report", str(drill), "--format", "markdwon"]) == 2
    assert "unknown format 'markdwon'; did you mean 'markdown'?" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("format", sorted(RENDERERS))
def test_the_longer_drill_beside_it_counts_in_every_format(format: str, tmp_path: Path) -> None:
    first = Handwritten(tmp_path / "first")
    first.drill |= {"rules": [rule()], "expect": [{"check": "success", "at_least": 0.9}], "looks": 2}
    first.exchange(11, "bo-hit", "server_error", phase="outage")
    first.write()
    arguments = ["report", str(tmp_path / "first"), "--format", format, "--out", str(tmp_path / "told" / format)]
    assert main(arguments) == 3

    second = Handwritten(tmp_path / "first" / "longer")
    second.drill |= first.drill
    second.exchange(11, "bo-hit", "server_error", phase="outage")
    second.asks(11, ["error"] * 20)
    second.write()
    assert main(arguments) == 1
    first.close()
    second.close()
