"""Webhooks of WhatsApp from a real stand-in process to a real receiver: healthy, and with every fault of deliveries."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.receivers import SECRET, TOKEN, Receiving, receiving, until
from support.standin_process import Running, Start, starter

from brownout.deciding.replay import replay
from brownout.journal import parse
from brownout.scenario import Scenario

USER, AWAY = "16505076520", "16505076529"
SENT: dict[str, Any] = {"messaging_product": "whatsapp", "to": f"+{USER}", "type": "text", "text": {"body": "Hello"}}


@pytest.fixture
def app() -> Iterator[Receiving]:
    with receiving() as receiver:
        yield receiver


def scenario_of(*rules: dict[str, Any], lasts: float = 3600.0) -> dict[str, Any]:
    timeline = [
        {
            "phase": "bad",
            "lasts": lasts,
            "impact": "degraded",
            "rules": [{"on": "whatsapp.*", **rule} for rule in rules],
        },
        {"phase": "good", "lasts": 3600.0, "impact": "operational"},
    ]
    return {"brownout": 1, "name": "webhooks", "title": "Webhooks", "timeline": timeline}


class Channel:
    """A stand-in whose WhatsApp knows the application, with a scenario that has just begun."""

    def __init__(self, start: Start, app: Receiving, folder: Path, scenario: dict[str, Any] | None = None) -> None:
        self.folder, self.scenario, self.app, self.before = folder / "journal", scenario, app, 0
        go = folder / "go"
        webhooks = {"whatsapp": {"url": app.url, "secret": SECRET, "verify_token": TOKEN}}
        orders: dict[str, Any] = {"seed": 7, "go": str(go), "webhooks": webhooks, "scenario": scenario}
        self.running: Running = start(**orders, speed=60.0, journal=str(self.folder))
        go.write_text(repr(time.monotonic()))  # as a drill does, once all parts are ready
        self.users = f"{self.running.url}/brownout/whatsapp/users"

    def says(self, text: str, user: str = USER) -> str:
        answer = httpx.post(f"{self.users}/{user}/messages", json={"text": text}, trust_env=False)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def heard(self, user: str = USER, after: str = "") -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.users}/{user}/messages", params={"after": after}, trust_env=False)
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def sends(self, text: str = "Hello", user: str = USER) -> str:
        headers = {"authorization": "Bearer sk-test-1"}
        url = f"{self.running.url}/whatsapp/v25.0/106540352242922/messages"
        answer = httpx.post(
            url, json={**SENT, "to": f"+{user}", "text": {"body": text}}, headers=headers, trust_env=False
        )
        return str(answer.json()["messages"][0]["id"])

    def rows(self) -> list[dict[str, Any]]:
        lines = (self.folder / "stand-in.jsonl").read_bytes().splitlines()
        return [row for line in lines if (row := parse(line)) and row["kind"] == "exchange"][self.before :]

    def forget(self) -> None:
        """Another test begins: what came so far is none of its business, once it is on record."""
        until(lambda: len(self.rows()) == len(self.app.got) or None)
        self.before += len(self.app.got)
        self.app.got.clear()

    def wait_for_rows(self, count: int) -> list[dict[str, Any]]:
        return until(lambda: rows if len(rows := self.rows()) >= count else None)

    def differences(self) -> list[str]:
        assert self.scenario is not None
        return replay(Scenario.model_validate(self.scenario), self.rows())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    """A healthy channel for a file's tests."""
    with receiving() as app, ExitStack() as stack:
        start = starter(stack, lambda: tmp_path_factory.mktemp("standin"))
        yield Channel(start, app, tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def channel(shared: Channel) -> Channel:
    """The healthy channel, with nothing received yet."""
    shared.forget()
    return shared


def test_a_user_speaks_and_the_application_hears_it_signed_after_a_handshake(channel: Channel) -> None:
    id = channel.says("Where is bo-aaaaaaaaaaaa?")
    (got,) = channel.app.wait(1)
    (handshake,) = channel.app.handshakes
    message = got.value["messages"][0]

    assert (handshake["hub.mode"], handshake["hub.verify_token"]) == ("subscribe", TOKEN)
    assert got.genuine
    assert (message["id"], message["from"], got.words) == (id, USER, "Where is bo-aaaaaaaaaaaa?")
    (row,) = channel.wait_for_rows(1)
    assert (row["service"], row["via"], row["model"]) == ("whatsapp.webhooks", "inbound", "messages.text")
    assert (row["canary"], row["status"], row["end"], row["rule"]) == ("bo-aaaaaaaaaaaa", 200, "complete", None)
    assert USER not in json.dumps(row)


def test_an_application_that_does_not_know_the_token_gets_nothing_and_the_journal_says_why(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    app.knows = "another"
    channel = Channel(start, app, tmp_path)
    channel.says("Hello")
    (row, *_) = channel.wait_for_rows(1)
    notes = [line for line in (channel.folder / "stand-in.jsonl").read_text().splitlines() if '"note"' in line]

    assert (row["status"], row["end"]) == (None, "error")
    assert "verify_token" in notes[0]
    assert app.got == []


@pytest.mark.parametrize("kind", ["image", "voice"])
def test_a_file_that_a_user_sends_can_be_downloaded(channel: Channel, kind: str) -> None:
    said = {kind: "iVBORw==", "caption": "look", "mime": "image/png"}
    assert httpx.post(f"{channel.users}/{USER}/messages", json=said, trust_env=False).status_code == 200
    message = channel.app.wait(1)[0].value["messages"][0]
    media = message[message["type"]]
    headers = {"authorization": "Bearer sk-test-1"}
    found = httpx.get(f"{channel.running.url}/whatsapp/v25.0/{media['id']}", headers=headers, trust_env=False).json()

    assert message["type"] == {"image": "image", "voice": "audio"}[kind]
    assert (found["sha256"], found["mime_type"]) == (media["sha256"], "image/png")
    assert httpx.get(found["url"], headers=headers, trust_env=False).content == b"\x89PNG"


def test_the_applications_message_reaches_its_user_and_its_fate_is_told_in_order(channel: Channel) -> None:
    id = channel.sends("I am the bot")
    assert [got.event for got in channel.app.wait(2)] == ["sent", "delivered"]
    (message,) = channel.heard()
    states = channel.app.wait(3)

    assert (message["id"], message["by"], message["text"]) == (id, "bot", "I am the bot")
    assert states[2].event == "read"
    assert {got.value["statuses"][0]["id"] for got in states} == {id}
    assert channel.heard(after=id) == []


def test_a_message_to_a_user_out_of_reach_is_accepted_and_fails_later(channel: Channel) -> None:
    httpx.post(f"{channel.users}/{AWAY}", json={"reachable": False}, trust_env=False)
    id = channel.sends(user=AWAY)
    (got,) = channel.app.wait(1)
    (said,) = got.value["statuses"]

    assert (said["id"], said["status"], said["errors"][0]["code"]) == (id, "failed", 131026)
    assert channel.heard(AWAY) == []


@pytest.mark.parametrize("code", [131026, 131047, 131049])
def test_a_message_that_is_doomed_is_accepted_and_fails_later(channel: Channel, code: int) -> None:
    headers, url = (
        {"authorization": "Bearer sk-test-1"},
        f"{channel.running.url}/whatsapp/v25.0/106540352242922/messages",
    )
    body = {**SENT, "text": {"body": f"doomed {code}"}, "brownout_fate": {"code": code}}
    before = len(channel.heard())

    accepted = httpx.post(url, json=body, headers=headers, trust_env=False)

    assert accepted.status_code == 200
    (got,) = channel.app.wait(1)
    said = json.loads(got.body)["entry"][0]["changes"][0]["value"]["statuses"][0]
    assert (said["id"], said["status"]) == (accepted.json()["messages"][0]["id"], "failed")
    assert said["errors"][0]["code"] == code
    assert said["errors"][0]["error_data"]["details"]
    assert len(channel.heard()) == before


def test_a_webhook_that_is_not_taken_comes_again_with_the_next_attempt_number(channel: Channel) -> None:
    channel.app.answers = [500, 503]
    channel.says("Hello")
    bodies = [got.body for got in channel.app.wait(3)]
    rows = channel.wait_for_rows(3)

    assert len(set(bodies)) == 1
    assert [(row["attempt"], row["occurrence"], row["status"]) for row in rows] == [
        (0, 0, 500),
        (1, 1, 503),
        (2, 2, 200),
    ]


def test_a_late_one_is_overtaken_and_comes(start: Start, app: Receiving, tmp_path: Path) -> None:
    rule = {"fault": "webhook_late", "delay": "1m", "limit": 1}
    channel = Channel(start, app, tmp_path, scenario_of(rule))
    said = time.monotonic()
    channel.says("one")
    channel.says("two")
    got = app.wait(2)

    assert [one.words for one in got] == ["two", "one"]
    assert got[1].at - said >= 1.0
    rows = channel.wait_for_rows(2)
    assert [(row["fault"], row["delivered"], row["how"]) for row in rows][1] == ("webhook_late", True, "written")
    assert channel.differences() == []


def test_one_comes_twice_the_same_byte_for_byte(start: Start, app: Receiving, tmp_path: Path) -> None:
    channel = Channel(start, app, tmp_path, scenario_of({"fault": "webhook_duplicated"}))
    channel.says("one")
    first, second = app.wait(2)
    (row,) = channel.wait_for_rows(1)

    assert first.body == second.body
    assert (row["events"], row["delivered"]) == (2, True)
    assert channel.differences() == []


def test_the_order_of_states_is_turned_round(start: Start, app: Receiving, tmp_path: Path) -> None:
    rule = {"fault": "webhook_reordered", "when": {"model": "statuses.sent"}}
    channel = Channel(start, app, tmp_path, scenario_of(rule))
    channel.sends()

    assert [got.event for got in app.wait(2)] == ["delivered", "sent"]
    rows = channel.wait_for_rows(2)
    assert [(row["model"], row["delivered"]) for row in rows] == [("statuses.delivered", None), ("statuses.sent", True)]
    assert channel.differences() == []


def test_one_that_nothing_overtakes_comes_alone_and_does_not_count(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    rule = {"fault": "webhook_reordered", "within": "6s"}
    channel = Channel(start, app, tmp_path, scenario_of(rule))
    channel.says("one")
    app.wait(1)
    (row,) = channel.wait_for_rows(1)

    assert (row["injected"], row["delivered"]) == (True, False)


@pytest.mark.parametrize("signature", ["wrong", "missing"])
def test_one_is_badly_signed(start: Start, app: Receiving, tmp_path: Path, signature: str) -> None:
    rule = {"fault": "webhook_unsigned", "signature": signature, "first": 1}
    app.answers = [401]
    channel = Channel(start, app, tmp_path, scenario_of(rule))
    channel.says("one")
    bad, good = app.wait(2)

    assert (bad.genuine, good.genuine) == (False, True)
    assert ("x-hub-signature-256" in bad.headers) is (signature == "wrong")
    channel.wait_for_rows(2)
    assert channel.differences() == []


def test_a_lost_one_never_comes_and_is_not_sent_again(start: Start, app: Receiving, tmp_path: Path) -> None:
    channel = Channel(start, app, tmp_path, scenario_of({"fault": "webhook_lost", "limit": 1}))
    channel.says("one")
    channel.wait_for_rows(1)
    channel.says("two")

    assert [got.words for got in app.wait(1)] == ["two"]
    lost, _ = channel.wait_for_rows(2)
    assert (lost["delivered"], lost["how"], lost["end"]) == (True, "withheld", "withheld")
    assert channel.differences() == []


def test_held_ones_come_all_at_once_when_the_phase_ends(start: Start, app: Receiving, tmp_path: Path) -> None:
    channel = Channel(start, app, tmp_path, scenario_of({"fault": "webhook_held"}, lasts=360.0))
    began = float((tmp_path / "go").read_text())
    for number in range(5):
        channel.says(f"message {number}", user=f"1650507652{number}")
    got = app.wait(5)
    rows = channel.wait_for_rows(5)

    assert {row["phase"] for row in rows} == {"bad"}
    assert min(one.at for one in got) - began >= 6.0
    assert {one.words for one in got} == {f"message {number}" for number in range(5)}
    assert all(row["delivered"] for row in rows)
    assert channel.differences() == []


def test_the_end_of_the_stand_in_leaves_a_row_of_what_was_still_held(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    channel = Channel(start, app, tmp_path, scenario_of({"fault": "webhook_held"}))
    channel.says("one")
    httpx.get(channel.users, trust_env=False)
    channel.running.end()
    (row,) = channel.rows()

    assert (row["end"], row["injected"], row["delivered"]) == ("released", True, False)
    assert app.got == []


def test_behind_a_shut_channel_the_user_gets_a_notice_and_the_application_nothing(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    rule = {"fault": "channel_shut", "notice": "It is over here: link your account."}
    channel = Channel(start, app, tmp_path, scenario_of(rule))
    channel.says("Are you there?")
    (message,) = until(lambda: channel.heard() or None)
    (row,) = channel.wait_for_rows(1)

    assert (message["by"], message["text"]) == ("channel", "It is over here: link your account.")
    assert (row["fault"], row["how"], row["delivered"]) == ("channel_shut", "withheld", True)
    assert app.got == []
    assert channel.differences() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", f"/{USER}/messages", b"[]", 400),
        ("POST", f"/{USER}/messages", b"{}", 400),
        ("POST", f"/{USER}/messages", b'{"image": "no base 64!"}', 400),
        ("POST", f"/{USER}", b"{}", 400),
        ("GET", f"/{USER}", b"", 404),
        ("GET", "/nobody/messages", b"", 404),
    ],
)
def test_the_interface_says_what_it_wants(standin: Running, method: str, path: str, body: bytes, status: int) -> None:
    url = f"{standin.url}/brownout/whatsapp/users{path}"
    answer = httpx.request(method, url, content=body, trust_env=False)

    assert answer.status_code == status
    assert len(answer.json()["error"]) > 10
