"""The events of a streamed response, item by item. Pure.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import mcp as openai_mcp
from brownout.dialects.openai.images import PNG
from brownout.dialects.openai.items import Item
from brownout.dialects.openai.response import finished, in_progress, part, queued
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call

Event = tuple[str, dict[str, Any]]
_MAX_PARTIAL = 3
# What an item does not have yet when it is announced.
_EMPTY: dict[str, dict[str, Any]] = {
    "function_call": {"arguments": ""},
    "image_generation_call": {"result": None},
    "mcp_call": {"arguments": "", "error": None, "output": None},
    "mcp_list_tools": {"error": None, "tools": []},
    "message": {"content": []},
    "reasoning": {"summary": []},
}


def _message(call: Call, answer: Answer, item: Item, place: dict[str, Any]) -> Iterator[Event]:
    place = {**place, "content_index": 0}
    refuses = answer.finish == "refusal"
    kind, field = ("response.refusal", "refusal") if refuses else ("response.output_text", "text")
    logprobs: dict[str, Any] = {} if refuses else {"logprobs": []}
    yield "response.content_part.added", {**place, "part": part(answer, "")}
    for index, piece in enumerate(answer.pieces):
        noise = openai.padding(answer, index)
        yield f"{kind}.delta", {**place, "delta": piece, **logprobs, "obfuscation": noise}
    whole = item["content"][0] if item["content"] else part(answer, "")
    for index, annotation in enumerate(whole.get("annotations", ())):
        yield f"{kind}.annotation.added", {**place, "annotation_index": index, "annotation": annotation}
    yield f"{kind}.done", {**place, field: answer.text, **logprobs}
    yield "response.content_part.done", {**place, "part": whole}


def _function_call(call: Call, answer: Answer, item: Item, place: dict[str, Any]) -> Iterator[Event]:
    for index, piece in enumerate(answer.pieces):
        noise = openai.padding(answer, index)
        yield "response.function_call_arguments.delta", {**place, "delta": piece, "obfuscation": noise}
    done = {**place, "name": item["name"], "arguments": item["arguments"]}
    yield "response.function_call_arguments.done", done


def _reasoning(call: Call, answer: Answer, item: Item, place: dict[str, Any]) -> Iterator[Event]:
    kind = "response.reasoning_summary"
    for index, summary in enumerate(item["summary"]):
        where = {**place, "summary_index": index}
        yield f"{kind}_part.added", {**where, "part": {"type": "summary_text", "text": ""}}
        yield f"{kind}_text.delta", {**where, "delta": summary["text"], "obfuscation": openai.padding(answer, index)}
        yield f"{kind}_text.done", {**where, "text": summary["text"]}
        yield f"{kind}_part.done", {**where, "part": summary}


def _search(call: Call, answer: Answer, item: Item, place: dict[str, Any]) -> Iterator[Event]:
    for stage in ("in_progress", "searching", "completed"):
        yield f"response.{item['type']}.{stage}", place


def _image(call: Call, answer: Answer, item: Item, place: dict[str, Any]) -> Iterator[Event]:
    kind = "response.image_generation_call"
    yield f"{kind}.in_progress", place
    yield f"{kind}.generating", place
    for index in range(_partial_images(call)):
        yield f"{kind}.partial_image", {**place, "partial_image_index": index, "partial_image_b64": PNG}
    yield f"{kind}.completed", place


def _partial_images(call: Call) -> int:
    declared = call.body.get("tools")
    tools = [tool for tool in declared if isinstance(tool, dict)] if isinstance(declared, list) else []
    wanted = next((tool.get("partial_images") for tool in tools if string(tool.get("type")) == "image_generation"), 0)
    return min(max(wanted, 0), _MAX_PARTIAL) if isinstance(wanted, int) and not isinstance(wanted, bool) else 0


def _mcp(call: Call, answer: Answer, item: Item, place: dict[str, Any]) -> Iterator[Event]:
    return openai_mcp.item_events(item, place)


_BY_TYPE: dict[str, Callable[[Call, Answer, Item, dict[str, Any]], Iterator[Event]]] = {
    "file_search_call": _search,
    "function_call": _function_call,
    "image_generation_call": _image,
    "mcp_call": _mcp,
    "mcp_list_tools": _mcp,
    "message": _message,
    "reasoning": _reasoning,
    "web_search_call": _search,
}


def _item_events(call: Call, answer: Answer, item: Item, index: int) -> Iterator[Event]:
    announced = {**item, **_EMPTY.get(item["type"], {})}
    if "status" in item:
        announced["status"] = "in_progress"
    yield "response.output_item.added", {"output_index": index, "item": announced}
    if item["type"] in _BY_TYPE:
        place = {"item_id": item["id"], "output_index": index}
        yield from _BY_TYPE[item["type"]](call, answer, item, place)
    yield "response.output_item.done", {"output_index": index, "item": item}


def events(call: Call, answer: Answer) -> Iterator[Event]:
    """Kind and fields of every event, in the platform's order; up to a callback that is open."""
    begun, whole = in_progress(call, answer), finished(call, answer)
    if whole["background"]:
        yield "response.created", {"response": queued(call, answer)}
        yield "response.queued", {"response": queued(call, answer)}
    else:
        yield "response.created", {"response": begun}
    yield "response.in_progress", {"response": begun}
    waiting = openai_mcp.waiting(answer, whole["output"])
    for index, item in enumerate(whole["output"]):
        made = _item_events(call, answer, item, index)
        if index == waiting:
            yield from takewhile(lambda event: event[0] not in openai_mcp.ENDS, made)
            return
        yield from made
    if error := openai_mcp.error_of(answer):
        yield "error", {"error": error.body}
    yield f"response.{whole['status']}", {"response": whole}
