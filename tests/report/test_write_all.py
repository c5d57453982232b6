from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from brownout.report import EXTRAS, RENDERERS, STANDARD, rendered, write_all
from brownout.report.json import result_from_dict
from brownout.result import Result


def test_every_format_has_its_file() -> None:
    assert {name: renderer.file for name, renderer in RENDERERS.items()} == {
        "allure": "allure-results/",
        "html": "report.html",
        "json": "result.json",
        "junit": "junit.xml",
        "markdown": "report.md",
        "openmetrics": "brownout.prom",
        "png": "timeline.png",
        "sarif": "brownout.sarif",
        "svg": "timeline.svg",
    }
    assert set(EXTRAS) <= set(RENDERERS)


def test_the_standard_formats_are_written_and_nothing_else(outage: Result, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet" / "there"

    written = write_all(outage, folder)

    assert written == {name: folder / RENDERERS[name].file for name in STANDARD}
    assert sorted(folder.iterdir()) == sorted(written.values())
    for name, path in written.items():
        assert path.read_bytes() == rendered(name, outage)
    assert result_from_dict(json.loads(written["json"].read_text())) == outage


def test_a_second_report_replaces_the_first(outage: Result, healthy: Result, tmp_path: Path) -> None:
    write_all(outage, tmp_path)
    written = write_all(healthy, tmp_path)

    assert written["markdown"].read_text().startswith("### HELD")


def test_a_failed_write_leaves_the_old_report_and_no_litter(
    outage: Result, healthy: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write_all(outage, tmp_path)["html"].read_bytes()
    files = sorted(tmp_path.iterdir())

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_all(healthy, tmp_path)

    assert (tmp_path / "report.html").read_bytes() == before
    assert sorted(tmp_path.iterdir()) == files


def test_half_a_surrogate_does_not_stop_a_report(outage: Result, tmp_path: Path) -> None:
    written = write_all(replace(outage, app="half \ud83d"), tmp_path)

    assert "half \ufffd" in written["html"].read_text(encoding="utf-8")


def test_reports_say_by_what_calls_are_tied(outage: Result) -> None:
    result = replace(outage, joins={"canary": 2, "nothing": 1})

    assert json.loads(rendered("json", result))["joins"] == {"canary": 2, "nothing": 1}
    for name in ("html", "markdown"):
        assert "Tied to questions: of 3 calls 67% by canary, 33% by nothing." in rendered(name, result).decode()
        assert "Tied to questions" not in rendered(name, outage).decode()
