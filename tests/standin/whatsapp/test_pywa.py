"""A bot as pywa's tutorial writes it, on a real stand-in process: it answers by the id that its user has with it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pywa.client import WhatsApp
from pywa.handlers import MessageHandler
from pywa.types.message import Message
from support.receivers import SECRET, TOKEN, Receiving, receiving, until
from support.standin_process import Running, Start

NUMBER, OTHER, USER = "100000000000001", "106540352242922", "999000000007"


@pytest.fixture
def app() -> Iterator[Receiving]:
    with receiving() as receiver:
        yield receiver


def standin_of(start: Start, app: Receiving, **more: str) -> Running:
    return start(webhooks={"whatsapp": {"url": app.url, "secret": SECRET, "verify_token": TOKEN, **more}})


def says(standin: Running, text: str) -> str:
    url = f"{standin.url}/brownout/whatsapp/users/{USER}/messages"
    return str(httpx.post(url, json={"text": text}, trust_env=False).json()["id"])


def heard(standin: Running) -> list[dict[str, str]]:
    url = f"{standin.url}/brownout/whatsapp/users/{USER}/messages"
    return list(httpx.get(url, trust_env=False).json()["messages"])


def answer_all(standin: Running, app: Receiving, count: int) -> None:
    """Hand so many webhooks to the bot, as its server would."""
    with httpx.Client(trust_env=False, timeout=20) as session:
        bot = WhatsApp(phone_id=NUMBER, token="sk-test-1", server=None, session=session)
        session.base_url = f"{standin.url}/whatsapp/v25.0"  # pywa has set Meta's own

        def answer(_: WhatsApp, message: Message) -> None:
            message.reply_text(f"You said {message.text}", quote=True)

        bot.add_handlers(MessageHandler(answer))
        for got in app.wait(count):
            bot.webhook_update_handler(got.body)


def test_a_bot_answers_by_the_id_that_it_was_told(start: Start, app: Receiving) -> None:
    standin = standin_of(start, app, phone_number_id=NUMBER, account_id="200000000000002")
    asked = says(standin, "Hello")
    answer_all(standin, app, 1)

    (message,) = heard(standin)
    assert (message["text"], message["by"], message["answers"]) == ("You said Hello", "bot", asked)
    told = until(lambda: [got for got in app.got if "statuses" in got.value] or None)
    assert told[0].value["metadata"]["phone_number_id"] == NUMBER
    assert told[0].value["statuses"][0]["recipient_id"] == USER
    assert {got.json["entry"][0]["id"] for got in app.got} == {"200000000000002"}


def test_what_is_for_another_number_is_dropped_by_the_bot(start: Start, app: Receiving) -> None:
    standin = standin_of(start, app)
    says(standin, "Hello")
    answer_all(standin, app, 1)

    assert app.got[0].value["metadata"]["phone_number_id"] == OTHER
    assert heard(standin) == []


def test_a_message_to_an_id_that_nobody_has_fails_later(start: Start, app: Receiving) -> None:
    standin = standin_of(start, app, phone_number_id=NUMBER)
    body = {"messaging_product": "whatsapp", "recipient": "US.1", "type": "text", "text": {"body": "Hello"}}
    where, key = f"{standin.url}/whatsapp/v25.0/{NUMBER}/messages", {"authorization": "Bearer sk-test-1"}
    reply = httpx.post(where, json=body, headers=key, trust_env=False)

    assert (reply.status_code, reply.json()["contacts"]) == (200, [{"input": "US.1", "user_id": "US.1"}])
    (got,) = app.wait(1)
    assert got.value["statuses"][0]["errors"][0]["code"] == 131026
