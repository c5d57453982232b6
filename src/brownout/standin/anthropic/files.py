"""The files that Anthropic keeps for its callers."""

from __future__ import annotations

import hashlib

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.anthropic import files as anthropic_files
from brownout.dialects.anthropic.pages import cursor, page
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply
from brownout.standin.desk import Said, wrong_method
from brownout.standin.shelf import Shelf, StoredFile

MAX_FILES = 2_000
MAX_BYTES = 256 * 1024 * 1024
"""Bytes that are kept of all files together."""
_NOT_FOR_DOWNLOAD = "File is not downloadable"


class AnthropicFiles:
    """Keeps files in memory, and answers the calls about them."""

    def __init__(self) -> None:
        self.files: Shelf[StoredFile] = Shelf(MAX_FILES, MAX_BYTES, lambda file: len(file.data))

    def said(self, call: Call, answer: Answer) -> Said:
        """The answer to a call about files."""
        id, *rest = anthropic_files.place(call) or ("",)
        method = call.request.method
        if not id and method == "POST":
            return self._create(call, answer)
        if not id:
            shown = [file.shown for file in self.files.all()]
            return anthropic.ok(call, answer, cursor(page(shown, call.request.query)))
        file = self.files.get(id)
        if file is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        match method, rest:
            case "GET", []:
                return anthropic.ok(call, answer, file.shown)
            case "GET", ["content"]:
                return Failure(FailureKind.INVALID_REQUEST, answer.id, message=_NOT_FOR_DOWNLOAD)
            case "DELETE", []:
                self.files.drop(id)
                return anthropic.ok(call, answer, anthropic_files.deleted(id))
        return wrong_method(answer)

    def _create(self, call: Call, answer: Answer) -> Reply:
        shown, data = anthropic_files.given(call, "", answer.created)
        # Not out of the answer's id, which depends on the form's boundary: that is another one every time.
        content = f"{shown['filename']}|{hashlib.blake2b(data, digest_size=16).hexdigest()}"
        ids = (anthropic_files.file_id(f"{content}|{n}") for n in range(MAX_FILES + 1))
        id = next(id for id in ids if self.files.get(id) is None)
        file = StoredFile(shown | {"id": id}, data)
        self.files.put(file.shown["id"], file)
        return anthropic.ok(call, answer, file.shown)
