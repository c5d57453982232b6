"""The files that OpenAI keeps for its callers, and uploads in parts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from brownout.dialects.multipart import form_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import files as openai_files
from brownout.dialects.openai.items import page
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply
from brownout.standin.desk import Said, wrong_method
from brownout.standin.shelf import Shelf, StoredFile

MAX_FILES = 2_000
MAX_BYTES = 256 * 1024 * 1024
"""Bytes that are kept of all files together, and of all uploads."""
_PRIVATE = ("assistants", "user_data", "vision")
_NOT_ALLOWED = "Not allowed to download files of purpose: {purpose}"


@dataclass
class Parts:
    """An upload that is under way, or over."""

    created: int
    body: dict[str, Any]
    parts: dict[str, bytes] = field(default_factory=dict)
    status: str = "pending"
    file: dict[str, Any] | None = None


class OpenAIFiles:
    """Keeps files and uploads in memory, and answers the calls about them. Batches keep their files here too."""

    def __init__(self) -> None:
        self.files: Shelf[StoredFile] = Shelf(MAX_FILES, MAX_BYTES, lambda file: len(file.data))
        self.uploads: Shelf[Parts] = Shelf(MAX_FILES, MAX_BYTES, lambda upload: sum(map(len, upload.parts.values())))

    def add(self, shown: dict[str, Any], data: bytes) -> dict[str, Any]:
        """Keep a file, and give back what is shown of it."""
        self.files.put(shown["id"], StoredFile(shown, data))
        return shown

    def said(self, call: Call, answer: Answer) -> Said:
        """The answer to a call about files or uploads."""
        parts = openai_files.upload_place(call)
        if parts is not None:
            return self._uploads(call, answer, parts)
        id, *rest = openai_files.place(call) or ("",)
        if not id:
            return self._all(call, answer)
        file = self.files.get(id)
        if file is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        return self._one(call, answer, file, rest)

    def _all(self, call: Call, answer: Answer) -> Said:
        if call.request.method == "POST":
            shown, data = openai_files.given(call, answer)
            return openai.ok(call, answer, self.add(shown | {"id": self._id(shown, data)}, data))
        if call.request.method != "GET":
            return wrong_method(answer)
        purpose = parse_qs(call.request.query).get("purpose", [None])[0]
        shown_all = [file.shown for file in self.files.all() if purpose in (None, file.shown["purpose"])]
        return openai.ok(call, answer, page(shown_all, call.request.query))

    def _id(self, shown: dict[str, Any], data: bytes) -> str:
        """An id made of the file: the answer's id depends on the form's boundary, which is a new one every time."""
        content = hashlib.blake2b(data, digest_size=16).hexdigest()
        id = f"file-{openai.digest('file', shown['filename'], shown['purpose'], content, size=12)}"
        return next(name for name in (id, *(f"{id}{n}" for n in range(MAX_FILES))) if self.files.get(name) is None)

    def _one(self, call: Call, answer: Answer, file: StoredFile, rest: list[str]) -> Said:
        match call.request.method, rest:
            case "GET", []:
                return openai.ok(call, answer, file.shown)
            case "GET", ["content"]:
                purpose = file.shown["purpose"]
                if purpose in _PRIVATE:
                    message = _NOT_ALLOWED.format(purpose=purpose)
                    return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
                return openai_files.content(call, answer, file.data)
            case "DELETE", []:
                self.files.drop(file.shown["id"])
                return openai.ok(call, answer, openai_files.deleted(file.shown["id"]))
        return wrong_method(answer)

    def _uploads(self, call: Call, answer: Answer, parts: tuple[str, ...]) -> Said:
        if call.request.method != "POST":
            return wrong_method(answer)
        if not parts:
            id = f"upload_{answer.id}"
            self.uploads.put(id, Parts(answer.created, call.body))
            return openai.ok(call, answer, openai_files.upload(id, answer.created, call.body))
        id, *rest = parts
        upload = self.uploads.get(id)
        if upload is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        if upload.status != "pending":
            message = f"Upload {id} is not in a pending state: {upload.status}."
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        if rest == ["parts"]:
            return self._part(call, answer, id, upload)
        return self._end(call, answer, id, upload) if rest in (["complete"], ["cancel"]) else wrong_method(answer)

    def _part(self, call: Call, answer: Answer, id: str, upload: Parts) -> Reply:
        part = f"part_{answer.id}"
        data = next((field.data for field in form_of(call.request).files if field.name == "data"), b"")
        self.uploads.drop(id)  # to be weighed anew
        upload.parts[part] = data
        self.uploads.put(id, upload)
        return openai.ok(call, answer, openai_files.upload_part(part, answer.created, id))

    def _end(self, call: Call, answer: Answer, id: str, upload: Parts) -> Said:
        upload.status = "cancelled"
        if not call.request.path.rstrip("/").endswith("/cancel"):
            wanted = call.body.get("part_ids")
            ids = [part for part in wanted if isinstance(part, str)] if isinstance(wanted, list) else list(upload.parts)
            data = b"".join(upload.parts.get(part, b"") for part in ids)
            begun = openai_files.upload(id, upload.created, upload.body)
            made = openai_files.file(
                f"file-{answer.id}", answer.created, begun["filename"], len(data), begun["purpose"]
            )
            upload.status, upload.file = "completed", self.add(made, data)
        self.uploads.drop(id)
        upload.parts.clear()
        self.uploads.put(id, upload)
        return openai.ok(call, answer, openai_files.upload(id, upload.created, upload.body, upload.status, upload.file))
