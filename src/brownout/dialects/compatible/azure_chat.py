"""Chat completions of Azure OpenAI: OpenAI's, with the content filter's opinion on prompt and answer.

https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from brownout.dialects.compatible.azure import severities
from brownout.dialects.encoding import event
from brownout.dialects.openai.chat import Delta, OpenAIChat, said_in
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Call


def _on_prompt() -> dict[str, Any]:
    return {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": severities()}]}


class AzureChat(OpenAIChat):
    """``azure.chat``: of a deployment, or by model under ``/openai/v1``."""

    service = "azure.chat"
    padded = False

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        """OpenAI's frame without a service tier, which Azure does not send."""
        frame = super().frame(call, answer, kind)
        return {name: value for name, value in frame.items() if name != "service_tier"}

    def choice(self, answer: Answer, index: int, content: dict[str, Any], finish: str | None) -> dict[str, Any]:
        """A choice with the content filter's opinion, which is bad where the filter stopped the answer."""
        stopped = finish == "content_filter"
        results = severities(*(["violence"] if stopped else []))
        shown = results if finish is None or stopped or "message" in content else {}
        return {**super().choice(answer, index, content, finish), "content_filter_results": shown}

    def annotation(self, call: Call, sent: Sent) -> bytes:
        """What the asynchronous filter found in the text so far: no delta, and none of the names of the answer.

        https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming
        """
        length = len(said_in(values_of(sent), Answer("", 0, (), 0)).text)
        place = {"check_offset": length, "start_offset": 0, "end_offset": length}
        choice = {"index": 0, "finish_reason": None, "content_filter_results": severities()}
        choices = [{**choice, "content_filter_offsets": place}]
        return event({"id": "", "object": "", "created": 0, "model": "", "choices": choices, "usage": None})

    def completion(self, call: Call, answer: Answer) -> dict[str, Any]:
        """The completion with the content filter's opinion on the prompt."""
        return {**super().completion(call, answer), **_on_prompt()}

    def chunks(self, call: Call, answer: Answer, deltas: Iterable[Delta], number: int = 0) -> Iterator[dict[str, Any]]:
        """A chunk without choices comes first: an application that reads ``choices[0]`` of each fails on it."""
        if not number:
            yield {"choices": [], "created": 0, "id": "", "model": "", "object": "", **_on_prompt()}
        yield from super().chunks(call, answer, deltas, number)
