"""Chat completions: https://platform.openai.com/docs/api-reference/chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from brownout.dialects import encoding
from brownout.dialects.base import Pace
from brownout.dialects.compatible.accents import accent_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import stored as openai_stored
from brownout.dialects.reading import digest_of_history, turns_of
from brownout.dialects.sent import Sent, number_in, table_in, tables_in, text_in, values_of
from brownout.exchange import Answer, Asked, Call, Failure, Reply, Request

_MAX_CHOICES = 128
_VARIES = ("choices", "usage", "obfuscation", "error")
DONE = encoding.DONE
Delta: TypeAlias = tuple[int, dict[str, Any], str | None]
"""Choice, what it says, and the finish reason."""


def choices_of(call: Call) -> int:
    """How many answers the call wants (``n``)."""
    wanted = call.body.get("n")
    return min(max(wanted, 1), _MAX_CHOICES) if isinstance(wanted, int) and not isinstance(wanted, bool) else 1


def plain_usage(answer: Answer, output: int) -> dict[str, Any]:
    """The three figures that every platform has."""
    sent = answer.input_tokens
    return {"prompt_tokens": sent, "completion_tokens": output, "total_tokens": sent + output}


def _function(answer: Answer, index: int, name: str, arguments: str) -> dict[str, Any]:
    call_id = f"call_{openai.digest('call', answer.id, str(index), size=12)}"
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def finish_reason(answer: Answer) -> str:
    """A refusal stands in a field of its own, and is a normal end otherwise."""
    return "stop" if answer.finish == "refusal" else answer.finish


def _delta(answer: Answer, piece: str) -> dict[str, Any]:
    if answer.tool:
        return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
    return {"refusal" if answer.finish == "refusal" else "content": piece}


def _options(call: Call) -> dict[str, Any]:
    options = call.body.get("stream_options")
    return options if isinstance(options, dict) else {}


def frame_of(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands around the choices of the last chunk that has any: the next one of the answer has the same."""
    last: dict[str, Any] = next((chunk for chunk in reversed(chunks) if chunk.get("choices")), {})
    return {name: value for name, value in last.items() if name not in _VARIES}


def _words(choice: dict[str, Any]) -> str:
    delta = table_in(choice, "delta")
    called = "".join(text_in(table_in(tool, "function"), "arguments") for tool in tables_in(delta, "tool_calls"))
    return text_in(delta, "content") or text_in(delta, "refusal") or called


def _thought(choice: dict[str, Any]) -> str:
    delta = table_in(choice, "delta")
    return text_in(delta, "reasoning_content") or text_in(delta, "reasoning")


def said_in(chunks: list[dict[str, Any]], answer: Answer) -> Answer:
    """The answer with the words of its first choice so far, and the tokens of the prompt where chunks name them."""
    choices = [choice for chunk in chunks for choice in tables_in(chunk, "choices") if not choice.get("index")]
    thoughts = tuple(filter(None, map(_thought, choices)))
    usage = table_in(next((chunk for chunk in chunks if chunk.get("usage")), {}), "usage")
    tokens = number_in(usage, "prompt_tokens", answer.input_tokens)
    pieces = tuple(filter(None, map(_words, choices)))
    return replace(answer, pieces=pieces, input_tokens=tokens, thinking=thoughts)


def _ended(chunks: list[dict[str, Any]]) -> set[Any]:
    choices = (choice for chunk in chunks for choice in tables_in(chunk, "choices"))
    return {choice.get("index") for choice in choices if choice.get("finish_reason")}


class OpenAIChat(openai.OpenAIDialect):
    """``openai.chat``: a list of messages in, one or more choices out."""

    service = "openai.chat"
    pace: Pace = "tokens"
    padded = True
    """Whether chunks carry noise that hides how long a token is."""

    def asked(self, call: Call) -> Asked:
        """The function, the form and the length that the caller insists on."""
        return openai.asked(call)

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        turns = turns_of(request.json.get("messages"))
        call = openai.read(self.service, request, turns, digest_of_history(turns))
        return replace(call, stream=call.stream and openai_stored.creates(call))

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        """What stands around the choices of a completion, and of every chunk."""
        return {
            "id": f"chatcmpl-{answer.id}",
            "object": kind,
            "created": answer.created,
            "model": answer.model or call.model or "gpt-4o-mini",
            "service_tier": "default",
            "system_fingerprint": f"fp_{openai.digest('fingerprint', call.model or '', size=5)}",
        }

    def usage(self, call: Call, answer: Answer) -> dict[str, Any]:
        """The tokens of all choices together, with their details."""
        output = answer.output_tokens * choices_of(call)
        return {
            **plain_usage(answer, output),
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def message(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The message of one choice: words, or a call of a tool."""
        message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None, "annotations": []}
        if name := answer.tool:
            message |= {"content": None, "tool_calls": [_function(answer, index, name, answer.text)]}
        elif answer.finish == "refusal":
            message |= {"content": None, "refusal": answer.text}
        return message

    def opening(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The first delta of a choice: who speaks, and which tool is called."""
        delta: dict[str, Any] = {"role": "assistant", "content": "", "refusal": None}
        if name := answer.tool:
            delta |= {"content": None, "tool_calls": [{"index": 0, **_function(answer, index, name, "")}]}
        return delta

    def thought(self, call: Call, piece: str) -> dict[str, Any]:
        """A part of what the model thinks; OpenAI's own shows none of it here."""
        return {"reasoning_content": piece}

    def choice(self, answer: Answer, index: int, content: dict[str, Any], finish: str | None) -> dict[str, Any]:
        """One choice; ``content`` is its message or its delta, under that name."""
        return {"index": index, **content, "logprobs": None, "finish_reason": finish}

    def completion(self, call: Call, answer: Answer) -> dict[str, Any]:
        """The whole completion, as it is where nothing is streamed."""
        choices = [
            self.choice(answer, index, {"message": self.message(call, answer, index)}, finish_reason(answer))
            for index in range(choices_of(call))
        ]
        frame = self.frame(call, answer, "chat.completion")
        return {**frame, "choices": choices, "usage": self.usage(call, answer)}

    def deltas(self, call: Call, answer: Answer) -> Iterator[Delta]:
        """The deltas of every chunk; the choices take turns."""
        choices = range(choices_of(call))
        for index in choices:
            yield index, self.opening(call, answer, index), None
        for piece in answer.thinking:
            for index in choices:
                yield index, self.thought(call, piece), None
        for piece in answer.pieces:
            for index in choices:
                yield index, _delta(answer, piece), None
        for index in choices:
            yield index, {}, finish_reason(answer)

    def chunks(self, call: Call, answer: Answer, deltas: Iterable[Delta], number: int = 0) -> Iterator[dict[str, Any]]:
        """A chunk a delta, and usage where it was asked for; padding is numbered on from ``number``."""
        frame, options = self.frame(call, answer, "chat.completion.chunk"), _options(call)
        padded = self.padded and options.get("include_obfuscation") is not False
        for index, delta, finish in deltas:
            noise = {"obfuscation": openai.padding(answer, number)} if padded else {}
            yield {**frame, "choices": [self.choice(answer, index, {"delta": delta}, finish)], "usage": None, **noise}
            number += 1
        if options.get("include_usage") is True:
            noise = {"obfuscation": openai.padding(answer, number)} if padded else {}
            yield {**frame, "choices": [], "usage": self.usage(call, answer), **noise}

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A chat completion, with as many choices as ``n`` says; for the paths of kept ones, what each answers."""
        whole = self.completion(call, answer)
        return openai.ok(call, answer, whole if openai_stored.creates(call) else openai_stored.shown(call, whole))

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return openai.head(call, answer)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Role first, then a chunk a token, the finish reason, usage where it was asked for, and ``[DONE]``."""
        yield from map(openai.event, self.chunks(call, answer, self.deltas(call, answer)))
        yield DONE

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An error object where a chunk was due; the SDKs raise ``APIError`` from it and retry nothing."""
        accent = accent_of(call.provider)
        if accent is not None:
            return accent.stream_failure(call, failure)
        return openai.event({"error": openai.error_of(call, failure).body})

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The finish reason of every choice that has none, usage where it was asked for, and ``[DONE]``."""
        answer = replace(answer, finish="stop") if answer.finish == "tool_calls" else answer
        if not sent:
            return b"".join(self.stream(call, answer))
        chunks = values_of(sent)
        answer, frame, over = said_in(chunks, answer), frame_of(chunks), _ended(chunks)
        left = [index for index in range(choices_of(call)) if index not in over]
        ends: list[Delta] = [(index, {}, finish_reason(answer)) for index in left]
        made = ({**chunk, **frame} for chunk in self.chunks(call, answer, ends, len(sent)))
        return b"".join(map(openai.event, made)) + DONE
