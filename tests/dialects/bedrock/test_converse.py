"""Converse: what it insists on, and the events of its stream."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.bedrock import ANSWER, call_for
from support.every_call import begun, early

from brownout.dialects import DIALECTS
from brownout.exchange import Finish, Tool
from brownout.wire import eventstream

CONVERSE = DIALECTS["bedrock.converse"]
STREAM = call_for("/model/amazon.nova-lite-v1%3A0/converse-stream", {"messages": []})
PLAIN = call_for("/model/amazon.nova-lite-v1%3A0/converse", {"messages": []})
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [
    {"toolSpec": {"name": "first", "inputSchema": {"json": {}}}},
    {"cachePoint": {"type": "default"}},
    {"toolSpec": {"name": "get_weather", "inputSchema": {"json": SCHEMA}}},
]
USE = replace(ANSWER, pieces=('{"city":', ' "Rome"}'), finish="tool_calls", tool="get_weather")


def events_of(frames: bytes | list[bytes]) -> list[tuple[str, dict[str, Any]]]:
    """Name and value of each event, without its padding."""
    cutter = eventstream.EventStreamCutter()
    found = []
    for frame in cutter.feed(frames if isinstance(frames, bytes) else b"".join(frames)):
        headers, payload = eventstream.decode(frame)
        value = json.loads(payload)
        assert value.pop("p")
        found.append((headers[":event-type"], value))
    assert cutter.rest() == b""
    return found


def test_a_plain_answer_has_all_that_a_client_requires() -> None:
    body = json.loads(CONVERSE.answer(PLAIN, ANSWER).body)

    assert body["output"] == {"message": {"role": "assistant", "content": [{"text": "Hello there!"}]}}
    assert body["stopReason"] == "end_turn"
    assert body["usage"] == {"inputTokens": 8, "outputTokens": 3, "totalTokens": 11}
    assert body["metrics"]["latencyMs"] > 0


def test_a_stream_has_the_events_of_the_platform_in_order() -> None:
    found = events_of(list(CONVERSE.stream(STREAM, ANSWER)))

    assert [name for name, _ in found] == [
        "messageStart",
        *["contentBlockDelta"] * 3,
        "contentBlockStop",
        "messageStop",
        "metadata",
    ]
    assert "".join(value["delta"]["text"] for name, value in found if name == "contentBlockDelta") == "Hello there!"
    assert found[-2:] == [
        ("messageStop", {"stopReason": "end_turn"}),
        (
            "metadata",
            {"usage": {"inputTokens": 8, "outputTokens": 3, "totalTokens": 11}, "metrics": found[-1][1]["metrics"]},
        ),
    ]


def test_without_words_there_is_no_block() -> None:
    empty = replace(ANSWER, pieces=())

    assert [name for name, _ in events_of(list(CONVERSE.stream(STREAM, empty)))] == [
        "messageStart",
        "messageStop",
        "metadata",
    ]
    assert json.loads(CONVERSE.answer(PLAIN, empty).body)["output"]["message"]["content"] == []


def test_a_tools_use_is_whole_in_an_answer_and_in_parts_in_a_stream() -> None:
    (block,) = json.loads(CONVERSE.answer(PLAIN, USE).body)["output"]["message"]["content"]
    found = events_of(list(CONVERSE.stream(STREAM, USE)))
    started = found[1][1]["start"]["toolUse"]
    parts = [value["delta"]["toolUse"]["input"] for name, value in found if name == "contentBlockDelta"]

    assert (block["toolUse"]["name"], block["toolUse"]["input"]) == ("get_weather", {"city": "Rome"})
    assert started == {"toolUseId": block["toolUse"]["toolUseId"], "name": "get_weather"}
    assert started["toolUseId"].startswith("tooluse_")
    assert json.loads("".join(parts)) == {"city": "Rome"}
    assert ("messageStop", {"stopReason": "tool_use"}) in found


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "content_filtered"),
        ("refusal", "content_filtered"),
        ("tool_calls", "end_turn"),
    ],
)
def test_why_it_ended_is_said_in_bedrocks_words(finish: Finish, reason: str) -> None:
    assert json.loads(CONVERSE.answer(PLAIN, replace(ANSWER, finish=finish)).body)["stopReason"] == reason


@pytest.mark.parametrize("sent", range(5))
def test_a_stream_that_stops_early_is_closed_as_one_that_said_so_much(sent: int) -> None:
    whole = events_of(list(CONVERSE.stream(STREAM, replace(ANSWER, pieces=("a", "b", "c", "d", "e")))))
    closing = events_of(CONVERSE.stream_incomplete(STREAM, early(), begun(STREAM, sent)))
    names = [name for name, _ in [*whole[:sent], *closing]]

    said = max(0, sent - 1)
    block = [*["contentBlockDelta"] * said, "contentBlockStop"] if said else []
    assert names == ["messageStart", *block, "messageStop", "metadata"]
    assert dict(closing)["messageStop"] == {"stopReason": "max_tokens"}
    assert dict(closing)["metadata"]["usage"]["outputTokens"] == said


@pytest.mark.parametrize(
    ("choice", "tool"),
    [
        ({"any": {}}, Tool("first", {})),
        ({"tool": {"name": "get_weather"}}, Tool("get_weather", SCHEMA)),
        ({"tool": {"name": "other"}}, None),
        ({"tool": "get_weather"}, None),
        ({"auto": {}}, None),
        ("any", None),
        (None, None),
    ],
)
def test_a_tool_is_asked_for_only_where_the_choice_insists(choice: object, tool: Tool | None) -> None:
    call = call_for("/model/a.b/converse", {"toolConfig": {"tools": TOOLS, "toolChoice": choice}})

    assert CONVERSE.asked(call).tool == tool


def test_after_a_tools_result_none_is_asked_for() -> None:
    results = [{"toolResult": {"toolUseId": "1", "content": []}}]
    body = {
        "messages": [{"role": "user", "content": results}],
        "toolConfig": {"tools": TOOLS, "toolChoice": {"any": {}}},
    }

    assert CONVERSE.asked(call_for("/model/a.b/converse", body)).tool is None


@pytest.mark.parametrize(("given", "limit"), [(64, 64), (True, None), ("64", None), (None, None)])
def test_the_limit_is_that_of_the_inference(given: object, limit: int | None) -> None:
    call = call_for("/model/a.b/converse", {"inferenceConfig": {"maxTokens": given}})

    assert CONVERSE.asked(call).limit == limit


def test_a_schema_is_sent_as_a_text() -> None:
    structure = {"jsonSchema": {"schema": json.dumps(SCHEMA), "name": "place"}}
    body = {"outputConfig": {"textFormat": {"type": "json_schema", "structure": structure}}}

    assert CONVERSE.asked(call_for("/model/a.b/converse", body)).schema == SCHEMA


@pytest.mark.parametrize("config", [None, [], {"textFormat": 1}, {"textFormat": {"structure": {"jsonSchema": {}}}}])
def test_without_a_schema_words_are_plain(config: object) -> None:
    assert CONVERSE.asked(call_for("/model/a.b/converse", {"outputConfig": config})).schema is None
