"""Message batches and files, with the real Anthropic client against a real stand-in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic
from support.standin_process import Running

from brownout.calls import canary

ONE = canary.make(9, "talk", 1, 1, 1)
MODEL = "claude-haiku-4-5-20251001"


@pytest.fixture
def client(standin: Running) -> Iterator[Anthropic]:
    with Anthropic(base_url=f"{standin.url}/anthropic", api_key="sk-ant-test-1", max_retries=0, timeout=30) as made:
        yield made


def asked(name: str, text: str = "hi", **more: Any) -> Any:
    params = {"model": MODEL, "max_tokens": 500, "messages": [{"role": "user", "content": text}], **more}
    return {"custom_id": name, "params": params}


def test_a_batch_ends_and_has_results(client: Anthropic) -> None:
    made = client.messages.batches.create(requests=[asked("a", f"hi {ONE}"), asked("b", model=None)])
    assert (made.processing_status, made.request_counts.processing, made.results_url) == ("in_progress", 2, None)
    with pytest.raises(anthropic.AnthropicError, match="Has it finished processing"):
        client.messages.batches.results(made.id)
    ended = client.messages.batches.retrieve(made.id)
    assert ended.processing_status == "ended"
    counts = ended.request_counts
    assert (counts.processing, counts.succeeded, counts.errored) == (0, 1, 1)
    first, second = client.messages.batches.results(made.id)
    assert (first.custom_id, second.custom_id) == ("a", "b")
    assert first.result.type == "succeeded"
    block = first.result.message.content[0]
    assert block.type == "text"
    assert ONE in block.text
    assert second.result.type == "errored"
    assert second.result.error.error.message == "model: Field required"
    assert made.id in [batch.id for batch in client.messages.batches.list()]
    assert client.messages.batches.delete(made.id).id == made.id
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve(made.id)


def test_the_address_of_results_is_where_the_client_found_the_platform(client: Anthropic, standin: Running) -> None:
    made = client.messages.batches.create(requests=[asked("a", "where")])
    urls = [client.messages.batches.retrieve(made.id).results_url for _ in range(2)]
    assert urls == [None, f"{standin.url}/anthropic/v1/messages/batches/{made.id}/results"]


def test_a_batch_can_be_cancelled(client: Anthropic) -> None:
    made = client.messages.batches.create(requests=[asked("a", "never mind")])
    assert client.messages.batches.cancel(made.id).processing_status == "canceling"
    with pytest.raises(anthropic.BadRequestError, match="still in progress"):
        client.messages.batches.delete(made.id)
    ended = client.messages.batches.retrieve(made.id)
    assert (ended.processing_status, ended.request_counts.canceled) == ("ended", 1)
    assert [one.result.type for one in client.messages.batches.results(made.id)] == ["canceled"]


def test_batches_that_make_no_sense_are_refused(client: Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="at least 1 item"):
        client.messages.batches.create(requests=[])
    with pytest.raises(anthropic.BadRequestError, match="custom_id must be unique"):
        client.messages.batches.create(requests=[asked("a"), asked("a")])


def test_files_are_kept_listed_and_deleted(client: Anthropic) -> None:
    files = [client.beta.files.upload(file=(f"{n}.txt", b"x" * n, "text/plain")) for n in range(25)]
    assert (files[3].filename, files[3].size_bytes, files[3].mime_type) == ("3.txt", 3, "text/plain")
    assert {file.id for file in client.beta.files.list(limit=10)} == {file.id for file in files}
    assert client.beta.files.retrieve_metadata(files[3].id) == files[3]
    with pytest.raises(anthropic.BadRequestError, match="not downloadable"):
        client.beta.files.download(files[3].id)
    assert client.beta.files.delete(files[3].id).id == files[3].id
    with pytest.raises(anthropic.NotFoundError, match=f"File not found: {files[3].id}"):
        client.beta.files.retrieve_metadata(files[3].id)
