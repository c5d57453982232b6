"""The desks of Gemini and of Vertex AI: files are kept, models are known by their families."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote

from brownout.bounded import Bounded
from brownout.dialects.gemini import common as gemini
from brownout.dialects.gemini import errors as gemini_errors
from brownout.dialects.gemini import files as gemini_files
from brownout.dialects.gemini.files import StoredFile
from brownout.dialects.gemini.models import MODELS
from brownout.dialects.gemini.texts import NO_KEY
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply
from brownout.standin.address import address_of
from brownout.standin.answers import Memory
from brownout.standin.desk import Desk, Said
from brownout.standin.recognise import Arrived

MAX_FILES = 200
MAX_UPLOADS = 200
"""Uploads that have begun and not ended."""
_COMPUTED = ("count_tokens", "embeddings", "generate")
_MODEL_FAMILIES = ("aqa", "embedding-", "gemini-", "gemma-", "imagen-", "learnlm-", "lyria-", "text-", "veo-")


@dataclass
class Upload:
    """A resumable upload that has not ended: what was announced, and size and digest of what has come."""

    id: str
    created: int
    mime: str
    display: str | None = None
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, more: bytes) -> None:
        """Take the next bytes of the file."""
        self.size += len(more)
        self.digest.update(more)

    def file(self) -> StoredFile:
        """The file that these bytes have made."""
        return StoredFile(self.id, self.created, self.mime, self.size, self.digest.hexdigest(), self.display)


class VertexDesk(Desk):
    """Keeps nothing: the history of a conversation comes with every call."""

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """The refusals of all platforms; but a path that has no such method counts as not there at all."""
        refused = super().refusal(arrived, call, id)
        return Failure(FailureKind.NOT_FOUND, id) if refused and refused.status == 405 else refused

    def needs_body(self, arrived: Arrived) -> bool:
        return arrived.service.partition(".")[2] in _COMPUTED

    def unknown_model(self, call: Call) -> bool:
        """Whether a model is asked about that Google cannot have."""
        id = call.model if call.part == "models" else None
        return id is not None and id not in MODELS and not id.startswith(_MODEL_FAMILIES)


class GeminiDesk(VertexDesk):
    """Files, in memory; a call that refers to one that is not kept is refused."""

    def __init__(self) -> None:
        self.files: Bounded[str, StoredFile] = Bounded(MAX_FILES)
        self._uploads: Bounded[str, Upload] = Bounded(MAX_UPLOADS)

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """The refusals of all platforms; but a caller without a key is forbidden, not unauthorised."""
        if not self.admits(call):
            return Failure(FailureKind.PERMISSION_DENIED, id, message=NO_KEY)
        return super().refusal(arrived, call, id)

    def admits(self, call: Call) -> bool:
        """Whether the caller sent a key; what goes on with an upload needs none, its address is the secret."""
        return super().admits(call) or _upload_id(call) is not None

    def unreadable(self, arrived: Arrived) -> bool:
        """A file is whatever it is."""
        return arrived.service != "gemini.files" and super().unreadable(arrived)

    def memory(self, call: Call) -> Memory | None:
        """Nothing; None where the call refers to a file that is not kept."""
        if call.part == "generate":
            files = [self.files.get(id) for id in gemini_errors.files_named(call)]
            return None if None in files else Memory()
        return Memory()

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The answer to a call about files; None where words are wanted."""
        if call.part != "files":
            return None
        if call.request.method == "POST":
            return self._upload(call, answer)
        id = gemini_files.file_id(call.request.path)
        version = gemini_files.version_of(call.request)
        if id is None:
            listed = [gemini_files.shown(file, version) for file in self.files.values()]
            return gemini.ok(answer, {"files": listed} if listed else {})
        file = self.files.get(id)
        if file is None:
            return Failure(FailureKind.HISTORY_MISSING, answer.id)
        if call.request.method == "DELETE":
            self.files.drop(id)
            return gemini.ok(answer, {})
        return gemini.ok(answer, gemini_files.shown(file, version))

    def _upload(self, call: Call, answer: Answer) -> Said:
        """The resumable protocol (begin, send, finalize), or a file in one request."""
        headers, upload = call.request.headers, _upload_id(call)
        commands = headers.get("x-goog-upload-command", "")
        if upload is None and "start" in commands:
            return self._begin(call, answer)
        if upload is None:
            kind = headers.get("content-type", "application/octet-stream").partition(";")[0]
            return self._keep(call, answer, Upload(gemini_files.new_id(answer.id), answer.created, kind))
        begun = self._uploads.get(upload)
        if begun is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        if "finalize" in commands:
            self._uploads.drop(upload)
            return self._keep(call, answer, begun)
        begun.add(call.request.body)
        return Reply(200, (*gemini.headers(answer.id), ("x-goog-upload-status", "active")))

    def _begin(self, call: Call, answer: Answer) -> Reply:
        given = call.body.get("file")
        described: dict[str, Any] = given if isinstance(given, dict) else {}
        named = (string(gemini.given(described, "name")) or "").removeprefix("files/")
        mime = string(gemini.given(described, "mimeType"))
        kind = mime or call.request.headers.get("x-goog-upload-header-content-type", "application/octet-stream")
        display = string(gemini.given(described, "displayName"))
        self._uploads.put(answer.id, Upload(named or gemini_files.new_id(answer.id), answer.created, kind, display))
        address = f"{address_of(call)}{call.request.path}?upload_id={quote(answer.id)}&upload_protocol=resumable"
        extra = (("x-goog-upload-status", "active"), ("x-goog-upload-url", address))
        return Reply(200, (*gemini.headers(answer.id), *extra))

    def _keep(self, call: Call, answer: Answer, upload: Upload) -> Reply:
        upload.add(call.request.body)
        file = upload.file()
        self.files.put(file.id, file)
        reply = gemini.ok(answer, {"file": gemini_files.shown(file, gemini_files.version_of(call.request))})
        return Reply(200, (*reply.headers, ("x-goog-upload-status", "final")), reply.body)


def _upload_id(call: Call) -> str | None:
    if call.part != "files" or call.request.method != "POST":
        return None
    return next(iter(parse_qs(call.request.query).get("upload_id", ())), None)
