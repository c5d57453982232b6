"""Which part of the Gemini API a path belongs to."""

from __future__ import annotations

import pytest

from brownout.services import BUILT_IN


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
@pytest.mark.parametrize(
    ("method", "path", "part"),
    [
        ("POST", "/models/gemini-2.5-flash:generateContent", "generate"),
        ("POST", "/models/gemini-2.5-flash:streamGenerateContent", "generate"),
        ("POST", "/tunedModels/mine-1:generateContent", "generate"),
        ("POST", "/models/gemini-2.5-flash:countTokens", "count_tokens"),
        ("POST", "/models/gemini-embedding-001:embedContent", "embeddings"),
        ("POST", "/models/gemini-embedding-001:batchEmbedContents", "embeddings"),
        ("GET", "/models", "models"),
        ("GET", "/models/gemini-2.5-flash", "models"),
        ("GET", "/files", "files"),
        ("DELETE", "/files/abc-123", "files"),
        ("GET", "/models/gemini-2.5-flash:generateContent", "other"),
        ("POST", "/cachedContents", "other"),
        ("POST", "/interactions", "other"),
    ],
)
def test_paths_of_every_version_are_known(version: str, method: str, path: str, part: str) -> None:
    assert BUILT_IN.service_of("gemini", method, f"/{version}{path}") == f"gemini.{part}"


def test_an_upload_is_about_files() -> None:
    assert BUILT_IN.service_of("gemini", "POST", "/upload/v1beta/files") == "gemini.files"
    assert BUILT_IN.service_of("gemini", "POST", "/v1beta/files") == "gemini.other"


def test_host_and_prefix_are_its_own() -> None:
    found = BUILT_IN.provider_of_host("generativelanguage.googleapis.com")
    assert found is not None
    assert found.name == "gemini"
    prefixed = BUILT_IN.provider_of_path("/gemini/v1beta/models")
    assert prefixed is not None
    assert prefixed[1] == "/v1beta/models"
