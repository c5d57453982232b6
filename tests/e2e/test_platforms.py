"""A platform that only a profile or a scenario knows, through a whole drill; intercepted, see ``test_connections``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e
URL = "https://llm.acme.example/api/v1"
ERROR = {"fault": "server_error", "on": "acme.chat"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def test_the_applications_calls_arrive_and_are_struck(desk: Desk) -> None:
    start = {**PROFILE["start"], "env": {"OPENAI_BASE_URL": "{acme_base_url}"}}
    desk.write("brownout.yaml", {**PROFILE, "start": start, "platforms": {"acme": URL}})
    desk.write("short.yaml", scenario(ERROR, lasts="2s"))  # names a platform that the profile alone declares
    done = desk.brownout("run", "short.yaml", "--out", "out")

    assert done.returncode == 1, done.stderr
    rows = desk.rows("exchange")
    assert {(row["service"], row["via"]) for row in rows} == {("acme.chat", "base_url")}
    assert {row["status"] for row in rows if row["phase"]} == {500}
    assert desk.survivors() == []


def test_two_base_urls_for_one_name_are_refused(desk: Desk) -> None:
    desk.write("brownout.yaml", {**PROFILE, "platforms": {"acme": URL}})
    desk.write("short.yaml", {**scenario(), "platforms": {"acme": "https://other.example/v1"}})
    done = desk.brownout("run", "short.yaml", "--out", "out")

    assert done.returncode == 2
    assert f"platforms: acme is {URL} here and https://other.example/v1 in short; keep one of them" in done.stderr
