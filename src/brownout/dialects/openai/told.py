"""What the events of a streamed response have told so far: the response, and its items as far as they have got. Pure.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from brownout.dialects.sent import number_in, table_in, text_in

Item = dict[str, Any]
_STARTS = ("response.created", "response.queued", "response.in_progress")
# The list of an item's parts, and the place in it, of the events about each kind of part.
_PARTS = {
    "response.content_part": ("content", "content_index"),
    "response.output_text": ("content", "content_index"),
    "response.reasoning_summary_part": ("summary", "summary_index"),
    "response.reasoning_summary_text": ("summary", "summary_index"),
    "response.reasoning_text": ("content", "content_index"),
    "response.refusal": ("content", "content_index"),
}
_FIELDS = {"response.refusal": "refusal"}
_ARGUMENTS = ("response.function_call_arguments", "response.mcp_call_arguments", "response.custom_tool_call_input")
_SPOKEN = ("response.output_text", "response.refusal", *_ARGUMENTS)


@dataclass
class Told:
    """``response`` as it was shown last; ``number`` is that of the next event, ``tokens`` how many were said."""

    response: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    tokens: int = 0
    _items: dict[int, Item] = field(default_factory=dict)
    _over: set[int] = field(default_factory=set)

    @property
    def output(self) -> list[Item]:
        """The items in their order; one that is not over is incomplete."""
        return [
            {**item, "status": "incomplete"} if "status" in item and index not in self._over else item
            for index, item in sorted(self._items.items())
        ]

    def hear(self, event: dict[str, Any]) -> None:
        """Take the next event of the stream in."""
        kind = text_in(event, "type")
        self.number = number_in(event, "sequence_number", self.number) + 1
        if kind in _STARTS:
            self.response = table_in(event, "response")
        elif kind.startswith("response.output_item."):
            self._item(event, kind.endswith(".done"))
        else:
            self._said(event, *kind.rpartition(".")[::2])

    def _item(self, event: dict[str, Any], over: bool) -> None:
        index = number_in(event, "output_index", 0)
        self._items[index] = dict(table_in(event, "item"))
        if over:
            self._over.add(index)

    def _said(self, event: dict[str, Any], about: str, what: str) -> None:
        item = self._items.get(number_in(event, "output_index", 0))
        if item is None:
            return
        self.tokens += what == "delta" and about in _SPOKEN
        if about in _ARGUMENTS:
            name = "input" if about.endswith("_input") else "arguments"
            item[name] = event.get(name) if what == "done" else text_in(item, name) + text_in(event, "delta")
        elif about in _PARTS:
            self._part(item, event, about, what)

    def _part(self, item: Item, event: dict[str, Any], about: str, what: str) -> None:
        name, place = _PARTS[about]
        held, index = item.get(name), number_in(event, place, 0)
        parts = list(held) if isinstance(held, list) else []
        if "part" in event:
            parts[index : index + 1] = [dict(table_in(event, "part"))]
        elif index < len(parts):
            field = _FIELDS.get(about, "text")
            whole = text_in(event, field) if what == "done" else text_in(parts[index], field) + text_in(event, "delta")
            parts[index] = {**parts[index], field: whole}
        item[name] = parts


def told(events: Iterable[dict[str, Any]]) -> Told:
    """What these events of one response have told."""
    made = Told()
    for event in events:
        made.hear(event)
    return made
