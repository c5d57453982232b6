"""The bodies that InvokeModel takes and gives, which are each model's own. Pure.

Each family: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html. A model of another family is
spoken to and answers as Llama does: a text in, a text out.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol, TypeAlias

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.anthropic.messages import AnthropicMessages
from brownout.dialects.bedrock import common as bedrock
from brownout.dialects.bedrock import converse as bedrock_converse
from brownout.dialects.encoding import event
from brownout.dialects.openai.embeddings import vector
from brownout.dialects.reading import string
from brownout.dialects.sent import values_of
from brownout.exchange import Answer, Asked, Call, Turn
from brownout.wire.framing import SseCutter

_CLAUDE = re.compile(r"\banthropic\.(claude-[a-z0-9.-]*?)(?:-v\d+)?(?::\d+k?)*$")
_MESSAGES = AnthropicMessages()
_TITAN_LONGEST = 1536
Chunks: TypeAlias = list[dict[str, Any]]
"""Chunks of a stream, each as its JSON object."""


class Family(Protocol):
    """How models of one maker are spoken to."""

    def turns(self, body: dict[str, Any]) -> tuple[Turn, ...]:
        """What was said so far, the oldest first."""

    def asked(self, call: Call) -> Asked:
        """What the caller insists on: a tool, a form, a length."""

    def answer(self, call: Call, answer: Answer) -> dict[str, Any]:
        """The body of a plain answer."""

    def events(self, call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
        """The chunks of a streamed one."""

    def closing(self, call: Call, answer: Answer, before: Chunks) -> Iterable[dict[str, Any]]:
        """The chunks that end one of which these went out; all of it where none did."""


class Anthropic:
    """Claude: the messages of Anthropic's own platform, without its pings."""

    def turns(self, body: dict[str, Any]) -> tuple[Turn, ...]:
        """The system text and the messages."""
        return anthropic.turns(body)

    def asked(self, call: Call) -> Asked:
        """The tool and the length that the caller insists on."""
        return anthropic.asked(call)

    def _named(self, message: dict[str, Any], call: Call, answer: Answer) -> dict[str, Any]:
        version = _CLAUDE.search(answer.model or call.model or bedrock.DEFAULT_MODEL)
        model = version[1] if version else answer.model or call.model
        return {**message, "model": model, "id": f"msg_bdrk_{str(message['id']).removeprefix('msg_')}"}

    def answer(self, call: Call, answer: Answer) -> dict[str, Any]:
        return self._named(bedrock.object_of(_MESSAGES.answer(call, answer).body.decode()), call, answer)

    def events(self, call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
        """The events of a message; the last one carries Bedrock's own figures."""
        return self._bedrocks(call, answer, values_of(_MESSAGES.stream(call, answer)))

    def closing(self, call: Call, answer: Answer, before: Chunks) -> Iterator[dict[str, Any]]:
        """The end of the block and of the message."""
        made = _MESSAGES.stream_incomplete(call, answer, tuple(map(event, before)))
        so_far = replace(answer, pieces=("",) * sum(chunk.get("type") == "content_block_delta" for chunk in before))
        return self._bedrocks(call, so_far, values_of(SseCutter().feed(made)))

    def _bedrocks(self, call: Call, answer: Answer, values: Chunks) -> Iterator[dict[str, Any]]:
        for value in values:
            if value["type"] == "message_start":
                value["message"] = self._named(value["message"], call, answer)
            if value["type"] == "message_stop":
                value["amazon-bedrock-invocationMetrics"] = _metrics(answer)
            if value["type"] != "ping":
                yield value


class Nova:
    """Amazon Nova: the grammar of Converse, inside other names."""

    def turns(self, body: dict[str, Any]) -> tuple[Turn, ...]:
        """The system text and the messages."""
        return bedrock.turns(body)

    def asked(self, call: Call) -> Asked:
        """The tool and the length that the caller insists on."""
        return bedrock_converse.asked(call)

    def answer(self, call: Call, answer: Answer) -> dict[str, Any]:
        """A message, why it ended and its tokens."""
        return {
            "output": {"message": bedrock_converse.message(answer)},
            "stopReason": bedrock_converse.stop_reason(answer),
            "usage": bedrock_converse.usage(answer),
        }

    def events(self, call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
        """The events of Converse; the last one carries Bedrock's own figures."""
        return _with_metrics(bedrock_converse.events(call, answer), answer)

    def closing(self, call: Call, answer: Answer, before: Chunks) -> Iterator[dict[str, Any]]:
        """The end of the block and of the message."""
        so_far = replace(answer, pieces=("",) * sum("contentBlockDelta" in chunk for chunk in before))
        return _with_metrics(bedrock_converse.closing(call, answer, before), so_far)


_TITAN_REASONS = {"length": "LENGTH", "content_filter": "CONTENT_FILTERED", "refusal": "CONTENT_FILTERED"}


class Titan:
    """Amazon Titan: a text in, a text out; or, from its models for embeddings, a vector."""

    def turns(self, body: dict[str, Any]) -> tuple[Turn, ...]:
        return _prompt(body.get("inputText"))

    def asked(self, call: Call) -> Asked:
        """The length that the caller insists on."""
        config = call.body.get("textGenerationConfig")
        return Asked(limit=bedrock.count(config.get("maxTokenCount")) if isinstance(config, dict) else None)

    def answer(self, call: Call, answer: Answer) -> dict[str, Any]:
        if "titan-embed" in (call.model or ""):
            return {"embedding": _embedding(call, answer), "inputTextTokenCount": answer.input_tokens}
        reason = _TITAN_REASONS.get(answer.finish, "FINISH")
        result = {"tokenCount": answer.output_tokens, "outputText": answer.text, "completionReason": reason}
        return {"inputTextTokenCount": answer.input_tokens, "results": [result]}

    def events(self, call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
        """A chunk a token, and a last one without words that tells why it ended."""
        for piece in answer.pieces:
            yield _titan(piece, None, None, None)
        last = _titan("", answer.output_tokens, _TITAN_REASONS.get(answer.finish, "FINISH"), answer.input_tokens)
        yield {**last, "amazon-bedrock-invocationMetrics": _metrics(answer)}

    def closing(self, call: Call, answer: Answer, before: Chunks) -> Chunks:
        """The last chunk, which tells why the text ended."""
        return _last_of(self, call, answer, before)


class Llama:
    """Meta Llama, and whatever else takes a ``prompt``."""

    def turns(self, body: dict[str, Any]) -> tuple[Turn, ...]:
        """The one text, or the messages."""
        return _prompt(body.get("prompt")) or bedrock.turns(body)

    def asked(self, call: Call) -> Asked:
        """The length that the caller insists on."""
        given = (bedrock.count(call.body.get(name)) for name in ("max_gen_len", "max_tokens"))
        return Asked(limit=next((limit for limit in given if limit is not None), None))

    def answer(self, call: Call, answer: Answer) -> dict[str, Any]:
        return _llama(answer.text, answer.input_tokens, answer.output_tokens, _llama_reason(answer))

    def events(self, call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
        """A chunk a token, and a last one without words that tells why it ended."""
        for number, piece in enumerate(answer.pieces, 1):
            yield _llama(piece, answer.input_tokens if number == 1 else None, number, None)
        last = _llama("", None, answer.output_tokens, _llama_reason(answer))
        yield {**last, "amazon-bedrock-invocationMetrics": _metrics(answer)}

    def closing(self, call: Call, answer: Answer, before: Chunks) -> Chunks:
        """The last chunk, which tells why the text ended."""
        return _last_of(self, call, answer, before)


_ANTHROPIC, _NOVA, _TITAN, _LLAMA = Anthropic(), Nova(), Titan(), Llama()


def family_of(model: str | None, body: dict[str, Any]) -> Family:
    """The family by the model's id; the body tells where an id is only a name, as that of a profile is."""
    id = model or ""
    if "anthropic." in id or "anthropic_version" in body:
        return _ANTHROPIC
    if ".nova" in id or "schemaVersion" in body or "inferenceConfig" in body:
        return _NOVA
    return _TITAN if ".titan" in id or "inputText" in body else _LLAMA


def _with_metrics(events: Iterable[dict[str, Any]], answer: Answer) -> Iterator[dict[str, Any]]:
    """Events of Converse; the last one carries Bedrock's own figures."""
    for value in events:
        metrics = {"amazon-bedrock-invocationMetrics": _metrics(answer)} if "metadata" in value else {}
        yield {**value, **metrics}


def _last_of(family: Family, call: Call, answer: Answer, before: Chunks) -> Chunks:
    *_, last = family.events(call, replace(answer, pieces=("",) * len(before)))
    return [last]


def _prompt(value: object) -> tuple[Turn, ...]:
    text = string(value)
    return (Turn("user", text),) if text else ()


def _metrics(answer: Answer) -> dict[str, int]:
    took = bedrock.latency(answer.id)
    tokens = {"inputTokenCount": answer.input_tokens, "outputTokenCount": answer.output_tokens}
    return {**tokens, "invocationLatency": took, "firstByteLatency": took // 3}


def _titan(text: str, total: int | None, reason: str | None, sent: int | None) -> dict[str, Any]:
    return {
        "outputText": text,
        "index": 0,
        "totalOutputTextTokenCount": total,
        "completionReason": reason,
        "inputTextTokenCount": sent,
    }


def _llama(text: str, sent: int | None, generated: int, reason: str | None) -> dict[str, Any]:
    counts = {"prompt_token_count": sent, "generation_token_count": generated}
    return {"generation": text, **counts, "stop_reason": reason}


def _llama_reason(answer: Answer) -> str:
    return "length" if answer.finish == "length" else "stop"


def _embedding(call: Call, answer: Answer) -> list[float]:
    """A vector as long as was asked for; an answer without words has none."""
    if not answer.pieces:
        return []
    wanted = bedrock.count(call.body.get("dimensions"))
    usual = _TITAN_LONGEST if "embed-text-v1" in (call.model or "") else 1024
    length = answer.dimensions or (min(wanted, _TITAN_LONGEST) if wanted and wanted > 0 else usual)
    if answer.vectors:
        return [0.0 if answer.vectors == "zero" else float("nan")] * length
    return list(struct.unpack(f"<{length}f", vector(call.text, length)))
