"""What the stand-in says: an echo, what it remembers, filler, and the sentinel. Pure: same seed and call, same text.

The echo ties an answer to its question, the remembered canaries show what reached the platform of the conversation so
far, the filler makes a stream long enough to be cut, and the sentinel shows that nothing is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from brownout.calls import canary
from brownout.calls.halves import OPENING
from brownout.chance import uniform
from brownout.dialects.openai.common import digest
from brownout.dialects.voice import count_of
from brownout.dialects.voice import pieces_of as tokens
from brownout.exchange import Answer, Asked, Call, Callback, Used
from brownout.standin.example import example

ECHO = 200
"""Characters of the user's text that are repeated."""
REMEMBERED = canary.REMEMBERED
"""Canaries that are listed, and kept of each conversation: the latest ones."""
TOKENS = 40
"""An answer is filled up to about so many tokens."""

_THOUGHT = "Somebody asks me something. I say it once more, recall what came before, and then I answer."
_FILLER = (
    "The tide keeps its own hours and asks nobody.",
    "A kettle on the stove begins to sing before it boils.",
    "Paper boats hold longer than most people expect.",
    "The old clock in the hall is four minutes slow.",
    "Bread rises best where nobody watches it.",
    "Every map leaves out the smell of the place.",
    "The last train carries more stories than passengers.",
    "A short pencil remembers more than a long memory.",
    "Rain on a tin roof is a patient teacher.",
    "The harbour lights come on one by one.",
    "Snow makes even the busiest street speak softly.",
    "A good question is half of its answer.",
)


@dataclass(frozen=True)
class Memory:
    """What the platform keeps of a conversation: the canaries that the user's side said, and how long it is."""

    canaries: tuple[str, ...] = ()
    tokens: int = 0


def canaries_given(call: Call) -> list[str]:
    """The canaries in what the application sent, in order and once each.

    What the model itself said does not count: it would remember what the application forgot to send.
    """
    texts = [turn.text for turn in call.turns if turn.role not in ("assistant", "model")]
    return unique(mark for text in (*texts, call.text) for mark in canary.find_all(text))


def unique(items: Iterable[str]) -> list[str]:
    """Without repeats, in the order of first appearance."""
    return list(dict.fromkeys(items))


def _short(text: str) -> str:
    return " ".join(text.replace(canary.SENTINEL, "").split(None, ECHO)[:ECHO])[:ECHO]


def echo(call: Call) -> str:
    """What the user said, in one line that is not too long, with the canary."""
    words, marks = _short(call.text), canary.find_all(call.text)
    return f"{words} ({marks[-1]})" if marks and marks[-1] not in words else words


def _used(callback: Callback) -> list[str]:
    """What came of the use of a tool."""
    if not isinstance(callback, Used) or callback.output is None:
        return [f"The tool {callback.tool} failed."] if isinstance(callback, Used) and callback.error else []
    return [f"The tool {callback.tool} says: {_short(callback.output)}"]


def _sentences(seed: int, call: Call, memory: Memory, callbacks: tuple[Callback, ...] = ()) -> list[str]:
    """Echo, what tools said, and recall: what an answer must say before anything else."""
    words, marks = echo(call), canary.find_all(call.text)
    current = marks[-1] if marks else None
    parts = [f"{OPENING}{words}"] if words else ["You said nothing."]
    parts += [sentence for callback in callbacks for sentence in _used(callback)]
    earlier = [token for token in unique((*memory.canaries, *canaries_given(call))) if token != current]
    if earlier:
        parts.append(f"I remember {' '.join(earlier[-REMEMBERED:])} and what came with it.")
    return parts


def text(
    seed: int,
    call: Call,
    memory: Memory = Memory(),
    limit: int | None = None,
    callbacks: tuple[Callback, ...] = (),
) -> str:
    """The answer's words. Where the caller's token limit is small, filler goes first, then the rest, the end last."""
    sentences = _sentences(seed, call, memory, callbacks)
    most = TOKENS if limit is None else min(TOKENS, limit)
    start = int(uniform(seed, "filler", call.text) * len(_FILLER))
    for step in range(len(_FILLER)):
        longer = " ".join((*sentences, _FILLER[(start + step) % len(_FILLER)], canary.SENTINEL))
        if len(tokens(longer)) > most + (8 if limit is None else 0):
            break
        sentences.append(_FILLER[(start + step) % len(_FILLER)])
    while limit is not None and sentences and len(tokens(" ".join((*sentences, canary.SENTINEL)))) > limit:
        sentences.pop()
    return " ".join((*sentences, canary.SENTINEL))


def _form(asked: Asked, words: str) -> str:
    """The words in the form that the caller insists on: plain, JSON, or a tool's arguments."""
    if asked.tool:
        by_sense = bool(asked.offered)  # a tool of the model's own choice: every text of its arguments names the turn
        return _json(example(asked.tool.schema, words, canary.find(words) or "text", by_sense=by_sense))
    return words if asked.schema is None else _json(example(asked.schema, words))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def input_tokens(call: Call, memory: Memory = Memory()) -> int:
    """What was sent and what is kept, counted as the answer is."""
    sent = sum(count_of(turn.text) for turn in call.turns) if call.turns else count_of(call.text)
    return memory.tokens + sent


def answer(
    seed: int,
    call: Call,
    created: int,
    memory: Memory = Memory(),
    nth: int = 0,
    asked: Asked | None = None,
    callbacks: tuple[Callback, ...] = (),
) -> Answer:
    """The stand-in's answer to the ``nth`` such call, in Unix second ``created``, in the form that is asked for."""
    asked = asked or Asked()
    thinking = tokens(_THOUGHT) if asked.thinks else ()
    if thinking and asked.limit is not None:
        thinking, asked = thinking[: asked.limit], replace(asked, limit=max(0, asked.limit - len(thinking)))
    request = call.request
    body = request.body.decode("utf-8", "surrogateescape")
    id = digest(str(seed), call.service, request.method, request.path, request.query, body, str(nth), size=16)
    sent, limit = input_tokens(call, memory), asked.limit
    if thinking and limit == 0:  # it never came to speak
        return Answer(id, created, (), sent, "length", callbacks=callbacks, thinking=thinking)
    pieces = tokens(_form(asked, text(seed, call, memory, asked.limit, callbacks)))
    if asked.tool:
        return Answer(id, created, pieces, sent, "tool_calls", asked.tool.name, callbacks=callbacks, thinking=thinking)
    if limit is not None and 0 < limit < len(pieces) and asked.schema is None:
        return Answer(id, created, pieces[:limit], sent, "length", callbacks=callbacks, thinking=thinking)
    return Answer(id, created, pieces, sent, callbacks=callbacks, thinking=thinking)
