"""Anthropic's desk: a message needs a body and a model; files and batches are kept."""

from __future__ import annotations

from brownout.exchange import Answer, Call
from brownout.standin.anthropic.files import AnthropicFiles
from brownout.standin.anthropic.jobs import AnthropicJobs
from brownout.standin.desk import Desk, Said
from brownout.standin.recognise import Arrived


class AnthropicDesk(Desk):
    """Keeps files and batches, but no history: that of a conversation comes with every call."""

    no_model = "model: Field required"

    def __init__(self) -> None:
        self._counters = {"batches": AnthropicJobs().said, "files": AnthropicFiles().said}

    def needs_body(self, arrived: Arrived) -> bool:
        """Messages, the counting of their tokens, and batches of them."""
        request = arrived.request
        if arrived.service == "anthropic.batches":
            return request.method == "POST" and request.path.rstrip("/").endswith("/batches")
        return arrived.service in ("anthropic.messages", "anthropic.count_tokens")

    def needs_model(self, call: Call) -> bool:
        return call.service == "anthropic.messages"

    def said(self, call: Call, answer: Answer) -> Said | None:
        """What is about files and batches."""
        counter = self._counters.get(call.part)
        return counter(call, answer) if counter else None
