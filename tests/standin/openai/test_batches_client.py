"""Batches, with the real OpenAI client against a real stand-in process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion
from support.standin_process import Running

from brownout.calls import canary

ONE = canary.make(9, "talk", 1, 1, 1)


@pytest.fixture
def client(standin: Running) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as made:
        yield made


def line(name: str, body: dict[str, Any]) -> str:
    return json.dumps({"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body})


def upload(client: OpenAI, *lines: str) -> str:
    return client.files.create(file=("in.jsonl", "\n".join(lines).encode()), purpose="batch").id


def chat(text: str) -> dict[str, Any]:
    return {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}


def rows(client: OpenAI, id: str | None) -> list[dict[str, Any]]:
    assert id is not None
    return [json.loads(row) for row in client.files.content(id).text.splitlines()]


def test_a_batch_goes_through_its_stages_and_has_results(client: OpenAI) -> None:
    file = upload(client, line("a", chat(f"hi {ONE}")), line("b", {"messages": []}), line("c", chat("again")))
    made = client.batches.create(
        input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h", metadata={"k": "v"}
    )
    assert (made.status, made.output_file_id, made.metadata) == ("validating", None, {"k": "v"})
    assert client.batches.retrieve(made.id).status == "in_progress"
    done = client.batches.retrieve(made.id)
    assert (done.status, done.completed_at is not None) == ("completed", True)
    assert done.request_counts is not None
    assert (done.request_counts.total, done.request_counts.completed, done.request_counts.failed) == (3, 2, 1)
    first, second = rows(client, done.output_file_id)
    assert [first["custom_id"], second["custom_id"], first["response"]["status_code"]] == ["a", "c", 200]
    answered = ChatCompletion.model_validate(first["response"]["body"])
    assert ONE in (answered.choices[0].message.content or "")
    (failed,) = rows(client, done.error_file_id)
    assert (failed["custom_id"], failed["response"]["status_code"]) == ("b", 400)
    assert failed["response"]["body"]["error"]["message"] == "you must provide a model parameter"
    assert client.batches.retrieve(made.id) == done
    assert made.id in [batch.id for batch in client.batches.list()]


def test_a_file_with_a_broken_line_fails_the_batch(client: OpenAI) -> None:
    file = upload(client, line("a", chat("hi")), "{", line("a", chat("hi")))
    made = client.batches.create(input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h")
    failed = client.batches.retrieve(made.id)
    assert failed.status == "failed"
    assert failed.errors is not None
    assert [(error.code, error.line) for error in failed.errors.data or []] == [
        ("invalid_json_line", 2),
        ("duplicate_custom_id", 3),
    ]


def test_a_batch_can_be_cancelled_until_it_is_over(client: OpenAI) -> None:
    file = upload(client, line("a", chat("hi")))
    made = client.batches.create(input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h")
    assert client.batches.cancel(made.id).status == "cancelling"
    assert client.batches.retrieve(made.id).status == "cancelled"
    with pytest.raises(openai.ConflictError, match="Cannot cancel a batch with status 'cancelled'"):
        client.batches.cancel(made.id)


def test_what_is_not_there_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="No batch found with id 'batch_x'"):
        client.batches.retrieve("batch_x")
    with pytest.raises(openai.BadRequestError, match="no file found with id 'file-x'"):
        client.batches.create(input_file_id="file-x", endpoint="/v1/embeddings", completion_window="24h")
    with pytest.raises(openai.BadRequestError, match="Supported values are"):
        client.batches.create(input_file_id="file-x", endpoint="/v1/nothing", completion_window="24h")  # type: ignore[arg-type]
