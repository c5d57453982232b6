"""What OpenAI's desk refuses before it looks any further."""

from __future__ import annotations

import pytest

from brownout.standin.openai.desk import OpenAIDesk
from brownout.standin.recognise import recognise


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("POST", "/v1/chat/completions", True),
        ("POST", "/v1/embeddings", True),
        ("POST", "/v1/responses", True),
        ("GET", "/v1/responses", False),
        ("POST", "/v1/responses/resp_1/cancel", False),
        ("POST", "/v1/conversations", False),
    ],
)
def test_what_creates_something_needs_a_body(method: str, path: str, needed: bool) -> None:
    arrived = recognise(method, path, "", {"host": "api.openai.com"}, b"")
    assert arrived is not None
    assert OpenAIDesk().needs_body(arrived) == needed
