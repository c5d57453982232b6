"""The scenario of a channel that is closed, through a whole drill: a real bot, and somebody who writes to it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.drills import PROFILE, Desk, a_desk
from support.whatsapp_bot import SECRET, TOKEN

from brownout import resources
from brownout.library import load_scenario
from brownout.replay import replay

pytestmark = pytest.mark.e2e
BOT = Path(__file__).parents[1] / "support" / "whatsapp_bot.py"
USER = "16505076520"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def profile() -> dict[str, Any]:
    env = {"WHATSAPP_BASE_URL": "{proxy_url}/whatsapp"}
    start = {"command": ["{python}", str(BOT), "{port}"], "env": env}
    receiver = {"url": "/hook", "secret": SECRET, "verify_token": TOKEN}
    return {**PROFILE, "name": "bot", "start": start, "webhooks": {"whatsapp": receiver}}


def port_of_the_stand_in(desk: Desk) -> str:
    desk.wait_for("drill")
    (ready,) = [row for row in desk.rows("process") if (row["name"], row["event"]) == ("stand-in", "ready")]
    return str(ready["detail"]).removeprefix("port ")


def test_the_bot_answers_until_the_channel_is_closed_and_then_the_channel_does(desk: Desk) -> None:
    name = "chatgpt-whatsapp-exit"
    shipped = (resources.SCENARIOS / f"{name}.yaml").read_text()
    (desk.folder / f"{name}.yaml").write_text(shipped.replace("speed: 900", "speed: 2000"))
    desk.write("brownout.yaml", profile())
    drill = desk.start("run", "chatgpt-whatsapp-exit.yaml", "--out", "out", "--quiet")
    url = f"http://127.0.0.1:{port_of_the_stand_in(desk)}/brownout/whatsapp/users/{USER}/messages"
    heard: list[dict[str, Any]] = []
    (row,) = desk.rows("drill")
    while time.monotonic() < row["zero"] + row["phases"][-1]["end"] - 0.3:
        httpx.post(url, json={"text": f"Are you there? {len(heard)}"}, trust_env=False)
        heard = httpx.get(url, trust_env=False).json()["messages"]
        time.sleep(0.1)
    _, said = drill.communicate(timeout=60)
    rows = desk.rows("exchange")
    webhooks = [row for row in rows if row["service"] == "whatsapp.webhooks"]
    sent = [row for row in rows if row["service"] == "whatsapp.messages"]

    assert drill.returncode == 0, said
    speakers = [message["by"] for message in heard]
    assert {"bot", "channel"} == set(speakers)
    assert set(speakers[-10:]) == {"channel"}
    assert "link" in heard[-1]["text"]
    faults = Counter((row["phase"], row["fault"]) for row in webhooks if row["delivered"])
    assert {("notice", "channel_shut"), ("revoked", "channel_shut"), ("last-hours", "webhook_late")} <= set(faults)
    assert {row["status"] for row in sent if row["phase"] == "notice"} == {200}
    assert {row["status"] for row in sent if row["phase"] == "revoked"} == {401}
    assert {row["fault"] for row in rows if row["service"] == "openai.chat"} == {None}
    journal = [*desk.rows("drill"), *rows]
    assert replay(load_scenario(name), journal) == []


def test_the_drill_proves_that_its_faults_arrived(desk: Desk) -> None:
    rule = {"fault": "channel_shut", "on": "whatsapp.*"}
    phase = {"phase": "only", "lasts": "3s", "impact": "shutdown", "rules": [rule]}
    source = {"url": "https://status.example.com/1", "fact": "made up for a test"}
    scenario = {"brownout": 1, "name": "short", "title": "A test", "sources": [source], "timeline": [phase]}
    desk.write("short.yaml", scenario)
    desk.write("brownout.yaml", profile())
    done = desk.brownout("run", "short.yaml", "--out", "out")
    result = json.loads((desk.out / "result.json").read_text())
    (proof,) = [one for one in result["verdicts"] if one["check"] == "injection_proof"]

    assert done.returncode == 0, done.stderr + done.stdout
    assert proof["status"] == "HELD"
    sent = [row for row in desk.rows("exchange") if row["phase"] and row["service"] == "whatsapp.messages"]
    assert {row["status"] for row in sent} == {403}
