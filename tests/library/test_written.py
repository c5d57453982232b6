"""The schemas of the JSON that is written: real documents fit, and what a reader relies on is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from support.forms import written_as
from support.journals import Handwritten, rule
from support.results import BLANK

from brownout.judging.judge import judge
from brownout.published import VERSIONS
from brownout.report.json import render
from brownout.result import PhaseResult
from brownout.verdict import Status


def document(**more: object) -> dict[str, object]:
    made: dict[str, object] = json.loads(render(replace(BLANK, **more)))  # type: ignore[arg-type]
    return made


def test_a_judged_drill_fits_with_every_status(tmp_path: Path) -> None:
    drill = Handwritten(tmp_path / "drill")
    drill.drill |= {"rules": [rule(), rule("tail.1.hang", "hang", phase="tail")]}
    drill.drill["expect"] = [
        {"check": "success", "at_least": 0.9},
        {"check": "success", "at_least": 0.9, "during": ["recovering"]},
        {"check": "no_leaks"},
        {"check": "told_in_time", "journey": "chat"},
    ]
    drill.exchange(11, "bo-hit", "server_error", phase="outage")
    drill.asks(11, ["error"] * 20)
    result = judge(drill.write())
    drill.close()

    told = json.loads(render(result))
    written_as("result").validate(told)
    assert (told["schema"], told["version"]) == ("brownout.result", VERSIONS["result"])
    assert {verdict["status"] for verdict in told["verdicts"]} == set(Status)


def test_a_figure_that_json_cannot_say_fits() -> None:
    phase = PhaseResult("a", "operational", 0, 1, 1, 1, float("nan"), float("inf"), 0)

    written_as("result").validate(document(phases=(phase,)))


def test_what_a_later_minor_version_adds_is_no_error_and_another_major_version_is() -> None:
    written_as("result").validate({**document(), "version": "1.7", "added_later": [1]})
    with pytest.raises(jsonschema.ValidationError, match=r"2\.0"):
        written_as("result").validate({**document(), "version": "2.0"})


@pytest.mark.parametrize("name", ["schema", "version", "status", "exit_code", "verdicts"])
def test_what_every_reader_needs_is_asked_for(name: str) -> None:
    told = document()
    del told[name]

    with pytest.raises(jsonschema.ValidationError, match=name):
        written_as("result").validate(told)
