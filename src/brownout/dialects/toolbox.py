"""Which tools a call leaves to the model, whatever its platform's words for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from brownout.exchange import Tool

Mode = Literal["none", "auto", "any"]


@dataclass(frozen=True)
class Choice:
    """What the caller says about tools: none, as the model likes, or one of them; ``only`` names those that may be."""

    mode: Mode = "auto"
    only: tuple[str, ...] = ()

    def of(self, tools: Iterable[Tool]) -> list[Tool]:
        """The tools that the caller leaves to the model."""
        return [tool for tool in tools if not self.only or tool.name in self.only]


NONE, AUTO = Choice("none"), Choice()


@dataclass(frozen=True)
class Message:
    """A message of the conversation as far as tools go.

    ``asks``: it is the user's, and brings no results; with it a turn begins. ``calls`` are names of tools that the
    model called in it; ``results``: it holds what came of a call.
    """

    asks: bool = False
    calls: tuple[str, ...] = ()
    results: bool = False


def turn_of(messages: Sequence[Message]) -> Sequence[Message]:
    """What came after the user's latest words."""
    begins = [place for place, message in enumerate(messages) if message.asks]
    return messages[begins[-1] + 1 :] if begins else messages


def step_of(messages: Sequence[Message]) -> int:
    """How often results of tools came back since the user's latest words; those of one moment are one."""
    return sum(results for results, _ in groupby(turn_of(messages), key=lambda message: message.results))


def choose(tools: Iterable[Tool], choice: Choice, messages: Sequence[Message]) -> tuple[Tool | None, tuple[Tool, ...]]:
    """The tool that must be called, and those that the model may call, if it likes.

    A model that called whatever it is offered would make an agent go on for ever. So after a result in the same turn
    nothing is left to its liking, and where it must call a tool, it calls the last that it has not called yet: with
    the tool of that name frameworks end a turn (``final_result``). Where all were called, or nobody knows which, it
    answers in words.
    """
    turn = turn_of(messages)
    left = choice.of(tools) if choice.mode != "none" else []
    if not any(message.results for message in turn):
        return (next(iter(left), None), ()) if choice.mode == "any" else (None, tuple(left))
    called = {name for message in turn for name in message.calls}
    fresh = [tool for tool in left if tool.name not in called] if called and choice.mode == "any" else []
    return (fresh[-1] if fresh else None), ()
