"""Vector stores as the SDK's own types read them."""

from __future__ import annotations

import json
from typing import Any

from openai.types import VectorStore, VectorStoreDeleted, VectorStoreSearchResponse
from openai.types.vector_stores import VectorStoreFile, VectorStoreFileBatch, VectorStoreFileDeleted

from brownout.dialects.openai.vector_stores import OpenAIVectorStores
from brownout.exchange import Answer, Failure, FailureKind, Request

STORES = OpenAIVectorStores()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)
STORE = "/v1/vector_stores/vs_1"


def ask(method: str, path: str, **body: Any) -> bytes:
    request = Request(method, "api.openai.com", path, body=json.dumps(body).encode())
    return STORES.answer(STORES.read(request), ANSWER).body


def test_each_path_has_its_own_answer() -> None:
    made = VectorStore.model_validate_json(ask("POST", "/v1/vector_stores", name="n", metadata={"k": "v"}), strict=True)
    assert (made.id, made.name, made.metadata, made.status) == (f"vs_{ANSWER.id}", "n", {"k": "v"}, "completed")
    assert VectorStore.model_validate_json(ask("GET", STORE), strict=True).id == "vs_1"
    assert VectorStoreDeleted.model_validate_json(ask("DELETE", STORE), strict=True).id == "vs_1"
    added = VectorStoreFile.model_validate_json(ask("POST", f"{STORE}/files", file_id="file-1"), strict=True)
    assert (added.id, added.vector_store_id) == ("file-1", "vs_1")
    gone = VectorStoreFileDeleted.model_validate_json(ask("DELETE", f"{STORE}/files/file-1"), strict=True)
    assert gone.id == "file-1"
    batch = VectorStoreFileBatch.model_validate_json(ask("POST", f"{STORE}/file_batches"), strict=True)
    assert batch.vector_store_id == "vs_1"
    for path in ("/v1/vector_stores", f"{STORE}/files"):
        assert json.loads(ask("GET", path))["data"] == []


def test_a_search_finds_the_words_of_the_answer() -> None:
    body = json.loads(ask("POST", f"{STORE}/search", query=["a", "b"]))
    assert body["search_query"] == ["a", "b"]
    (hit,) = body["data"]
    read = VectorStoreSearchResponse.model_validate_json(json.dumps(hit), strict=True)
    assert read.content[0].text == "Hello there!"


def test_a_store_that_is_not_there_is_named() -> None:
    call = STORES.read(Request("GET", "api.openai.com", f"{STORE}/files"))
    for kind in (FailureKind.NOT_FOUND, FailureKind.HISTORY_MISSING):
        error = json.loads(STORES.failure(call, Failure(kind)).body)["error"]
        assert (error["message"], error["param"]) == ("Vector store with id 'vs_1' not found.", "vector_store_id")
