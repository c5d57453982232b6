"""The platform's status page through a whole drill: it says what the scenario plans, when it plans it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.drills import PROFILE, SMALL_APP, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e
# The small application, which also looks at the status page before each call and writes down what it saw.
APP = f"""
import json, sys, urllib.request
from http.server import ThreadingHTTPServer
sys.path.insert(0, {str(SMALL_APP.parent)!r})
import small_app

class Handler(small_app.Handler):
    def do_POST(self):
        with urllib.request.urlopen("https://status.openai.com/api/v2/status.json", timeout=5) as page:
            indicator = json.load(page)["status"]["indicator"]
        with open(sys.argv[2], "a") as seen:
            seen.write(indicator + chr(10))
        super().do_POST()

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
POSTS = [
    {"at": "2m", "say": "investigating", "indicator": "major"},
    {"at": "4m", "say": "identified", "indicator": "critical"},
    {"at": "10m", "say": "resolved"},
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def test_an_application_sees_the_incident_come(desk: Desk) -> None:
    (desk.folder / "app.py").write_text(APP)
    seen = desk.folder / "seen.txt"
    start = {"command": ["{python}", str(desk.folder / "app.py"), "{port}", str(seen)]}
    desk.write("brownout.yaml", {**PROFILE, "start": start, "connect": "intercept"})
    desk.write("short.yaml", {**scenario(lasts="6m"), "speed": 60, "status": {"openai": POSTS}})
    done = desk.brownout("run", "short.yaml", "--out", "out")
    indicators = seen.read_text().split()

    assert [row["outcome"] for row in desk.rows("end")] == ["completed"], done.stderr + done.stdout
    assert list(dict.fromkeys(indicators)) == ["none", "major", "critical"]
    assert {row["service"] for row in desk.rows("exchange")} == {"openai.chat", "openai.status"}
