"""What the stand-in sends for a request, without sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.calls import canary
from brownout.orders import Pace
from brownout.standin.recognise import recognise
from brownout.standin.responder import Outcome, Responder

KEY = {"authorization": "Bearer sk-test-1"}
CHAT = "/openai/v1/chat/completions"
RESPONSES = "/openai/v1/responses"
HI = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
ONE, TWO = (canary.make(1, "talk", 1, 1, turn) for turn in (1, 2))


def ask(
    responder: Responder, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Outcome:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    target, _, query = path.partition("?")
    arrived = recognise(method, target, query, KEY if headers is None else headers, raw)
    assert arrived is not None
    return responder.respond(arrived, 1_763_770_000)


def got(responder: Responder, method: str, path: str, body: Any = None) -> dict[str, Any]:
    outcome = ask(responder, method, path, body)
    outcome.keep()
    found: dict[str, Any] = json.loads(outcome.reply.body)
    return found


@pytest.fixture
def responder() -> Responder:
    return Responder(7, Pace())


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "text"),
    [
        ("POST", CHAT, HI, {}, 401, "You didn't provide an API key."),
        ("POST", CHAT, b"{", KEY, 400, "We could not parse the JSON body of your request."),
        ("POST", CHAT, {"messages": []}, KEY, 400, "you must provide a model parameter"),
        ("PUT", CHAT, None, KEY, 405, "Not allowed to PUT on /v1/chat/completions"),
        ("GET", RESPONSES, None, KEY, 405, "Not allowed to GET on /v1/responses"),
        ("POST", "/openai/v1/evals", {}, KEY, 404, "Invalid URL (POST /v1/evals)"),
        ("GET", "/openai/v1/models/llama", None, KEY, 404, "The model `llama` does not exist"),
        ("GET", f"{RESPONSES}/resp_x", None, KEY, 404, "Response with id 'resp_x' not found."),
        ("GET", "/openai/v1/conversations/conv_x", None, KEY, 404, "Conversation with id 'conv_x' not found."),
        (
            "POST",
            RESPONSES,
            {"model": "gpt-5", "previous_response_id": "resp_x"},
            KEY,
            400,
            "Previous response with id 'resp_x' not found.",
        ),
        (
            "POST",
            RESPONSES,
            {"model": "gpt-5", "conversation": "conv_x"},
            KEY,
            404,
            "Conversation with id 'conv_x' not found.",
        ),
        ("POST", "/anthropic/v1/messages", HI, {}, 401, "x-api-key header is required"),
        ("POST", "/anthropic/v1/messages", b"{", KEY, 400, "Invalid request"),
        ("POST", "/anthropic/v1/messages", {"messages": []}, KEY, 400, "model: Field required"),
        ("GET", "/anthropic/v1/messages", None, KEY, 405, "Method Not Allowed"),
        ("POST", "/anthropic/v1/complete", {}, KEY, 404, "Not Found"),
    ],
)
def test_each_platform_says_no_in_its_own_words(
    responder: Responder, method: str, path: str, body: Any, headers: dict[str, str], status: int, text: str
) -> None:
    reply = ask(responder, method, path, body, headers).reply
    assert reply.status == status
    assert json.loads(reply.body)["error"]["message"].startswith(text)


def test_a_stream_has_a_moment_for_every_event(responder: Responder) -> None:
    outcome = ask(responder, "POST", CHAT, {**HI, "stream": True})
    assert outcome.events is not None
    assert len(outcome.events) == len(outcome.due)
    assert list(outcome.due) == sorted(outcome.due)
    assert outcome.events[-1] == b"data: [DONE]\n\n"


def test_a_plain_answer_takes_as_long_as_its_stream(responder: Responder) -> None:
    (plain,) = ask(responder, "POST", CHAT, HI).due
    stream = ask(responder, "POST", CHAT, {**HI, "stream": True}).due
    assert stream[0] < plain <= stream[-1]


def test_what_needs_no_words_takes_no_time(responder: Responder) -> None:
    assert ask(responder, "GET", "/openai/v1/models").due == (0.0,)
    assert ask(responder, "POST", CHAT, b"{").due == (0.0,)


def test_same_seed_same_answers() -> None:
    def whole(seed: int) -> list[Any]:
        one = Responder(seed, Pace())
        outcomes = [ask(one, "POST", CHAT, {**HI, "stream": stream}) for stream in (True, False, False)]
        return [(outcome.reply, outcome.events, outcome.due) for outcome in outcomes]

    assert whole(1) == whole(1)
    assert whole(1) != whole(2)


def test_no_two_answers_share_an_id(responder: Responder) -> None:
    assert got(responder, "POST", CHAT, HI)["id"] != got(responder, "POST", CHAT, HI)["id"]


def say(responder: Responder, text: str, **more: Any) -> dict[str, Any]:
    return got(responder, "POST", RESPONSES, {"model": "gpt-5", "input": text, **more})


def words(response: dict[str, Any]) -> str:
    text: str = response["output"][0]["content"][0]["text"]
    return text


def test_a_chain_of_responses_remembers(responder: Responder) -> None:
    first = say(responder, f"a {ONE}")
    second = say(responder, f"b {TWO}", previous_response_id=first["id"])
    third = say(responder, "c", previous_response_id=second["id"])
    assert f"I remember {ONE} " in words(second)
    assert f"I remember {ONE} {TWO} " in words(third)
    assert first["usage"]["input_tokens"] < second["usage"]["input_tokens"] < third["usage"]["input_tokens"]


def test_a_chain_can_fork(responder: Responder) -> None:
    first = say(responder, "a")
    say(responder, f"b {ONE}", previous_response_id=first["id"])
    assert ONE not in words(say(responder, "c", previous_response_id=first["id"]))


def test_a_response_that_was_not_to_be_stored_is_gone(responder: Responder) -> None:
    first = say(responder, "a", store=False)
    assert ask(responder, "GET", f"{RESPONSES}/{first['id']}").reply.status == 404


def test_a_stored_response_can_be_read_and_deleted(responder: Responder) -> None:
    first = say(responder, "a")
    path = f"{RESPONSES}/{first['id']}"
    assert got(responder, "GET", path) == first
    assert got(responder, "GET", f"{path}/input_items")["data"][0]["content"] == [{"type": "input_text", "text": "a"}]
    assert ask(responder, "POST", f"{path}/cancel").reply.status == 400
    assert got(responder, "DELETE", path)["deleted"] is True
    assert ask(responder, "GET", path).reply.status == 404


def test_a_conversation_holds_both_sides(responder: Responder) -> None:
    made = got(responder, "POST", "/openai/v1/conversations", {"metadata": {"a": "b"}})
    path = f"/openai/v1/conversations/{made['id']}"
    say(responder, f"a {ONE}", conversation=made["id"])
    second = say(responder, "b", conversation={"id": made["id"]})
    assert f"I remember {ONE} " in words(second)
    items = got(responder, "GET", f"{path}/items?order=asc")["data"]
    assert [item["role"] for item in items] == ["user", "assistant", "user", "assistant"]
    assert items[3] == second["output"][0]
    assert got(responder, "GET", path) == made
    one = f"{path}/items/{items[0]['id']}"
    assert got(responder, "GET", one) == items[0]
    assert got(responder, "DELETE", one) == made
    assert ask(responder, "GET", one).reply.status == 404
    assert got(responder, "POST", path, {"metadata": {"c": "d"}})["metadata"] == {"c": "d"}
    assert got(responder, "DELETE", path)["deleted"] is True
    assert ask(responder, "GET", path).reply.status == 404


def test_items_that_were_added_are_remembered(responder: Responder) -> None:
    item = {"type": "message", "role": "user", "content": f"x {ONE}"}
    made = got(responder, "POST", "/openai/v1/conversations", {"items": [item]})
    added = got(
        responder, "POST", f"/openai/v1/conversations/{made['id']}/items", {"items": [{**item, "content": TWO}]}
    )
    assert added["data"][0]["content"] == [{"type": "input_text", "text": TWO}]
    assert f"I remember {ONE} {TWO} " in words(say(responder, "b", conversation=made["id"]))


def test_a_stream_that_nobody_saw_to_its_end_is_not_kept(responder: Responder) -> None:
    made = got(responder, "POST", "/openai/v1/conversations")
    body = {"model": "gpt-5", "input": "a", "stream": True, "conversation": made["id"]}
    outcome = ask(responder, "POST", RESPONSES, body)
    path = f"/openai/v1/conversations/{made['id']}/items"
    assert got(responder, "GET", path)["data"] == []
    outcome.keep()
    assert len(got(responder, "GET", path)["data"]) == 2


def test_input_tokens_are_counted_without_an_answer(responder: Responder) -> None:
    counted = got(responder, "POST", f"{RESPONSES}/input_tokens", {"model": "gpt-5", "input": "one two three"})
    assert counted == {"object": "response.input_tokens", "input_tokens": 3}
