"""The people on WhatsApp, over the stand-in's own interface: long looks, quotes, and the channel's own assistant."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from support.standin_process import Running, Start

from brownout.calls.canary import SENTINEL

NUMBER = "106540352242922"


def url_of(standin: Running, user: str) -> str:
    return f"{standin.url}/brownout/whatsapp/users/{user}/messages"


def look(standin: Running, user: str, **asked: Any) -> httpx.Response:
    """Gives up long before the longest wait ends."""
    return httpx.get(url_of(standin, user), params=asked, trust_env=False, timeout=20)


def sends(standin: Running, user: str, text: str, **more: Any) -> str:
    body = {"messaging_product": "whatsapp", "to": user, "type": "text", "text": {"body": text}, **more}
    headers = {"authorization": "Bearer sk-test-1"}
    where = f"{standin.url}/whatsapp/v25.0/{NUMBER}/messages"
    return str(httpx.post(where, json=body, headers=headers, trust_env=False).json()["messages"][0]["id"])


def says(standin: Running, user: str, **said: Any) -> httpx.Response:
    return httpx.post(url_of(standin, user), json=said, trust_env=False)


def test_many_wait_at_once_and_each_is_woken_by_their_own_message(standin: Running) -> None:
    users = [f"9990100000{number:02}" for number in range(12)]
    with ThreadPoolExecutor(len(users)) as pool:
        looks = [pool.submit(look, standin, user, wait=30) for user in users]
        for user in reversed(users):
            sends(standin, user, f"for {user}")
        found = [one.result(60).json()["messages"] for one in looks]

    assert [[message["text"] for message in messages] for messages in found] == [[f"for {user}"] for user in users]


def test_who_waits_in_vain_gets_nothing(standin: Running) -> None:
    assert look(standin, "999010000100", wait=0.05).json() == {"messages": []}


def test_what_is_there_already_is_not_waited_for(standin: Running) -> None:
    first = sends(standin, "999010000101", "one")
    sends(standin, "999010000101", "two")
    (found,) = look(standin, "999010000101", wait=30, after=first).json()["messages"]
    assert (found["text"], found["answers"]) == ("two", None)


@pytest.mark.parametrize("wait", ["soon", "-1", "nan", "inf", "1e3", ""])
def test_a_wait_is_a_number_of_seconds(standin: Running, wait: str) -> None:
    # httpx leaves empty values in, and the stand-in reads none as no wait
    answer = look(standin, "999010000102", wait=wait)
    assert answer.status_code == (200 if wait == "" else 400)


def test_who_leaves_while_waiting_is_no_error(start: Start) -> None:
    standin = start()
    request = "GET /brownout/whatsapp/users/999010000103/messages?wait=30 HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", standin.port)) as client:
        client.sendall(request.encode())
        assert look(standin, "999010000104").status_code == 200  # so the first was read
    sends(standin, "999010000103", "Anybody?")
    assert look(standin, "999010000103").json()["messages"][0]["text"] == "Anybody?"
    code, _, stderr = standin.end()
    assert (code, stderr) == (0, "")


def test_a_message_says_which_one_it_quotes(standin: Running) -> None:
    said = says(standin, "999010000105", text="Hello").json()["id"]
    sends(standin, "999010000105", "Yes?", context={"message_id": said})
    sends(standin, "999010000105", "No?", context="nonsense")
    assert [one["answers"] for one in look(standin, "999010000105").json()["messages"]] == [said, None]


def test_the_channels_assistant_answers_at_once_and_quotes(standin: Running) -> None:
    said = says(standin, "999010000106", text="Is bo-aaaaaaaaaaaa there?", to="meta_ai").json()["id"]
    (message,) = look(standin, "999010000106").json()["messages"]
    assert (message["by"], message["answers"]) == ("meta_ai", said)
    assert message["text"].startswith("You said: Is bo-aaaaaaaaaaaa there?")
    assert message["text"].endswith(SENTINEL)


def test_there_is_nobody_else_to_write_to(standin: Running) -> None:
    answer = says(standin, "999010000107", text="Hello", to="somebody")
    assert (answer.status_code, answer.json()["error"]) == (400, "to: business or meta_ai, not 'somebody'")
