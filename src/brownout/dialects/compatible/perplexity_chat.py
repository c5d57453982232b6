"""Chat completions of Perplexity: https://docs.perplexity.ai/api-reference/chat-completions-post.

Every answer comes with the pages it was made from, every chunk of a stream with the text so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from brownout.dialects.compatible.chat import CompatibleChat
from brownout.dialects.compatible.perplexity_search import results
from brownout.dialects.headers import uuid
from brownout.dialects.openai.chat import Delta, choices_of
from brownout.exchange import Answer, Call

_FEE = 0.005  # US dollars for one request with little context
_PER_TOKEN = 1e-6


class PerplexityChat(CompatibleChat):
    """``perplexity.chat``: an answer with its sources."""

    service = "perplexity.chat"
    shows_thinking = False

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        """The frame with the pages that the answer rests on."""
        pages = results(call.text)
        sources = {"citations": [page["url"] for page in pages], "search_results": pages}
        return {**super().frame(call, answer, kind), "id": uuid("answer", answer.id), **sources}

    def usage(self, call: Call, answer: Answer) -> dict[str, Any]:
        """The tokens with what they and the search cost."""
        usage = super().usage(call, answer)
        sent, answered = usage["prompt_tokens"] * _PER_TOKEN, usage["completion_tokens"] * _PER_TOKEN
        total = round(sent + answered + _FEE, 6)
        cost = {"input_tokens_cost": sent, "output_tokens_cost": answered, "request_cost": _FEE, "total_cost": total}
        return {**usage, "search_context_size": "low", "cost": cost}

    def chunks(self, call: Call, answer: Answer, deltas: Iterable[Delta], number: int = 0) -> Iterator[dict[str, Any]]:
        """Each with usage, and with the message so far beside the delta."""
        so_far = dict.fromkeys(range(choices_of(call)), answer.text if number else "")
        usage = self.usage(call, answer)
        for chunk in super().chunks(call, answer, deltas, number):
            for choice in chunk["choices"]:
                index = choice["index"]
                so_far[index] += choice["delta"].get("content") or ""
                choice["message"] = {"role": "assistant", "content": so_far[index]}
            yield {**chunk, "usage": usage}
