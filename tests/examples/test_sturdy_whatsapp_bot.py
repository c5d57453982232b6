"""Messages are answered once and kept; users are told of the channel's end, and take their conversation along."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.bot_drills import SECRET, TOKEN, Bots, bot, mark, rule
from support.chat_app import running
from support.proxies import wait_until

from brownout.dialects.whatsapp import webhooks

QUICK = {"BOT_DEADLINE": "5", "BOT_CALL": "2", "BOT_PROBE": "1"}
INTERNALS = ("req_", "Traceback", "openai", "sk-", "status", "Error code", "account_", "conv_")
CONVERSATIONS, MESSAGES = "openai.conversations", "whatsapp.messages"
APOLOGY, NOTICE = "I have no answer for you right now. Your message is kept", "link this number to your account"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    with bot("whatsapp_bot/sturdy", tmp_path_factory.mktemp("sturdy"), **QUICK) as found:
        yield found


@pytest.fixture
def bots(started: Bots) -> Bots:
    started.proxy.play()
    return started


def canary_of(text: str) -> str:
    return mark(text).split()[1].rstrip(".")


def sends(bots: Bots, since: int) -> list[int]:
    return [row["status"] for row in bots.calls(MESSAGES, since)]


def test_in_good_health_texts_pictures_and_voices_are_answered_in_one_conversation(bots: Bots) -> None:
    phone = "9990200000001"
    asked = bots.says(phone, text=mark("Why is the sky blue?"))
    bots.answers(phone)
    bots.shows(phone, mark("What is this?"))
    bots.answers(phone, 2)
    bots.speaks(phone)
    answers = bots.answers(phone, 3)
    assert all("[end of answer]" in answer for answer in answers)
    assert canary_of("Why is the sky blue?") in answers[-1], "the platform remembers"
    assert [message["role"] for message in bots.history(phone)] == ["user", "assistant"] * 3
    assert bots.heard(phone)[0]["answers"] == asked


def test_what_is_neither_text_picture_nor_voice_is_said_to_be_so(bots: Bots) -> None:
    phone, place = "9990200000002", {"type": "location", "location": {"latitude": 1.0, "longitude": 2.0}}
    body = webhooks.received(webhooks.Number(), phone, "Ada", "ab" * 16, 1_768_000_000, place)
    assert bots.hook(body).status_code == 200
    assert bots.answers(phone)[0].startswith("I can read texts, pictures and voice messages.")


def test_a_message_that_comes_again_is_answered_once(bots: Bots) -> None:
    phone = "9990200000003"
    body = bots.text(phone, mark("Once?"), "once")
    assert [bots.hook(body).status_code for _ in range(3)] == [200] * 3
    assert bots.hook(bots.text(phone, mark("And now?"), "later")).status_code == 200
    assert [canary_of("Once?") in answer.split("I remember")[0] for answer in bots.answers(phone, 2)] == [True, False]
    assert len(bots.history(phone)) == 4


def test_a_slow_model_keeps_nobody_waiting_but_its_user_and_the_order_is_kept(bots: Bots) -> None:
    phone = "9990200000004"
    bots.proxy.play(rule("hang", limit=3))
    for number in ("first", "second"):
        assert bots.hook(bots.text(phone, mark(number), number), timeout=4).status_code == 200
    apology, answer = bots.answers(phone, 2)
    assert apology.startswith(APOLOGY)
    assert f"{canary_of('second')}. second" in answer
    assert canary_of("first") in answer, "the platform is told what it missed"


@pytest.mark.parametrize(("phone", "reason"), [("9990200001001", "flagged"), ("9990200001002", "region")])
def test_where_there_is_no_answer_users_are_told_so_and_nothing_else(bots: Bots, phone: str, reason: str) -> None:
    bots.proxy.play(rule("auth_error", reason=reason))
    bots.says(phone, text=mark("Hello?"))
    (said,) = bots.answers(phone)
    reply = bots.ask(f"ada-{phone}", mark("Hello?"))
    assert said.startswith(APOLOGY)
    assert (reply.status_code, int(reply.headers["retry-after"]) >= 1) == (503, True)
    assert not [word for word in INTERNALS if word in said or word in reply.text]
    assert [message["role"] for message in bots.history(phone)] == ["user"]


@pytest.mark.parametrize(
    ("phone", "limit"),
    [
        ("9990200002001", {"retry_after": "1s", "after": "1 call"}),
        ("9990200002002", {"retry_after": None, "after": "1 call"}),
        ("9990200002003", {"retry_after": None, "reason": "pair"}),
    ],
)
def test_a_limit_is_waited_for(bots: Bots, phone: str, limit: dict[str, Any]) -> None:
    bots.proxy.play(rule("rate_limit", MESSAGES, limit=1, **limit))
    before = len(bots.proxy.rows())
    bots.says(phone, text=mark("Hello?"))
    assert "[end of answer]" in bots.answers(phone)[0]
    rows = wait_until(lambda: rows if len(rows := bots.calls(MESSAGES, before)) == 3 else None)
    assert [row["status"] for row in rows] == [200, 429, 200]
    assert rows[2]["t"] - rows[1]["t"] >= 0.2, (
        "its own backoff: no Retry-After comes, and the header of usage counts minutes"
    )


@pytest.mark.parametrize("code", [190, 131031, 368])
def test_where_the_token_is_refused_it_stops_and_goes_on_when_it_may(bots: Bots, code: int) -> None:
    phone = f"9990200030{code}"
    bots.proxy.play(rule("channel_shut", MESSAGES, code=code, limit=2))
    before = len(bots.proxy.rows())
    for number in range(4):
        bots.hook(bots.text(f"{phone}{number}", mark("Hello?"), f"{code}-{number}"))
    for number in range(4):
        assert "[end of answer]" in bots.answers(f"{phone}{number}")[0]
    refused = [status for status in sends(bots, before) if status >= 400]
    assert len(refused) == 2, "one to learn it, one to see whether it still is so"


def test_what_cannot_be_kept_is_not_accepted_and_comes_again(bots: Bots) -> None:
    phone = "9990200000009"
    body = bots.text(phone, mark("Hello?"), "full")
    with closing(sqlite3.connect(bots.database)) as db, db:
        db.execute("ALTER TABLE inbox RENAME TO away")
    refused = bots.hook(body)
    wait_until(lambda: "the queue cannot be read" in bots.log.read_text())
    with closing(sqlite3.connect(bots.database)) as db, db:
        db.execute("ALTER TABLE away RENAME TO inbox")
    assert refused.status_code == 500
    assert bots.hook(body).status_code == 200
    assert "[end of answer]" in bots.answers(phone)[0]


def test_what_was_not_answered_yet_is_answered_after_a_restart(bots: Bots, tmp_path: Path) -> None:
    phone = "9990200000010"
    body = bots.text(phone, mark("Still there?"), "restart")
    bots.proxy.play(rule("hang"))
    with running("whatsapp_bot/sturdy", bots.proxy, tmp_path) as first:
        headers = dict(webhooks.headers(SECRET, body))
        assert first.http.post("/webhook", content=body, headers=headers).status_code == 200
    assert bots.heard(phone) == []
    bots.proxy.play()
    with running("whatsapp_bot/sturdy", bots.proxy, tmp_path):
        assert "[end of answer]" in bots.answers(phone)[0]


def test_linking_is_said_to_the_platform_as_soon_as_it_listens(bots: Bots) -> None:
    phone = "9990200000005"
    bots.says(phone, text=mark("Hello?"))
    bots.answers(phone)
    bots.proxy.play(rule("server_error", CONVERSATIONS, limit=1))
    before = len(bots.proxy.rows())
    assert bots.http.post("/api/link", json={"phone": f"+{phone}", "account": "grace"}).json()["linked"]
    rows = wait_until(lambda: rows if len(rows := bots.calls(CONVERSATIONS, before)) == 2 else None)
    assert [row["status"] for row in rows] == [500, 200]
    assert canary_of("Hello?") in bots.ask("grace", mark("Do you know me?")).json()["reply"]
    assert bots.history("grace") == bots.history(phone)
    assert len(bots.history("grace", "export")) == 4


def test_what_two_channels_knew_is_one_conversation_once_they_are_linked(bots: Bots) -> None:
    phone = "9990200000006"
    assert bots.ask("lin", mark("On the web")).status_code == 200
    bots.says(phone, text=mark("On the phone"))
    bots.answers(phone)
    bots.http.post("/api/link", json={"phone": phone, "account": "lin"})
    bots.says(phone, text=mark("Both?"))
    answer = bots.answers(phone, 2)[-1]
    assert canary_of("On the web") in answer
    assert canary_of("On the phone") in answer
    assert [message["text"] for message in bots.history("lin")[::2]] == [
        mark(text) for text in ("On the web", "On the phone", "Both?")
    ]


def test_when_the_platform_forgets_the_conversation_is_rebuilt(bots: Bots) -> None:
    assert bots.ask("mary", mark("Remember this.")).status_code == 200
    bots.proxy.play(rule("history_missing", limit=1))
    assert canary_of("Remember this.") in bots.ask("mary", mark("What did I say?")).json()["reply"]
    bots.proxy.play(rule("history_missing"), rule("history_missing", CONVERSATIONS))
    assert len(bots.history("mary", "export")) == 4, "our own store has all of it"


def test_history_and_export_are_whole(bots: Bots) -> None:
    for number in range(6):
        assert bots.ask("joan", mark(f"Question {number}")).status_code == 200
    assert len(bots.history("joan")) == len(bots.history("joan", "export")) == 12


def test_a_history_that_only_the_platform_knows_is_fetched_with_all_its_pages(bots: Bots) -> None:
    headers = {"authorization": "Bearer sk-test-000000000000"}
    made = bots.standin.post("/openai/v1/conversations", json={}, headers=headers).json()["id"]
    for start in range(0, 120, 20):
        items = [{"role": "user", "content": f"Message {start + number}"} for number in range(20)]
        bots.standin.post(f"/openai/v1/conversations/{made}/items", json={"items": items}, headers=headers)
    with closing(sqlite3.connect(bots.database)) as db, db:
        db.execute("INSERT INTO threads (id, channel, conversation, whole) VALUES (9000, 'whatsapp', ?, 0)", (made,))
        db.execute("INSERT INTO names VALUES ('9990200000007', 9000)")
    bots.ask("9990200000007", mark("And this?"))
    texts = [message["text"] for message in bots.history("9990200000007", "export")]
    assert texts[:121] == [*(f"Message {number}" for number in range(120)), mark("And this?")]


def test_questions_at_the_same_time_are_answered_one_after_the_other(bots: Bots) -> None:
    threads = [threading.Thread(target=bots.ask, args=("kay", mark(f"Question {number}"))) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = [message for message in bots.history("kay") if message["role"] == "assistant"]
    assert len(answers) == 4


def test_what_is_no_message_is_refused(bots: Bots) -> None:
    assert bots.http.post("/api/messages", json={"account": "ada", "text": 7}).status_code == 400
    assert bots.http.post("/api/link", json={"phone": "none", "account": "ada"}).status_code == 400
    assert bots.http.get("/api/export").status_code == 400
    assert bots.hook(bots.text("9990200000008", "Hello?", "forged"), secret="somebody else's").status_code == 403
    query = webhooks.handshake("wrong", "42")
    assert bots.http.get(f"/webhook?{query}").status_code == 403
    assert bots.http.get(f"/webhook?{webhooks.handshake(TOKEN, '42')}").text == "42"
    assert SECRET not in bots.log.read_text()


def test_everybody_is_told_of_the_end_once_and_newcomers_with_their_first_answer(bots: Bots) -> None:
    known, gone, new = "9990200000011", "9990200000012", "9990200000013"
    for phone in (known, gone):
        bots.says(phone, text=mark("Hello?"))
        bots.answers(phone)
    bots.proxy.play(rule("channel_shut", MESSAGES, code=190, limit=1))
    assert [bots.announce().status_code for _ in range(2)] == [200, 200]
    bots.says(new, text=mark("Is anybody here?"))
    assert all(NOTICE in bots.answers(phone, 2)[1] for phone in (known, gone)), "though the first one was refused"
    (first,) = bots.answers(new)
    assert NOTICE in first
    assert "15 January 2026" in first
    assert "[end of answer]" in first
    for phone in (known, new):
        bots.says(phone, text=mark("And then?"))
    assert [NOTICE in text for text in bots.answers(known, 3)] == [False, True, False]
    assert [NOTICE in text for text in bots.answers(new, 2)] == [True, False]
    reinstated = webhooks.account_update("SCHEDULE_FOR_DISABLE", date(2026, 1, 15), 1_768_000_000)
    assert bots.hook(reinstated.replace(b"SCHEDULE_FOR_DISABLE", b"REINSTATE")).status_code == 200
