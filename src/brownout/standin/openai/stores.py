"""The vector stores that OpenAI keeps for its callers: files in them are searched by their words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import vector_stores as openai_vector_stores
from brownout.dialects.openai.items import page
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.desk import Said, wrong_method
from brownout.standin.openai.files import OpenAIFiles
from brownout.standin.shelf import Shelf, StoredFile

MAX_STORES = 1_000
_READ = 100_000  # bytes of a file that are searched
_CHUNK = 1_200  # characters of a piece that is found
_FOUND = 10
_WORD = re.compile(r"[\w-]+")


@dataclass
class Store:
    """A store, and the files that were put into it."""

    id: str
    created: int
    body: dict[str, Any]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, Any]:
        """The object as the platform shows it."""
        size = sum(file["usage_bytes"] for file in self.files.values())
        return openai_vector_stores.store(self.id, self.created, self.body, len(self.files), size)


class OpenAIStores:
    """Keeps vector stores in memory, and answers the calls about them from the files in ``OpenAIFiles``."""

    def __init__(self, files: OpenAIFiles) -> None:
        self.files = files
        self.stores: Shelf[Store] = Shelf(MAX_STORES)

    def said(self, call: Call, answer: Answer) -> Said:
        """The answer to a call about vector stores."""
        id, *rest = openai_vector_stores.place(call) or ("",)
        if not id:
            return self._all(call, answer)
        store = self.stores.get(id)
        if store is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        match rest:
            case []:
                return self._one(call, answer, store)
            case ["search"]:
                return self._search(call, answer, store)
            case ["files", *more]:
                return self._files(call, answer, store, more)
            case ["file_batches", *more]:
                return self._batches(call, answer, store, more)
        return Failure(FailureKind.NOT_FOUND, answer.id)

    def _all(self, call: Call, answer: Answer) -> Said:
        if call.request.method == "GET":
            return openai.ok(call, answer, page([store.shown for store in self.stores.all()], call.request.query))
        given = call.body.get("file_ids")
        store = Store(f"vs_{answer.id}", answer.created, call.body)
        for id in given if isinstance(given, list) else []:
            if self._put(store, id, answer, None) is None:
                return self._no_file(answer, str(id))
        self.stores.put(store.id, store)
        return openai.ok(call, answer, store.shown)

    def _one(self, call: Call, answer: Answer, store: Store) -> Said:
        if call.request.method == "DELETE":
            self.stores.drop(store.id)
            return openai.ok(call, answer, openai_vector_stores.deleted(store.id))
        if call.request.method == "POST":
            store.body = {**store.body, **call.body}
        return openai.ok(call, answer, store.shown)

    def _put(self, store: Store, id: Any, answer: Answer, attributes: Any) -> dict[str, Any] | None:
        file = self.files.files.get(id) if isinstance(id, str) else None
        if file is None:
            return None
        size = len(file.data)
        store.files[file.shown["id"]] = openai_vector_stores.store_file(
            file.shown["id"], answer.created, store.id, size, attributes
        )
        return store.files[file.shown["id"]]

    def _no_file(self, answer: Answer, id: str) -> Failure:
        return Failure(FailureKind.INVALID_REQUEST, answer.id, status=404, message=f"No such File object: {id}")

    def _files(self, call: Call, answer: Answer, store: Store, rest: list[str]) -> Said:
        method = call.request.method
        if not rest and method == "GET":
            return openai.ok(call, answer, page(list(store.files.values()), call.request.query))
        if not rest:
            id = call.body.get("file_id")
            added = self._put(store, id, answer, call.body.get("attributes"))
            return openai.ok(call, answer, added) if added else self._no_file(answer, str(id))
        shown = store.files.get(rest[0])
        if shown is None:
            return self._no_file(answer, rest[0])
        if rest[1:] == ["content"]:
            return openai.ok(call, answer, self._content(rest[0]))
        if method == "DELETE":
            del store.files[rest[0]]
            return openai.ok(call, answer, openai_vector_stores.deleted(rest[0], "vector_store.file"))
        if method == "POST" and isinstance(call.body.get("attributes"), dict):
            shown["attributes"] = call.body["attributes"]
        return openai.ok(call, answer, shown)

    def _content(self, id: str) -> dict[str, Any]:
        file = self.files.files.get(id)
        data = [{"type": "text", "text": text_of(file)}] if file else []
        return {"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None}

    def _batches(self, call: Call, answer: Answer, store: Store, rest: list[str]) -> Said:
        if not rest and call.request.method == "POST":
            given = call.body.get("file_ids")
            ids = given if isinstance(given, list) else []
            added = [self._put(store, id, answer, call.body.get("attributes")) for id in ids]
            if None in added:
                return self._no_file(answer, str(ids[added.index(None)]))
            batch = openai_vector_stores.file_batch(f"vsfb_{answer.id}", answer.created, store.id, len(ids))
            store.batches[batch["id"]] = {**batch, "ids": ids}
            return openai.ok(call, answer, batch)
        known = store.batches.get(rest[0]) if rest else None
        if known is None:
            return wrong_method(answer) if not rest else self._no_batch(answer, rest[0])
        if rest[1:] == ["files"]:
            files = [file for id, file in store.files.items() if id in known["ids"]]
            return openai.ok(call, answer, page(files, call.request.query))
        return openai.ok(call, answer, {key: value for key, value in known.items() if key != "ids"})

    def _no_batch(self, answer: Answer, id: str) -> Failure:
        message = f"No vector store file batch found with id '{id}'."
        return Failure(FailureKind.INVALID_REQUEST, answer.id, status=404, message=message)

    def _search(self, call: Call, answer: Answer, store: Store) -> Said:
        if call.request.method != "POST":
            return wrong_method(answer)
        asked = openai_vector_stores.queries(call.body)
        words = {word.lower() for text in asked for word in _WORD.findall(text)}
        wanted = call.body.get("max_num_results")
        most = wanted if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 < wanted <= 50 else _FOUND
        hits = [hit for id, shown in store.files.items() for hit in self._hits(id, shown, words)]
        hits.sort(key=lambda hit: -hit["score"])
        return openai.ok(call, answer, openai_vector_stores.results(asked, hits[:most]))

    def _hits(self, id: str, shown: dict[str, Any], words: set[str]) -> list[dict[str, Any]]:
        file, hits = self.files.files.get(id), []
        text = text_of(file) if file else ""
        for start in range(0, len(text), _CHUNK):
            chunk = text[start : start + _CHUNK]
            both = words & {word.lower() for word in _WORD.findall(chunk)}
            if both and file:
                name = string(file.shown["filename"]) or "file"
                score = round(len(both) / len(words), 4)
                hits.append(openai_vector_stores.result(id, name, score, chunk, shown["attributes"]))
        return hits


def text_of(file: StoredFile) -> str:
    """What can be read of a file."""
    return file.data[:_READ].decode("utf-8", "replace")
