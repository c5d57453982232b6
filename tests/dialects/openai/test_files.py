"""Files and uploads as the SDK's own types read them."""

from __future__ import annotations

import json

import pytest
from openai.types import FileDeleted, FileObject, Upload
from openai.types.uploads import UploadPart

from brownout.dialects.openai.files import OpenAIFiles
from brownout.exchange import Answer, Failure, FailureKind, Reply, Request

FILES = OpenAIFiles()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)
FORM = {"content-type": "multipart/form-data; boundary=b"}


def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
    return FILES.answer(FILES.read(Request(method, "api.openai.com", path, "", headers or {}, body)), ANSWER)


def test_a_form_becomes_a_file() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{}\n\r\n--b--\r\n'
    )
    made = FileObject.model_validate_json(ask("POST", "/v1/files", body, FORM).body, strict=True)
    assert (made.filename, made.purpose, made.bytes, made.id) == ("a.jsonl", "batch", 3, f"file-{ANSWER.id}")


def test_each_path_has_its_own_answer() -> None:
    assert json.loads(ask("GET", "/v1/files").body)["data"] == []
    assert FileObject.model_validate_json(ask("GET", "/v1/files/file-1").body, strict=True).id == "file-1"
    assert ask("GET", "/v1/files/file-1/content").body == b"Hello there!"
    assert FileDeleted.model_validate_json(ask("DELETE", "/v1/files/file-1").body, strict=True).deleted


@pytest.mark.parametrize(("end", "status"), [("complete", "completed"), ("cancel", "cancelled")])
def test_an_upload_has_a_beginning_parts_and_an_end(end: str, status: str) -> None:
    begun = Upload.model_validate_json(ask("POST", "/v1/uploads", b'{"filename": "a", "bytes": 3}').body, strict=True)
    assert (begun.status, begun.filename, begun.bytes) == ("pending", "a", 3)
    part = UploadPart.model_validate_json(ask("POST", "/v1/uploads/upload_1/parts").body, strict=True)
    assert part.upload_id == "upload_1"
    over = Upload.model_validate_json(ask("POST", f"/v1/uploads/upload_1/{end}").body, strict=True)
    assert (over.status, over.file is not None) == (status, end == "complete")


@pytest.mark.parametrize(
    ("path", "message", "param"),
    [
        ("/v1/files/file-x", "No such File object: file-x", "id"),
        ("/v1/uploads/upload_x/parts", "No such Upload object: upload_x", "id"),
        ("/v1/files", "Invalid URL (GET /v1/files)", None),
    ],
)
def test_what_is_not_there_is_named(path: str, message: str, param: str | None) -> None:
    call = FILES.read(Request("GET", "api.openai.com", path))
    reply = FILES.failure(call, Failure(FailureKind.NOT_FOUND))
    error = json.loads(reply.body)["error"]
    assert (reply.status, error["message"], error["param"]) == (404, message, param)
