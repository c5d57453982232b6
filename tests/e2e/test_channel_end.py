"""A whole drill of a channel that ends: it is announced, the day comes, and what was not moved by then is gone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.drills import LOOSELY, PROFILE, Desk, a_desk
from support.proxies import wait_until
from support.whatsapp_bot import SECRET, TOKEN

from brownout import resources
from brownout.deciding.replay import replay
from brownout.library.library import load_scenario

pytestmark = [pytest.mark.e2e, pytest.mark.heavy]
APP = Path(__file__).parents[1] / "support" / "leaving_app.py"
NAME = "chatgpt-whatsapp-exit"
PLACE = "/chats/{{ conversation }}"
STEPS: list[dict[str, Any]] = [
    {"name": "begin", "post": "/chats", "json": {}, "keep": {"conversation": "id"}},
    {"name": "ask", "post": PLACE, "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}},
]
LINKING = [STEPS[0], {"name": "link", "post": f"{PLACE}/link", "json": {}}, STEPS[1]]
EXIT = {
    **PROFILE,
    "name": "leaving",
    "start": {
        "command": ["{python}", str(APP), "{port}"],
        "env": {"OPENAI_BASE_URL": "{openai_base_url}"},
        "ready": "/heard",
    },
    "webhooks": {"whatsapp": {"url": "/hook", "secret": SECRET, "verify_token": TOKEN}},
    "journeys": {"links": {"patience": "5s", "steps": LINKING}, "stays": {"patience": "5s", "steps": STEPS}},
    "load": {"users": 4, "arrive": 50, "pause": "50ms"},
    "expect": [{"check": "success", "at_least": "10%", "min_samples": 3, **LOOSELY}],
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def address(desk: Desk) -> str:
    """Where the application listens, as the stand-in was told."""
    orders = json.loads((desk.out / "orders" / "stand-in.json").read_text())
    return str(orders["webhooks"]["whatsapp"]["url"]).removesuffix("/hook")


def keep_writing(desk: Desk, until: float) -> None:
    """Somebody writes on WhatsApp, up to a monotonic second: so what is about the channel has something to strike."""
    (ready,) = [one for one in desk.rows("process") if (one["name"], one["event"]) == ("stand-in", "ready")]
    url = f"http://127.0.0.1:{ready['detail'].removeprefix('port ')}/brownout/whatsapp/users/99900001/messages"
    token = json.loads((desk.out / "orders" / "stand-in.json").read_text())["token"]
    with httpx.Client(trust_env=False, timeout=10, headers={"authorization": f"Bearer {token}"}) as user:
        while time.monotonic() < until:
            assert user.post(url, json={"text": "Are you there?"}).status_code == 200
            time.sleep(0.1)


def lived_through(app: str) -> tuple[list[str], list[int]]:
    """What a user meets who comes before the deadline and again after it: what the application heard, and statuses."""
    with httpx.Client(base_url=app, trust_env=False, timeout=10) as user:
        left, moved = (user.post("/chats", json={}).json()["id"] for _ in range(2))
        assert user.post(f"/chats/{moved}/link", json={}).status_code == 200
        wait_until(lambda: "DISABLE" in user.get("/heard").json()["heard"], 60)
        anew = user.post("/chats", json={}).json()["id"]
        statuses = [user.get(f"/chats/{id}").status_code for id in (left, moved, left, anew)]
        return user.get("/heard").json()["heard"], statuses


def test_who_linked_in_time_goes_on_and_who_did_not_finds_nothing(desk: Desk) -> None:
    shipped = (resources.SCENARIOS / f"{NAME}.yaml").read_text()
    (desk.folder / f"{NAME}.yaml").write_text(shipped.replace("speed: 900", "speed: 2500"))
    desk.write("brownout.yaml", EXIT)
    drill = desk.start("run", f"{NAME}.yaml", "--out", "out", "--quiet")
    (row,) = desk.wait_for("drill")
    with ThreadPoolExecutor() as people:
        people.submit(keep_writing, desk, row["zero"] + row["phases"][-1]["end"] - 0.3)
        heard, statuses = lived_through(address(desk))
        _, said = drill.communicate(timeout=60)
    rows = desk.rows("exchange")
    updates = [one for one in rows if one["model"] == "account_update"]
    (end,) = row["channels"]

    assert [one["outcome"] for one in desk.rows("end")] == ["completed"], said
    assert heard == ["SCHEDULE_FOR_DISABLE", "DISABLE"]
    assert statuses == [404, 200, 404, 200]
    assert [(one["phase"], one["status"], one["rule"]) for one in updates] == [
        ("last-hours", 200, None),
        ("notice", 200, None),
    ]
    assert all(
        one["t"] >= row["zero"] + end[when] for one, when in zip(updates, ("announced", "deadline"), strict=True)
    )
    gone = [one for one in rows if one["fault"] == "history_gone"]
    assert {(one["status"], one["delivered"]) for one in gone} <= {(404, True), (400, True)}
    assert len(gone) >= 2
    assert replay(load_scenario(NAME), [row, *rows]) == []
