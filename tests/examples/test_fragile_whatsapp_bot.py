"""The mistakes that the bot's README names are really made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.bot_drills import Bots, bot, mark, rule

CONVERSATIONS = "openai.conversations"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    with bot("whatsapp_bot/fragile", tmp_path_factory.mktemp("fragile")) as found:
        yield found


@pytest.fixture
def bots(running: Bots) -> Bots:
    running.proxy.play()
    return running


def test_in_good_health_texts_pictures_and_voices_are_answered_in_one_conversation(bots: Bots) -> None:
    phone, first = "9990100000001", mark("Why is the sky blue?")
    bots.says(phone, text=first)
    bots.answers(phone)
    bots.shows(phone, mark("What is this?"))
    bots.answers(phone, 2)
    bots.speaks(phone)
    answers = bots.answers(phone, 3)
    assert all("[end of answer]" in answer for answer in answers)
    assert first.split()[1].rstrip(".") in answers[-1], "the platform remembers"
    assert [message["role"] for message in bots.history(phone)] == ["user", "assistant"] * 3


def test_a_message_that_comes_again_is_answered_again(bots: Bots) -> None:
    phone = "9990100000002"
    body = bots.text(phone, mark("Once?"), "once")
    assert [bots.hook(body).status_code for _ in range(2)] == [200, 200]
    _, second = bots.answers(phone, 2)
    assert mark("Once?").split()[1] in second


def test_a_slow_model_keeps_whatsapp_waiting(bots: Bots) -> None:
    bots.proxy.play(rule("hang"))
    with pytest.raises(httpx.ReadTimeout):
        bots.hook(bots.text("9990100000003", mark("Quick?"), "slow"), timeout=2)


def test_after_a_rate_limit_there_is_silence(bots: Bots) -> None:
    phone = "9990100000004"
    bots.proxy.play(rule("rate_limit", "whatsapp.messages", after="1 call", limit=1))
    before = len(bots.proxy.rows())
    assert bots.hook(bots.text(phone, mark("Hello?"), "limited")).status_code == 200
    assert [row["status"] for row in bots.calls("whatsapp.messages", before)] == [200, 429]
    assert bots.heard(phone) == []


def test_the_platforms_error_is_shown_in_the_chat_and_on_the_web(bots: Bots) -> None:
    phone = "9990100000005"
    bots.proxy.play(rule("auth_error", reason="flagged"))
    bots.says(phone, text=mark("Hello?"))
    assert "has been deactivated" in bots.answers(phone)[0]
    assert "has been deactivated" in bots.ask("ada", "Hello?").json()["error"]


def test_nobody_learns_that_the_channel_ends(bots: Bots) -> None:
    phone = "9990100000006"
    bots.says(phone, text=mark("Hello?"))
    bots.answers(phone)
    assert bots.announce().status_code == 200
    bots.says(phone, text=mark("Anything new?"))
    assert not [answer for answer in bots.answers(phone, 2) if "link" in answer]


def of_the_model(bots: Bots) -> list[dict[str, Any]]:
    return [row for row in bots.proxy.rows() if row["service"].startswith("openai.")]


def test_linking_is_not_said_to_the_platform_and_what_it_loses_is_lost(bots: Bots) -> None:
    phone = "9990100000007"
    bots.says(phone, text=mark("Hello?"))
    bots.answers(phone)
    before = len(of_the_model(bots))
    assert bots.http.post("/api/link", json={"phone": phone, "account": "grace"}).json()["linked"]
    assert len(of_the_model(bots)) == before
    bots.proxy.play(rule("history_missing"), rule("history_missing", CONVERSATIONS))
    assert bots.ask("grace", "Do you know me?").status_code == 500
    assert "not found" in bots.http.get("/api/export", params={"account": "grace"}).json()["error"]


def test_history_and_export_end_after_one_page(bots: Bots) -> None:
    for number in range(6):
        assert bots.ask("lin", mark(f"Question {number}")).status_code == 200
    assert len(bots.history("lin")) == len(bots.history("lin", "export")) == 10


def test_a_webhook_that_is_not_whatsapps_is_refused(bots: Bots) -> None:
    body = bots.text("9990100000008", "Hello?", "forged")
    assert bots.hook(body, secret="somebody else's").status_code == 403
