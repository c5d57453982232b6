"""Chat and fill-in-the-middle completions of Mistral: https://docs.mistral.ai/api/endpoint/chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.compatible.chat import CompatibleChat
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.chat import Delta
from brownout.dialects.reading import string
from brownout.dialects.sent import Sent
from brownout.exchange import Answer, Call, Failure, Request

_FINISH = {"content_filter": "error"}


class MistralChat(CompatibleChat):
    """``mistral.chat``: the last chunk of a stream always has usage."""

    service = "mistral.chat"
    shows_thinking = False

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        return {**super().frame(call, answer, kind), "id": answer.id}

    def message(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The message with the fields that Mistral leaves empty."""
        return {"tool_calls": None, "prefix": False, **super().message(call, answer, index)}

    def choice(self, answer: Answer, index: int, content: dict[str, Any], finish: str | None) -> dict[str, Any]:
        """Without log probabilities; what is filtered ends as an error."""
        return {"index": index, **content, "finish_reason": _FINISH.get(finish or "", finish)}

    def chunks(self, call: Call, answer: Answer, deltas: Iterable[Delta], number: int = 0) -> Iterator[dict[str, Any]]:
        """The last chunk has usage, whatever was asked for."""
        for chunk in super().chunks(call, answer, deltas, number):
            if not chunk["choices"]:
                continue
            del chunk["usage"]
            (choice,) = chunk["choices"]
            if choice["finish_reason"]:
                choice["delta"] = {"content": "", **choice["delta"]}
                chunk["usage"] = self.usage(call, answer)
            yield chunk

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An error object where a chunk was due; the SDK cannot read it as one, and says so."""
        reply = self.failure(call, failure)
        return b"data: " + reply.body + b"\n\n"


class MistralFim(MistralChat):
    """``mistral.fim``: what stands between ``prompt`` and ``suffix``."""

    service = "mistral.fim"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` is the prompt."""
        call = openai.read(self.service, request, ())
        return replace(call, text=string(request.json.get("prompt")) or "")
