"""Files: https://docs.claude.com/en/api/files-create."""

from __future__ import annotations

from typing import Any

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.anthropic.pages import cursor, page
from brownout.dialects.headers import base58, rfc3339
from brownout.dialects.multipart import form_of
from brownout.dialects.paths import below
from brownout.exchange import Answer, Call, Reply


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/files``: the file, and ``content``."""
    return below(call.request.path, "files")


def file_id(id: str) -> str:
    """A file's id: ``file_011C`` and 20 base-58 digits."""
    return f"file_011C{base58('file', id, 20)}"


def file(id: str, created: int, filename: str, mime_type: str, size: int) -> dict[str, Any]:
    """The object itself. What a caller has put there is not for download; what the platform made would be."""
    return {
        "id": id,
        "type": "file",
        "filename": filename,
        "mime_type": mime_type,
        "size_bytes": size,
        "created_at": rfc3339(created),
        "downloadable": False,
    }


def deleted(id: str) -> dict[str, Any]:
    """What a DELETE of a file answers."""
    return {"id": id, "type": "file_deleted"}


def given(call: Call, id: str, created: int) -> tuple[dict[str, Any], bytes]:
    """The file that a form creates, and what is in it."""
    upload = next(iter(form_of(call.request).files), None)
    if upload is None:
        return file(id, created, "file", "application/octet-stream", 0), b""
    return file(id, created, upload.filename, upload.content_type, len(upload.data)), upload.data


def content(call: Call, answer: Answer, data: bytes, mime_type: str) -> Reply:
    """The answer that holds a file's bytes, as a download."""
    plain = mime_type if mime_type.isascii() and mime_type.isprintable() and mime_type else "application/octet-stream"
    return Reply(200, anthropic.headers(call, answer.id, plain), data)


class AnthropicFiles(anthropic.AnthropicDialect):
    """``anthropic.files``: create, list, retrieve, read and delete files."""

    service = "anthropic.files"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform without any other file answers: the state is kept elsewhere (``brownout.standin``)."""
        id, *rest = place(call) or ("",)
        if rest == ["content"]:
            return content(call, answer, answer.text.encode("utf-8", "replace"), "text/plain")
        if not id:
            created = call.request.method == "POST"
            value = given(call, file_id(answer.id), answer.created)[0] if created else cursor(page([]))
            return anthropic.ok(call, answer, value)
        if call.request.method == "DELETE":
            return anthropic.ok(call, answer, deleted(id))
        return anthropic.ok(call, answer, file(id, answer.created, "file", "text/plain", 0))
