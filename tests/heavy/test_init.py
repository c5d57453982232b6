"""From ``brownout init`` to the first verdict, for applications in Node that brownout has never seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import Desk, a_desk, scenario
from support.folders import write_files
from support.node import SDKS, app_command
from support.unknown_apps import AI_SDK, EXPRESS

from brownout.library.library import load_profile
from brownout.scaffold.locate import UI_MESSAGES

pytestmark = [pytest.mark.heavy, pytest.mark.drill]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A folder with Node's packages, and without a profile."""
    app_command("")  # they are installed then
    with a_desk(tmp_path) as made:
        (tmp_path / "brownout.yaml").unlink()
        (tmp_path / "node_modules").symlink_to(SDKS / "node_modules")
        yield made


def started(desk: Desk, files: dict[str, str]) -> dict[str, Any]:
    """The step that init writes for these files."""
    write_files(desk.folder, files)
    done = desk.brownout("init", "--yes", timeout=150)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "next: brownout run chatgpt-2026-02-03 --app brownout.yaml"
    (step,) = load_profile(desk.folder).journeys["chat"].steps
    return step.model_dump(by_alias=True, exclude_defaults=True)


def outcomes(desk: Desk, rule: dict[str, Any]) -> dict[str, int]:
    """What users met in a short outage by this rule. No verdict says the contrary, however busy the machine is."""
    desk.write("short.yaml", scenario({"on": "openai.responses", **rule}, lasts="6s"))
    done = desk.brownout("run", "short.yaml", "--out", "out")
    result = desk.result()
    assert result["outcome"] == "completed", done.stdout
    assert [each["state"] for each in result["rules"]] == ["struck"]
    assert desk.survivors() == []
    verdicts = {verdict["check"]: verdict["status"] for verdict in result["verdicts"]}
    assert verdicts["success"] in ("BROKEN", "UNKNOWN")
    assert {verdicts["no_hang"], verdicts["whole_answers"]} <= {"HELD", "UNKNOWN", "SKIPPED"}
    met: dict[str, int] = result["outcomes"]
    return met


def test_an_express_application_is_understood_and_its_first_outage_has_a_verdict(desk: Desk) -> None:
    step = started(desk, EXPRESS)

    assert (step["post"], step["json"]) == ("/api/talk", {"userInput": "{{ message }}"})
    assert step["reply"] == {"json": "result.text"}
    met = outcomes(desk, {"fault": "server_error", "share": "100%"})
    assert max(met, key=lambda outcome: met[outcome]) == "refused"


def test_a_route_of_next_with_the_ai_sdk_is_read_as_its_ui_messages(desk: Desk) -> None:
    step = started(desk, AI_SDK)

    assert (step["post"], step["reply"]) == ("/api/chat", UI_MESSAGES)
    # What broke off is marked as such, and no half answer.
    met = outcomes(desk, {"fault": "stream_cut", "share": "100%", "after": "8 events", "end": "clean"})
    assert max(met, key=lambda outcome: met[outcome]) == "cut"
    assert "half" not in met
