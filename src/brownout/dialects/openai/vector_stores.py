"""Vector stores, their files, and searching them: https://platform.openai.com/docs/api-reference/vector-stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.items import page
from brownout.dialects.paths import below
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply, Request

_CHUNKING = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/vector_stores``: the store, ``files``, the file."""
    return below(call.request.path, "vector_stores")


def counts(completed: int) -> dict[str, int]:
    """How many files there are; those of the stand-in are all ready at once."""
    return {"in_progress": 0, "completed": completed, "failed": 0, "cancelled": 0, "total": completed}


def store(id: str, created: int, body: dict[str, Any], files: int = 0, size: int = 0) -> dict[str, Any]:
    """The object itself; ``body`` is what it was created with."""
    metadata = body.get("metadata")
    return {
        "id": id,
        "object": "vector_store",
        "created_at": created,
        "name": string(body.get("name")) or "",
        "description": string(body.get("description")),
        "usage_bytes": size,
        "file_counts": counts(files),
        "status": "completed",
        "expires_after": body.get("expires_after") if isinstance(body.get("expires_after"), dict) else None,
        "expires_at": None,
        "last_active_at": created,
        "metadata": metadata if isinstance(metadata, dict) else {},
    }


def store_file(id: str, created: int, store: str, size: int = 0, attributes: Any = None) -> dict[str, Any]:
    """A file of a store as the API shows it; ``size`` in bytes."""
    return {
        "id": id,
        "object": "vector_store.file",
        "usage_bytes": size,
        "created_at": created,
        "vector_store_id": store,
        "status": "completed",
        "last_error": None,
        "chunking_strategy": _CHUNKING,
        "attributes": attributes if isinstance(attributes, dict) else {},
    }


def file_batch(id: str, created: int, store: str, files: int) -> dict[str, Any]:
    """Several files put into a store at once."""
    return {
        "id": id,
        "object": "vector_store.files_batch",
        "created_at": created,
        "vector_store_id": store,
        "status": "completed",
        "file_counts": counts(files),
    }


def deleted(id: str, kind: str = "vector_store") -> dict[str, Any]:
    """What a DELETE of a store, or of a file in it, answers."""
    return {"id": id, "object": f"{kind}.deleted", "deleted": True}


def queries(body: dict[str, Any]) -> list[str]:
    """What is searched for: a text or several."""
    asked = body.get("query")
    if isinstance(asked, list):
        return [text for text in asked if isinstance(text, str)]
    return [asked] if isinstance(asked, str) else []


def results(asked: list[str], hits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A page of search results, best first."""
    return {
        "object": "vector_store.search_results.page",
        "search_query": asked,
        "data": list(hits),
        "has_more": False,
        "next_page": None,
    }


def result(file: str, filename: str, score: float, text: str, attributes: Any = None) -> dict[str, Any]:
    """One hit of a search, with its ``score`` from 0 to 1."""
    return {
        "file_id": file,
        "filename": filename,
        "score": score,
        "attributes": attributes if isinstance(attributes, dict) else {},
        "content": [{"type": "text", "text": text}],
    }


class OpenAIVectorStores(openai.OpenAIDialect):
    """``openai.vector_stores``: stores, files in them, and searching."""

    service = "openai.vector_stores"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` is what is searched for."""
        call = openai.read(self.service, request, ())
        return replace(call, text="\n".join(queries(request.json)), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What an empty, just created store answers: the state is kept elsewhere (``brownout.standin``)."""
        return openai.ok(call, answer, _said(call, answer))


def _said(call: Call, answer: Answer) -> dict[str, Any]:
    method, (id, *rest) = call.request.method, place(call) or ("",)
    if rest == ["search"]:
        hits = [result(f"file-{answer.id}", "file", 0.9, answer.text)] if answer.pieces else []
        return results(queries(call.body), hits)
    if not id or rest in (["files"], ["file_batches"]):
        if method == "GET":
            return page([])
        if not id:
            return store(f"vs_{answer.id}", answer.created, call.body)
        if rest == ["file_batches"]:
            return file_batch(f"vsfb_{answer.id}", answer.created, id, 0)
        return store_file(string(call.body.get("file_id")) or f"file-{answer.id}", answer.created, id)
    if method == "DELETE":
        return deleted(rest[-1], "vector_store.file") if rest else deleted(id)
    return store_file(rest[-1], answer.created, id) if rest else store(id, answer.created, call.body)
