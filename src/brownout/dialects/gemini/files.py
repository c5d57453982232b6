"""Files: https://ai.google.dev/api/files."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from brownout.dialects.gemini import common as gemini
from brownout.dialects.headers import hexadecimal, rfc3339
from brownout.exchange import Answer, Call, Reply, Request

_PATH = re.compile(r"/v1(?:alpha|beta)?/files(?:/([^/:]+))?")
_LIFE = 48 * 3600
"""Seconds that a file is kept: https://ai.google.dev/gemini-api/docs/files."""


@dataclass(frozen=True)
class StoredFile:
    """A file that was uploaded; ``created`` is in Unix seconds, ``sha256`` in hex digits. Its content is not kept."""

    id: str
    created: int
    mime: str
    size: int
    sha256: str
    display: str | None = None


def file_id(path: str) -> str | None:
    """The file that a path names; None for the list of all, and for an upload."""
    match = _PATH.fullmatch(path.rstrip("/"))
    return match[1] if match else None


def new_id(id: str) -> str:
    """The name of a new file: twelve characters."""
    return hexadecimal("file", id, 12)


def shown(file: StoredFile, version: str = "v1beta") -> dict[str, Any]:
    """A file as the platform describes it."""
    fields = {
        "name": f"files/{file.id}",
        "mimeType": file.mime,
        "sizeBytes": str(file.size),
        "createTime": rfc3339(file.created),
        "updateTime": rfc3339(file.created),
        "expirationTime": rfc3339(file.created + _LIFE),
        "sha256Hash": base64.b64encode(file.sha256.encode()).decode(),
        "uri": f"https://generativelanguage.googleapis.com/{version}/files/{file.id}",
        "state": "ACTIVE",
        "source": "UPLOADED",
    }
    return {**fields, "displayName": file.display} if file.display else fields


def version_of(request: Request) -> str:
    """The version of the API in a path: ``v1beta`` of ``/upload/v1beta/files``."""
    return request.path.removeprefix("/upload").strip("/").partition("/")[0]


class GeminiFiles(gemini.GeminiDialect):
    """``gemini.files``: what was uploaded, which the stand-in keeps; without it the list is empty."""

    service = "gemini.files"

    def read(self, request: Request) -> Call:
        """What the request asks for; a file's own content says nothing about the call."""
        return gemini.read(self.service, request, ())

    def answer(self, call: Call, answer: Answer) -> Reply:
        """An empty list, or a small file where the call is about one."""
        request = call.request
        id = file_id(request.path) or new_id(answer.id)
        made = StoredFile(id, answer.created, "text/plain", 0, hashlib.sha256().hexdigest())
        if request.method == "POST":
            return gemini.ok(answer, {"file": shown(made, version_of(request))})
        if request.method == "GET" and file_id(request.path):
            return gemini.ok(answer, shown(made, version_of(request)))
        return gemini.ok(answer, {})
