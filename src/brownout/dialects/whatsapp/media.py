"""Media: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from brownout.dialects.headers import hexadecimal
from brownout.dialects.multipart import form_of
from brownout.dialects.whatsapp import common as whatsapp
from brownout.exchange import Answer, Call, Reply

DOWNLOAD = "/whatsapp_business/attachments"
LOOKASIDE = "https://lookaside.fbsbx.com"
_LIFE = 300
"""Seconds that the address of a file is good for."""


@dataclass(frozen=True)
class File:
    """An uploaded file, as the platform keeps it: what kind it is, and its bytes."""

    id: str
    mime: str
    data: bytes


def media_id(id: str) -> str:
    """A file's id: sixteen digits, as Meta's are: the same for the same ``id``."""
    return str(10**15 + int(hexadecimal("media", id, 15), 16) % (9 * 10**15))


def given(call: Call, id: str) -> File | None:
    """The file of a form; None where it holds none."""
    form = form_of(call.request)
    upload = next((file for file in form.files if file.name == "file"), None)
    if upload is None:
        return None
    return File(media_id(id), form.texts.get("type") or upload.content_type, upload.data)


def shown(file: File, created: int, where: str = LOOKASIDE) -> dict[str, Any]:
    """A file as the API describes it, with the address of what is in it."""
    digest = hashlib.sha256(file.data).hexdigest()
    key = hexadecimal("download", f"{file.id}|{created}", 40)
    return {
        "messaging_product": "whatsapp",
        "url": f"{where}{DOWNLOAD}/?mid={file.id}&ext={created + _LIFE}&hash={key}",
        "mime_type": file.mime,
        "sha256": digest,
        "file_size": len(file.data),
        "id": file.id,
    }


def content(call: Call, id: str, file: File) -> Reply:
    """The answer that holds a file's bytes."""
    plain = file.mime.isascii() and file.mime.isprintable() and file.mime.strip()
    return Reply(200, whatsapp.headers(call, id, plain or "application/octet-stream"), file.data)


class WhatsAppMedia(whatsapp.WhatsAppDialect):
    """``whatsapp.media``: upload, look up, download and delete files."""

    service = "whatsapp.media"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform without any other file answers: the state is kept elsewhere (``brownout.standin``)."""
        words = File(whatsapp.id_in(call.request.path), "text/plain", answer.text.encode("utf-8", "replace"))
        if call.request.method == "POST":
            return whatsapp.ok(call, answer.id, {"id": media_id(answer.id)})
        if call.request.method == "DELETE":
            return whatsapp.ok(call, answer.id, {"success": True})
        if call.request.path.startswith(DOWNLOAD):
            return content(call, answer.id, words)
        return whatsapp.ok(call, answer.id, shown(words, answer.created))
