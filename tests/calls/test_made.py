"""What a call names, and what its answer made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.histories import Opening
from brownout.calls.made import MOST, made_by, names_of
from brownout.dialects import dialect_for
from brownout.exchange import Call, Request

MARK = "bo-aaaaaaaaaaaa"


def _call(service: str, method: str, path: str, body: Any = None) -> Call:
    content = b"" if body is None else json.dumps(body).encode()
    return dialect_for(service).read(Request(method, "host", path, body=content))


def _made(service: str, path: str, answer: Any, method: str = "POST", body: Any = None) -> list[str]:
    opening = Opening()
    opening.feed(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
    return made_by(_call(service, method, path, body), opening)


@pytest.mark.parametrize(
    ("service", "path", "answer", "made"),
    [
        ("openai.responses", "/v1/responses", {"id": "resp_1", "status": "queued"}, ["resp_1"]),
        (
            "openai.responses",
            "/v1/responses",
            b'event: response.created\ndata: {"response": {"id": "resp_1"}}\n\ndata: {"id": "resp_1"}\n\n',
            ["resp_1"],
        ),
        ("openai.batches", "/v1/batches", {"id": "batch_1", "input_file_id": "file-1"}, ["batch_1"]),
        ("openai.files", "/v1/files", {"id": "file-1", "object": "file"}, ["file-1"]),
        ("openai.files", "/v1/uploads/upload_1/complete", {"id": "upload_1", "file": {"id": "file-1"}}, None),
        ("openai.assistants", "/v1/threads/thread_1/runs", {"id": "run_1", "thread_id": "thread_1"}, ["run_1"]),
        ("openai.other", "/v1/fine_tuning/jobs", {"id": "ftjob-1"}, ["ftjob-1"]),
        ("anthropic.batches", "/v1/messages/batches", {"id": "msgbatch_1"}, ["msgbatch_1"]),
        ("gemini.files", "/upload/v1beta/files", {"file": {"name": "files/abc123"}}, ["abc123"]),
        ("directline.conversations", "/v3/directline/conversations", {"conversationId": "c1"}, ["c1"]),
        ("openai.chat", "/v1/chat/completions", {"id": "chatcmpl-1"}, []),
        ("anthropic.messages", "/v1/messages", {"id": "msg_1"}, []),
    ],
)
def test_what_was_made_is_told_by_its_id(service: str, path: str, answer: Any, made: list[str] | None) -> None:
    assert _made(service, path, answer) == (["upload_1", "file-1"] if made is None else made)


def test_a_completion_that_is_stored_can_be_looked_up() -> None:
    body = {"model": "gpt-4o", "store": True, "messages": []}

    assert _made("openai.chat", "/v1/chat/completions", {"id": "chatcmpl-1"}, body=body) == ["chatcmpl-1"]


def test_a_look_at_a_job_finds_its_results_and_makes_nothing() -> None:
    batch = {"id": "batch_1", "output_file_id": "file-2", "error_file_id": None}
    listed = {"data": [{"id": "batch_1"}, {"id": "batch_2"}]}
    tuned = {"id": "ftjob-1", "result_files": ["file-3"]}

    assert _made("openai.batches", "/v1/batches/batch_1", batch, "GET") == ["file-2"]
    assert _made("openai.batches", "/v1/batches", listed, "GET") == []
    assert _made("openai.other", "/v1/fine_tuning/jobs/ftjob-1", tuned, "GET") == ["file-3"]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"input_file_id": "file-1", "endpoint": "/v1/chat/completions"}, ["file-1"]),
        ({"training_file": "file-1", "model": "gpt-4o"}, ["file-1"]),
        ({"part_ids": ["part_1", "part_2"]}, ["part_1", "part_2"]),
        ({"batch": {"input_config": {"file_name": "files/abc123"}}}, ["abc123"]),
        ({"assistant_id": "asst_1", "metadata": {"user_id": "7", "name": "Ada"}}, []),
        (None, []),
    ],
)
def test_what_is_named_in_a_body_is_told_and_nothing_about_people(body: Any, names: list[str]) -> None:
    assert names_of(_call("openai.other", "POST", "/v1/x", body), None) == names


def test_a_question_names_the_conversation_that_it_goes_on() -> None:
    asked = {"model": "gpt-4o", "input": MARK, "conversation": "conv_1"}

    assert names_of(_call("openai.responses", "POST", "/v1/responses", asked), MARK) == ["conv_1"]
    assert names_of(_call("openai.conversations", "POST", "/v1/conversations/conv_1/items", {}), MARK) == []
    assert names_of(_call("openai.chat", "POST", "/v1/chat/completions", {"input_file_id": "file-1"}), MARK) == []


@given(
    st.recursive(st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_reading_names_never_fails(body: Any) -> None:
    assert len(names_of(_call("openai.other", "POST", "/v1/x", {"file_ids": body}), None)) <= MOST
