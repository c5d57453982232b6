"""Assistants, threads and runs as the SDK's own types read them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.beta import Assistant, AssistantStreamEvent, Thread
from openai.types.beta.threads import Message, Run
from pydantic import BaseModel, TypeAdapter
from support.every_call import begun, early

from brownout.dialects.openai.assistants import OpenAIAssistants
from brownout.exchange import Answer, Call, Failure, FailureKind, Request, Turn
from brownout.wire.framing import SseCutter

ASSISTANTS = OpenAIAssistants()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)
EVENT: TypeAdapter[Any] = TypeAdapter(AssistantStreamEvent)
RUNS = "/v1/threads/thread_1/runs"


def ask(method: str, path: str, **body: Any) -> Call:
    return ASSISTANTS.read(Request(method, "api.openai.com", path, body=json.dumps(body).encode()))


def events(raw: bytes) -> list[tuple[str, Any]]:
    found = []
    for event in SseCutter().feed(raw):
        name, data = event.decode().rstrip("\n").split("\n")
        data = data.removeprefix("data: ")
        found.append((name.removeprefix("event: "), data if data == "[DONE]" else json.loads(data)))
    return found


def test_a_run_is_read_with_its_thread_and_what_it_brings() -> None:
    call = ask(
        "POST", RUNS, assistant_id="asst_1", additional_messages=[{"role": "user", "content": "hi"}], stream=True
    )
    assert (call.conversation, call.text, call.stream) == ("thread_1", "hi", True)
    whole = ask("POST", "/v1/threads/runs", thread={"messages": [{"role": "user", "content": "a"}]})
    assert (whole.conversation, whole.turns) == (None, (Turn("user", "a"),))
    message = ask("POST", "/v1/threads/thread_1/messages", role="user", content=[{"type": "text", "text": "b"}])
    assert (message.conversation, message.text, message.stream) == ("thread_1", "b", False)


@pytest.mark.parametrize(
    ("method", "path", "model", "id"),
    [
        ("POST", "/v1/assistants", Assistant, f"asst_{ANSWER.id}"),
        ("GET", "/v1/assistants/asst_1", Assistant, "asst_1"),
        ("POST", "/v1/threads", Thread, f"thread_{ANSWER.id}"),
        ("GET", "/v1/threads/thread_1", Thread, "thread_1"),
        ("POST", "/v1/threads/thread_1/messages", Message, f"msg_{ANSWER.id}"),
        ("GET", "/v1/threads/thread_1/messages/msg_1", Message, "msg_1"),
        ("POST", RUNS, Run, f"run_{ANSWER.id}"),
        ("POST", "/v1/threads/runs", Run, f"run_{ANSWER.id}"),
        ("GET", f"{RUNS}/run_1", Run, "run_1"),
        ("POST", f"{RUNS}/run_1/cancel", Run, "run_1"),
    ],
)
def test_each_path_has_its_own_answer(method: str, path: str, model: type[BaseModel], id: str) -> None:
    body = ASSISTANTS.answer(ask(method, path, content="hi"), ANSWER).body
    model.model_validate_json(body, strict=True)
    assert json.loads(body)["id"] == id


@pytest.mark.parametrize("path", ["/v1/assistants", "/v1/threads/thread_1/messages", RUNS, f"{RUNS}/run_1/steps"])
def test_lists_are_empty(path: str) -> None:
    assert json.loads(ASSISTANTS.answer(ask("GET", path), ANSWER).body)["data"] == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/assistants/asst_1", "assistant"),
        ("/v1/threads/thread_1", "thread"),
        ("/v1/threads/thread_1/messages/msg_1", "thread.message"),
    ],
)
def test_deletion_names_the_kind(path: str, kind: str) -> None:
    body = json.loads(ASSISTANTS.answer(ask("DELETE", path), ANSWER).body)
    assert (body["object"], body["id"]) == (f"{kind}.deleted", path.rpartition("/")[2])


@pytest.mark.parametrize("path", [RUNS, "/v1/threads/runs"])
def test_every_event_is_one_the_sdk_knows(path: str) -> None:
    *got, last = events(b"".join(ASSISTANTS.stream(ask("POST", path, assistant_id="asst_1", stream=True), ANSWER)))
    assert last == ("done", "[DONE]")
    for name, data in got:
        EVENT.validate_json(json.dumps({"event": name, "data": data}), strict=True)
    names = [name for name, _ in got]
    assert ("thread.created" in names) is (path != RUNS)
    assert names[-1] == "thread.run.completed"
    deltas = [data["delta"]["content"][0]["text"]["value"] for name, data in got if name == "thread.message.delta"]
    assert deltas == list(ANSWER.pieces)


def test_a_stream_fails_as_its_run_or_as_a_whole() -> None:
    call = ask("POST", RUNS, assistant_id="asst_1", stream=True)
    (name, run), last = events(ASSISTANTS.stream_failure(call, Failure(FailureKind.RATE_LIMIT_TOKENS), begun(call, 4)))
    assert (name, run["status"], run["last_error"]["code"]) == ("thread.run.failed", "failed", "rate_limit_exceeded")
    assert last == ("done", "[DONE]")
    EVENT.validate_json(json.dumps({"event": name, "data": run}), strict=True)
    (name, error), _ = events(ASSISTANTS.stream_failure(call, Failure(FailureKind.AUTH_EXPIRED), begun(call, 4)))
    assert (name, error["error"]["code"]) == ("error", "token_expired")


def test_a_run_that_stops_early_is_incomplete() -> None:
    call = ask("POST", RUNS, assistant_id="asst_1", stream=True)
    message, run, last = events(ASSISTANTS.stream_incomplete(call, early(), begun(call, 9)))
    assert (message[0], message[1]["incomplete_details"]) == ("thread.message.incomplete", {"reason": "max_tokens"})
    assert (run[0], run[1]["incomplete_details"]) == ("thread.run.incomplete", {"reason": "max_completion_tokens"})
    for name, data in (message, run):
        EVENT.validate_json(json.dumps({"event": name, "data": data}), strict=True)
    assert last[0] == "done"


@pytest.mark.parametrize(
    ("kind", "method", "path", "message"),
    [
        (FailureKind.NOT_FOUND, "POST", "/v1/threads", "Invalid URL (POST /v1/threads)"),
        (FailureKind.NOT_FOUND, "GET", "/v1/threads/thread_1", "Invalid URL (GET /v1/threads/thread_1)"),
        (FailureKind.MODEL_RETIRED, "POST", RUNS, f"Invalid URL (POST {RUNS})"),
        (FailureKind.HISTORY_MISSING, "POST", RUNS, "No thread found with id 'thread_1'."),
        (FailureKind.HISTORY_MISSING, "GET", "/v1/assistants/asst_1", "No assistant found with id 'asst_1'."),
    ],
)
def test_the_shutdown_and_lost_threads_differ(kind: FailureKind, method: str, path: str, message: str) -> None:
    reply = ASSISTANTS.failure(ask(method, path, model="gpt-4o"), Failure(kind))
    assert (reply.status, json.loads(reply.body)["error"]["message"]) == (404, message)
