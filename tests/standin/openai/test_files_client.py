"""Files, uploads and vector stores, with the real OpenAI client against a real stand-in process."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from support.standin_process import Running

TEXT = b"The harbour opens at six.\nThe ferry leaves at nine."


@pytest.fixture
def client(standin: Running) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as made:
        yield made


def test_a_file_is_kept_listed_read_and_deleted(client: OpenAI) -> None:
    made = client.files.create(file=("lines.jsonl", b'{"a": 1}\n'), purpose="batch")
    assert (made.filename, made.bytes, made.purpose, made.status) == ("lines.jsonl", 9, "batch", "processed")
    assert client.files.retrieve(made.id) == made
    assert made.id in [file.id for file in client.files.list(purpose="batch")]
    assert made.id not in [file.id for file in client.files.list(purpose="assistants")]
    assert client.files.content(made.id).content == b'{"a": 1}\n'
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError, match=f"No such File object: {made.id}") as caught:
        client.files.retrieve(made.id)
    assert caught.value.param == "id"


def test_the_same_file_twice_is_two_files_with_ids_that_are_the_same_in_every_run(client: OpenAI) -> None:
    made = [client.files.create(file=("same.txt", b"same"), purpose="evals").id for _ in range(3)]
    assert made[1:] == [f"{made[0]}0", f"{made[0]}1"]
    client.files.delete(made[0])
    assert client.files.create(file=("same.txt", b"same"), purpose="evals").id == made[0]
    for id in made:
        client.files.delete(id)


def test_binary_content_comes_back_as_it_was(client: OpenAI) -> None:
    data = bytes(range(256)) * 40 + b"\r\n--\r\n"
    made = client.files.create(file=("picture \U0001f600.bin", data), purpose="fine-tune")
    assert client.files.content(made.id).content == data


def test_files_of_assistants_are_not_for_download(client: OpenAI) -> None:
    made = client.files.create(file=("a.txt", TEXT), purpose="assistants")
    with pytest.raises(openai.BadRequestError, match="Not allowed to download files of purpose: assistants"):
        client.files.content(made.id)


def test_an_upload_in_parts_becomes_a_file(client: OpenAI) -> None:
    begun = client.uploads.create(filename="b.jsonl", bytes=6, mime_type="text/jsonl", purpose="batch")
    assert begun.status == "pending"
    parts = [client.uploads.parts.create(begun.id, data=data) for data in (b"def", b"abc")]
    whole = client.uploads.complete(begun.id, part_ids=[parts[1].id, parts[0].id])
    assert whole.status == "completed"
    assert whole.file is not None
    assert client.files.content(whole.file.id).content == b"abcdef"
    with pytest.raises(openai.BadRequestError, match="not in a pending state"):
        client.uploads.cancel(begun.id)


def test_an_upload_can_be_cancelled(client: OpenAI) -> None:
    begun = client.uploads.create(filename="c.txt", bytes=3, mime_type="text/plain", purpose="assistants")
    assert client.uploads.cancel(begun.id).status == "cancelled"
    with pytest.raises(openai.NotFoundError):
        client.uploads.cancel("upload_unknown")


def test_a_vector_store_holds_files_and_is_searched(client: OpenAI) -> None:
    about_ferries = client.files.create(file=("ferry.txt", TEXT), purpose="assistants")
    about_bread = client.files.create(file=("bread.txt", b"Bread rises slowly."), purpose="assistants")
    store = client.vector_stores.create(name="notes", file_ids=[about_ferries.id], metadata={"k": "v"})
    assert (store.name, store.status, store.file_counts.completed) == ("notes", "completed", 1)
    added = client.vector_stores.files.create_and_poll(about_bread.id, vector_store_id=store.id, poll_interval_ms=10)
    assert (added.status, added.vector_store_id) == ("completed", store.id)
    assert {file.id for file in client.vector_stores.files.list(store.id)} == {about_ferries.id, about_bread.id}
    found = list(client.vector_stores.search(store.id, query="When does the ferry leave?"))
    assert found[0].filename == "ferry.txt"
    assert "nine" in found[0].content[0].text
    assert 0 < found[0].score <= 1
    assert client.vector_stores.files.delete(about_bread.id, vector_store_id=store.id).deleted
    assert client.vector_stores.retrieve(store.id).file_counts.total == 1
    assert store.id in [one.id for one in client.vector_stores.list()]
    assert client.vector_stores.delete(store.id).deleted
    with pytest.raises(openai.NotFoundError, match=f"Vector store with id '{store.id}' not found") as caught:
        client.vector_stores.retrieve(store.id)
    assert caught.value.param == "vector_store_id"


def test_several_files_are_put_into_a_store_at_once(client: OpenAI) -> None:
    ids = [client.files.create(file=(name, TEXT), purpose="assistants").id for name in ("1.txt", "2.txt")]
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.create_and_poll(store.id, file_ids=ids, poll_interval_ms=10)
    assert (batch.status, batch.file_counts.completed) == ("completed", 2)
    files = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id)
    assert {file.id for file in files} == set(ids)
    with pytest.raises(openai.NotFoundError, match="No such File object: file-unknown"):
        client.vector_stores.files.create(store.id, file_id="file-unknown")


def test_more_files_than_a_page_holds_are_listed_page_by_page(client: OpenAI) -> None:
    made = {client.files.create(file=(f"{n}.txt", b"x"), purpose="evals").id for n in range(25)}
    assert len(made) == 25
    assert {file.id for file in client.files.list(purpose="evals")} == made
