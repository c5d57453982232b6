"""WhatsApp's desk: files are kept, and so is what users got; of a message it is looked whether it is one."""

from __future__ import annotations

from urllib.parse import parse_qs

from brownout.dialects.whatsapp import common as whatsapp
from brownout.dialects.whatsapp import media as whatsapp_media
from brownout.dialects.whatsapp.media import DOWNLOAD, LOOKASIDE, File
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.address import address_of
from brownout.standin.desk import Desk, Said
from brownout.standin.recognise import Arrived
from brownout.standin.shelf import Shelf
from brownout.standin.whatsapp.users import Users

MAX_FILES = 200
MAX_BYTES = 64 * 1024 * 1024


class WhatsAppDesk(Desk):
    """Files, and what users got, in memory."""

    def __init__(self) -> None:
        self.users = Users()
        self.files: Shelf[File] = Shelf(MAX_FILES, MAX_BYTES, lambda file: len(file.data))

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """The refusals of all platforms; besides, a message names its product and its receiver, and is not too long."""
        refused = super().refusal(arrived, call, id)
        if refused or call.part != "messages":
            return refused
        if call.body.get("messaging_product") != "whatsapp":
            return _lacks("messaging_product", id)
        if call.body.get("status") != "read" and not call.user:
            return _lacks("to", id)
        return Failure(FailureKind.CONTEXT_TOO_LONG, id) if len(call.text) > 4096 else None

    def admits(self, call: Call) -> bool:
        """Whether the caller sent a token, as a header or in the address."""
        return super().admits(call) or "access_token=" in call.request.query

    def needs_body(self, arrived: Arrived) -> bool:
        return arrived.service == "whatsapp.messages"

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The answer to a call about files; None where words are wanted."""
        if call.part != "media":
            return None
        if call.request.method == "POST":
            return self._keep(call, answer)
        path = call.request.path
        download = path.startswith(DOWNLOAD)
        id = _asked(call) if download else whatsapp.id_in(path)
        file = self.files.get(id)
        if file is None:
            return Failure(FailureKind.HISTORY_MISSING, answer.id)
        if download:
            return whatsapp_media.content(call, answer.id, file)
        if call.request.method == "DELETE":
            self.files.drop(id)
            return whatsapp.ok(call, answer.id, {"success": True})
        address = address_of(call)
        where = LOOKASIDE if address.startswith("https://") else address
        return whatsapp.ok(call, answer.id, whatsapp_media.shown(file, answer.created, where))

    def keep(self, call: Call, answer: Answer) -> None:
        """A message that was accepted reaches its user."""
        if call.part == "messages" and call.body.get("status") != "read":
            self.users.send(call, answer)

    def _keep(self, call: Call, answer: Answer) -> Said:
        file = whatsapp_media.given(call, answer.id)
        if file is None:
            return _lacks("file", answer.id)
        self.files.put(file.id, file)
        return whatsapp.ok(call, answer.id, {"id": file.id})


def _asked(call: Call) -> str:
    return next(iter(parse_qs(call.request.query).get("mid", ())), "")


def _lacks(name: str, id: str) -> Failure:
    return Failure(FailureKind.INVALID_REQUEST, id, message=f"(#100) The parameter {name} is required.")
