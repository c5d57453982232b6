"""Calls to Ollama, as its dialects read them."""

from __future__ import annotations

import json
from typing import Any

from brownout.dialects import DIALECTS
from brownout.exchange import Answer, Call, Request
from brownout.services import BUILT_IN

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)


def call_for(path: str, method: str = "POST", **body: Any) -> Call:
    """The call that a request to this path is."""
    request = Request(method, "ollama.com", path, body=json.dumps(body).encode() if body else b"")
    return DIALECTS[BUILT_IN.service_of("ollama", method, path)].read(request)
