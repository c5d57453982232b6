"""How a file is described."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from brownout.dialects.gemini.files import GeminiFiles, StoredFile, file_id, shown
from brownout.exchange import Answer, Request

ANSWER = Answer("ab" * 16, 1_763_000_000, ("done",), 4)


@pytest.mark.parametrize(
    ("path", "id"),
    [("/v1beta/files", None), ("/v1/files/abc-1", "abc-1"), ("/upload/v1beta/files", None), ("/v1beta/models", None)],
)
def test_a_path_names_a_file_or_all(path: str, id: str | None) -> None:
    assert file_id(path) == id


def test_a_file_is_kept_for_two_days() -> None:
    file = shown(StoredFile("abc", 1_763_000_000, "text/plain", 5, hashlib.sha256(b"hello").hexdigest(), "mine"))

    assert (file["createTime"], file["expirationTime"]) == ("2025-11-13T02:13:20Z", "2025-11-15T02:13:20Z")
    assert (file["name"], file["sizeBytes"], file["state"], file["displayName"]) == ("files/abc", "5", "ACTIVE", "mine")
    assert base64.b64decode(file["sha256Hash"]).decode() == hashlib.sha256(b"hello").hexdigest()


@pytest.mark.parametrize(
    ("method", "path", "keys"),
    [
        ("GET", "/v1beta/files", []),
        ("DELETE", "/v1beta/files/abc", []),
        ("POST", "/upload/v1beta/files", ["file"]),
    ],
)
def test_without_anything_kept_there_is_little_to_say(method: str, path: str, keys: list[str]) -> None:
    dialect = GeminiFiles()

    assert list(json.loads(dialect.answer(dialect.read(Request(method, "host", path)), ANSWER).body)) == keys


def test_a_file_that_is_asked_for_by_name_has_that_name() -> None:
    dialect = GeminiFiles()
    reply = dialect.answer(dialect.read(Request("GET", "host", "/v1beta/files/abc")), ANSWER)

    assert json.loads(reply.body)["name"] == "files/abc"
