"""Paths of platforms with and without a base of their own."""

from __future__ import annotations

import pytest

from brownout.dialects.paths import below


@pytest.mark.parametrize(
    ("path", "name", "segments"),
    [
        ("/v1/files", "files", ()),
        ("/v1/files/", "files", ()),
        ("/v1/files/file-1/content", "files", ("file-1", "content")),
        ("/openai/v1/files/file-1", "files", ("file-1",)),
        ("/v1/vector_stores/vs_1/files", "vector_stores", ("vs_1", "files")),
        ("/v1/models", "files", ()),
        ("", "files", ()),
    ],
)
def test_segments_behind_a_name_are_found(path: str, name: str, segments: tuple[str, ...]) -> None:
    assert below(path, name) == segments
