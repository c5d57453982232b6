"""Several faults on one call: those that let the platform's answer through come along with another one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from brownout.effects import Effect, Forward, ForwardHead, Head, Program
from brownout.wire.chaining import Chain

ALONGSIDE = (
    "context_damaged",
    "request_duplicated",
    "slow_first_token",
    "slow_headers",
    "slow_stream",
    "stream_annotated",
    "stream_corrupt",
    "stream_drop",
    "stream_duplicate",
    "stream_reorder",
    "usage_missing",
)
"""The faults that may come along."""


def combined(program: Program, others: Iterable[Program]) -> Program:
    """The program with those of the others in it.

    What they do before the platform's answer is done first; what they do to it is done to what the program lets pass.
    Of an answer that is made up, only the waits are left.
    """
    made_up = isinstance(program[0], Head)
    first: list[Effect] = []
    passing: list[Forward] = []
    for other in others:
        first += _before(other, made_up)
        passing += [effect for effect in other if isinstance(effect, Forward)]
    return (*first, *(_with(effect, passing) if isinstance(effect, Forward) else effect for effect in program))


def _before(program: Program, made_up: bool) -> Iterator[Effect]:
    for effect in program:
        if isinstance(effect, Forward):
            return
        if not (made_up and isinstance(effect, ForwardHead)):
            yield effect


def _with(forward: Forward, others: list[Forward]) -> Forward:
    edits = tuple(each.edit for each in (forward, *others) if each.edit is not None)
    gaps = next((each.gaps for each in (forward, *others) if each.gaps is not None), None)
    edit = Chain(edits) if len(edits) > 1 else edits[0] if edits else None
    return replace(forward, gaps=gaps if forward.size is None else forward.gaps, edit=edit)
