"""The end of a channel, told by a real stand-in process to a real receiver, as pywa reads it: account_update."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pywa.client import WhatsApp
from pywa.handlers import AccountUpdateHandler
from pywa.types.account_update import AccountUpdate, AccountUpdateEvent, WABABanState
from support.receivers import SECRET, TOKEN, Receiving, receiving, until
from support.standin_process import Running, Start

from brownout.journal import parse
from brownout.standin.ends import day_of

DAY = 86_400.0
SHUT = {"fault": "channel_shut", "on": "whatsapp.*"}


@pytest.fixture
def app() -> Iterator[Receiving]:
    with receiving() as receiver:
        yield receiver


def exit_of(*rules: dict[str, Any], announced: float | None = 0.5 * DAY, deadline: float = 1.5 * DAY) -> dict[str, Any]:
    """Two days before the end of a channel, and a year after it."""
    timeline = [
        {"phase": "open", "lasts": deadline, "impact": "operational", "rules": list(rules)},
        {"phase": "over", "lasts": 400 * DAY, "impact": "shutdown", "rules": [SHUT]},
    ]
    ends = {"whatsapp": {"announced": announced, "deadline": deadline}}
    return {"brownout": 1, "name": "exit", "title": "Exit", "timeline": timeline, "channels": ends}


def begun(start: Start, app: Receiving, folder: Path, scenario: dict[str, Any], go: bool = True) -> Running:
    """A stand-in whose timeline runs at one day a second."""
    webhooks = {"whatsapp": {"url": app.url, "secret": SECRET, "verify_token": TOKEN}}
    orders: dict[str, Any] = {"go": str(folder / "go"), "webhooks": webhooks, "journal": str(folder / "journal")}
    running = start(**orders, seed=7, scenario=scenario, speed=DAY)
    if go:
        (folder / "go").write_text(repr(time.monotonic()))
    return running


def rows(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "journal" / "stand-in.jsonl").read_bytes().splitlines()
    return [row for line in lines if (row := parse(line)) and row["kind"] == "exchange"]


def read_by_pywa(app: Receiving) -> list[AccountUpdate]:
    """What an application that is written with pywa gets of what came."""
    client = WhatsApp(phone_id="106540352242922", token="test-token", app_secret=SECRET, server=None)
    found: list[AccountUpdate] = []
    client.add_handlers(AccountUpdateHandler(lambda _, update: found.append(update)))
    for one in app.got:
        assert client.webhook_update_validator(one.body, one.headers["x-hub-signature-256"]) is None
        client.webhook_update_handler(one.body)
    return found


def test_it_is_told_once_when_it_is_planned_and_once_when_it_has_come(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()
    begun(start, app, tmp_path, exit_of())
    app.wait(2)
    found = until(lambda: written if len(written := rows(tmp_path)) >= 2 else None)
    planned, come = read_by_pywa(app)

    assert [planned.event, come.event] == [AccountUpdateEvent.DISABLED_UPDATE] * 2
    assert planned.ban_info is not None
    assert come.ban_info is not None
    assert (planned.ban_info.state, come.ban_info.state) == (WABABanState.SCHEDULE_FOR_DISABLE, WABABanState.DISABLE)
    assert planned.ban_info.date - come.ban_info.date in (timedelta(days=1), timedelta(0))  # midnight may fall between
    assert come.ban_info.date in (today, today + timedelta(days=1))
    assert (planned.id, planned.waba_info) == ("102290129340398", None)
    assert [(row["model"], row["status"], row["rule"]) for row in found] == [("account_update", 200, None)] * 2
    assert [row["phase"] for row in found] == ["open", "over"]  # the channel is shut by then, and this is told even so
    assert found[0]["elapsed"] >= 0.5 * DAY


def test_users_are_heard_no_more_and_nothing_is_told_twice(start: Start, app: Receiving, tmp_path: Path) -> None:
    running = begun(start, app, tmp_path, exit_of(announced=None, deadline=DAY / 10))
    app.wait(1)
    httpx.post(f"{running.url}/brownout/whatsapp/users/99900001/messages", json={"text": "Hello?"}, trust_env=False)
    until(lambda: [row for row in rows(tmp_path) if row["fault"] == "channel_shut"] or None)

    (only,) = read_by_pywa(app)
    assert only.ban_info is not None
    assert only.ban_info.state == WABABanState.DISABLE


def test_nothing_is_told_before_the_timeline_begins(start: Start, app: Receiving, tmp_path: Path) -> None:
    scenario = exit_of(announced=0.0, deadline=DAY)
    running = begun(start, app, tmp_path, scenario, go=False)
    says = f"{running.url}/brownout/whatsapp/users/99900001/messages"
    httpx.post(says, json={"text": "before"}, trust_env=False)
    app.wait(1)
    (tmp_path / "go").write_text(repr(time.monotonic()))
    app.wait(3)

    fields = [one.json["entry"][0]["changes"][0]["field"] for one in app.got]
    assert fields == ["messages", "account_update", "account_update"]


def test_faults_of_webhooks_strike_it_too_unless_they_are_for_messages(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    twice = {"fault": "webhook_duplicated", "on": "whatsapp.webhooks"}
    lost = {"fault": "webhook_lost", "on": "whatsapp.webhooks", "when": {"model": "messages.*"}}
    begun(start, app, tmp_path, exit_of(lost, twice, announced=0.0, deadline=30 * DAY))
    app.wait(2)
    (row,) = until(lambda: rows(tmp_path) or None)

    assert app.got[0].body == app.got[1].body
    assert (row["fault"], row["model"]) == ("webhook_duplicated", "account_update")


def test_a_stand_in_without_anybody_to_tell_ends_in_peace(start: Start, tmp_path: Path) -> None:
    running = start(seed=7, scenario=exit_of(), speed=1.0, go=str(tmp_path / "go"))
    code, _, said = running.end()

    assert (code, said) == (0, "")


def test_the_day_is_counted_in_incident_time() -> None:
    noon = datetime(2026, 1, 12, 12, tzinfo=UTC).timestamp()

    assert day_of(0.0, noon) == date(2026, 1, 12)
    assert day_of(3 * DAY, noon) == date(2026, 1, 15)
