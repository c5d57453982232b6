"""What a call says of whom it is for: digests, never the names themselves."""

from __future__ import annotations

import json
from typing import Any

from brownout.calls.whose import MOST, digest, kept_of, whose_of
from brownout.exchange import Call, Request


def _whose(body: dict[str, Any], **headers: str) -> list[str]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("POST", "api.openai.com", "/v1/chat/completions", headers=names, body=json.dumps(body).encode())
    return whose_of(Call("openai.chat", request))


def test_fields_metadata_and_the_idempotency_key_are_told_apart() -> None:
    body = {"user": "ada-lovelace", "metadata": {"chat": "chat-0001", "n": 3}, "conversation": {"id": "conv_12345"}}

    keys = _whose(body, idempotency_key="turn-0001")

    assert keys == [
        f"user:{digest('ada-lovelace')}",
        f"conversation:{digest('conv_12345')}",
        f"metadata.chat:{digest('chat-0001')}",
        f"idempotency:{digest('turn-0001')}",
    ]
    assert "lovelace" not in "".join(keys)


def test_what_a_user_keeps_of_an_answer_has_the_digest_that_a_call_with_it_has() -> None:
    kept = kept_of({"chat": "chat-0001", "number": 1234567, "short": 7, "flag": True, "list": ["chat-0001"]})

    assert [key.partition(":")[2] for key in _whose({"user": "chat-0001", "session_id": 1234567})] == kept


def test_a_short_value_is_nobodys_own() -> None:
    assert (
        _whose({"user": "7", "safety_identifier": "", "prompt_cache_key": "x" * 600, "metadata": ["no", "map"]}) == []
    )


def test_of_many_only_some_are_kept() -> None:
    assert len(_whose({"metadata": {f"name{n}": f"value-{n:04}" for n in range(50)}})) == MOST
