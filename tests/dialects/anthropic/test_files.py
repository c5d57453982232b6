"""Files as the SDK's own types read them."""

from __future__ import annotations

import json

from anthropic.types.beta import BetaFileMetadata as FileMetadata

from brownout.dialects.anthropic.files import AnthropicFiles
from brownout.exchange import Answer, Failure, FailureKind, Reply, Request

FILES = AnthropicFiles()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello",), 8)
FORM = {"content-type": "multipart/form-data; boundary=b"}


def ask(method: str, path: str, body: bytes = b"") -> Reply:
    return FILES.answer(FILES.read(Request(method, "api.anthropic.com", path, "", FORM, body)), ANSWER)


def test_a_form_becomes_a_file() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf'
    made = FileMetadata.model_validate_json(ask("POST", "/v1/files", head + b"\r\n\r\nabc\r\n--b--\r\n").body)
    assert (made.filename, made.mime_type, made.size_bytes) == ("a.pdf", "application/pdf", 3)
    assert made.id.startswith("file_011C")


def test_each_path_has_its_own_answer() -> None:
    assert FileMetadata.model_validate_json(ask("GET", "/v1/files/file_1").body).id == "file_1"
    assert json.loads(ask("DELETE", "/v1/files/file_1").body) == {"id": "file_1", "type": "file_deleted"}
    assert ask("GET", "/v1/files/file_1/content").body == b"Hello"
    assert json.loads(ask("GET", "/v1/files").body)["next_page"] is None


def test_a_file_that_is_not_there_is_named() -> None:
    call = FILES.read(Request("GET", "api.anthropic.com", "/v1/files/file_011x"))
    for kind in (FailureKind.NOT_FOUND, FailureKind.HISTORY_MISSING):
        error = json.loads(FILES.failure(call, Failure(kind)).body)["error"]
        assert error == {"type": "not_found_error", "message": "File not found: file_011x"}
