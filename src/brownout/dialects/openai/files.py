"""Files and uploads in parts: https://platform.openai.com/docs/api-reference/files and .../uploads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownout.dialects.multipart import form_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.items import page
from brownout.dialects.paths import below
from brownout.exchange import Answer, Call, Reply, Request

BINARY = "application/octet-stream"
_HOUR = 3600


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/files``: the file, and ``content``; nothing for a path of uploads."""
    return below(call.request.path, "files")


def upload_place(call: Call) -> tuple[str, ...] | None:
    """What a path names behind ``/uploads``: the upload, and what is done with it; None for a path of files."""
    path = call.request.path.rstrip("/")
    return below(path, "uploads") if "/uploads" in path else None


def file(id: str, created: int, filename: str, size: int, purpose: str) -> dict[str, Any]:
    """A file as the API shows it; ``size`` in bytes."""
    return {
        "object": "file",
        "id": id,
        "purpose": purpose,
        "filename": filename,
        "bytes": size,
        "created_at": created,
        "expires_at": None,
        "status": "processed",
        "status_details": None,
    }


def deleted(id: str) -> dict[str, Any]:
    """What a DELETE of a file answers."""
    return {"id": id, "object": "file", "deleted": True}


def upload(
    id: str, created: int, body: dict[str, Any], status: str = "pending", made: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An upload in parts; ``body`` is what it was created with, ``made`` the file that came of it."""
    size = body.get("bytes")
    return {
        "id": id,
        "object": "upload",
        "bytes": size if isinstance(size, int) and not isinstance(size, bool) else 0,
        "created_at": created,
        "filename": str(body.get("filename", "file")),
        "purpose": str(body.get("purpose", "user_data")),
        "status": status,
        "expires_at": created + _HOUR,
        "file": made,
    }


def upload_part(id: str, created: int, upload: str) -> dict[str, Any]:
    """A part of an upload as the API shows it."""
    return {"id": id, "object": "upload.part", "created_at": created, "upload_id": upload}


def given(call: Call, answer: Answer) -> tuple[dict[str, Any], bytes]:
    """The file that a form creates, and what is in it."""
    form = form_of(call.request)
    upload = next((file for file in form.files if file.name == "file"), None)
    data, name = (upload.data, upload.filename) if upload else (b"", "file")
    purpose = form.texts.get("purpose", "user_data")
    return file(f"file-{answer.id}", answer.created, name, len(data), purpose), data


def content(call: Call, answer: Answer, data: bytes) -> Reply:
    """What is in a file, as it was sent."""
    return Reply(200, openai.headers(call, answer.id, BINARY), data)


class OpenAIFiles(openai.OpenAIDialect):
    """``openai.files``: create, list, retrieve, read and delete files, and uploads in parts."""

    service = "openai.files"

    def read(self, request: Request) -> Call:
        """What the request asks for; nobody says anything here, so there is no text."""
        return replace(openai.read(self.service, request, ()), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform without any other file answers: the state is kept elsewhere (``brownout.standin``)."""
        parts = upload_place(call)
        if parts is not None:
            return openai.ok(call, answer, _upload(call, answer, parts))
        id, *rest = place(call) or ("",)
        if rest == ["content"]:
            return content(call, answer, answer.text.encode("utf-8", "replace"))
        if not id:
            return openai.ok(call, answer, given(call, answer)[0] if call.request.method == "POST" else page([]))
        if call.request.method == "DELETE":
            return openai.ok(call, answer, deleted(id))
        return openai.ok(call, answer, file(id, answer.created, "file", 0, "user_data"))


def _upload(call: Call, answer: Answer, parts: tuple[str, ...]) -> dict[str, Any]:
    id, *rest = parts or (f"upload_{answer.id}",)
    if rest == ["parts"]:
        return upload_part(f"part_{answer.id}", answer.created, id)
    status = {"complete": "completed", "cancel": "cancelled"}.get(rest[0] if rest else "", "pending")
    made = file(f"file-{answer.id}", answer.created, "file", 0, "user_data") if status == "completed" else None
    return upload(id, answer.created, call.body, status, made)
