"""What all Gemini services read alike, and what a caller insists on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.dialects.gemini import common as gemini
from brownout.exchange import Asked, Call, Request, Tool, Turn

PATH = "/v1beta/models/gemini-2.5-flash:generateContent"
DECLARED = {"functionDeclarations": [{"name": "find_parcel", "parameters": {"type": "OBJECT"}}, {"name": "other"}]}


def read(path: str = PATH, query: str = "", headers: dict[str, str] | None = None, **body: Any) -> Call:
    request = Request(
        "POST", "generativelanguage.googleapis.com", path, query, headers or {}, json.dumps(body).encode()
    )
    return gemini.read("gemini.generate", request)


def said(role: str | None, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"parts": list(parts), **({"role": role} if role else {})}


def test_the_path_names_the_model_and_says_whether_it_streams() -> None:
    assert (read().model, read().stream) == ("gemini-2.5-flash", False)
    assert read("/v1/models/gemini-2.5-flash:streamGenerateContent").stream
    assert read("/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent").model == (
        "gemini-2.5-pro"
    )
    assert read("/v1beta/tunedModels/mine%2D1:generateContent").model == "mine-1"


@pytest.mark.parametrize("name", ["systemInstruction", "system_instruction"])
def test_a_conversation_is_read_with_its_roles(name: str) -> None:
    contents = [
        said("user", {"text": "one"}, {"text": "two"}),
        said("model", {"text": "hm"}),
        said(None, {"text": "3"}),
    ]
    instruction: dict[str, Any] = {name: {"parts": [{"text": "be kind"}]}}
    call = read(contents=contents, **instruction)

    assert call.turns == (Turn("system", "be kind"), Turn("user", "one\ntwo"), Turn("model", "hm"), Turn("user", "3"))
    assert call.text == "3"


def test_contents_may_be_a_single_object() -> None:
    assert read(contents={"parts": [{"text": "hi"}]}).text == "hi"


def test_functions_speak_in_turns_of_their_own() -> None:
    call = read(
        contents=[
            said("model", {"functionCall": {"name": "find", "args": {"id": 7}}}),
            said("user", {"functionResponse": {"name": "find", "response": {"found": True}}}),
        ]
    )

    assert call.turns == (Turn("model", '{"id": 7}'), Turn("tool", '{"found": true}'), Turn("user", ""))


def test_a_conversation_is_known_by_how_it_began() -> None:
    first = [said("user", {"text": "one"})]
    later = [*first, said("model", {"text": "hm"}), said("user", {"text": "two"})]

    assert read(contents=first).conversation == read(contents=later).conversation
    assert read(contents=first).conversation != read(contents=[said("user", {"text": "two"})]).conversation


def test_a_key_counts_wherever_it_is_sent() -> None:
    header = read(headers={"x-goog-api-key": "sk-test-1"})
    query = read(query="alt=sse&key=sk-test-1")
    bearer = read(headers={"authorization": "Bearer sk-test-1"})

    assert header.api_key == query.api_key == bearer.api_key is not None
    assert read(query="alt=sse").api_key is None


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"mode": "ANY"}, "find_parcel"),
        ({"mode": "ANY", "allowedFunctionNames": ["other"]}, "other"),
        ({"mode": "AUTO"}, None),
        ({}, None),
    ],
)
def test_a_function_is_called_only_where_it_must(config: dict[str, Any], name: str | None) -> None:
    call = read(contents=[said("user", {"text": "hi"})], tools=[DECLARED], toolConfig={"functionCallingConfig": config})

    tool = gemini.asked(call).tool
    assert (tool.name if tool else None) == name


def test_after_a_functions_result_none_is_called() -> None:
    result = said("user", {"functionResponse": {"name": "find_parcel", "response": {}}})
    call = read(contents=[result], tools=[DECLARED], toolConfig={"functionCallingConfig": {"mode": "ANY"}})

    assert gemini.asked(call).tool is None


def test_a_functions_schema_is_put_in_json_schemas_words() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {
            "id": {"type": "STRING"},
            "many": {"type": "ARRAY", "items": {"type": "INTEGER"}},
            "one": {"anyOf": [{"type": "NULL"}, {"type": "BOOLEAN"}]},
        },
    }
    tools = [{"function_declarations": [{"name": "find", "parameters": schema}]}]
    config = {"function_calling_config": {"mode": "any"}}

    assert gemini.asked(read(tools=tools, tool_config=config)).tool == Tool(
        "find",
        {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "many": {"type": "array", "items": {"type": "integer"}},
                "one": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
            },
        },
    )


@pytest.mark.parametrize("name", ["generationConfig", "generation_config"])
def test_json_and_length_can_be_asked_for(name: str) -> None:
    def asked(**config: Any) -> Asked:
        body: dict[str, Any] = {name: config}
        return gemini.asked(read(**body))

    plain = asked(maxOutputTokens=9, responseSchema={"type": "OBJECT"})
    schema = asked(responseMimeType="application/json", responseSchema={"type": "STRING"}).schema

    assert (plain.limit, plain.schema) == (9, None)
    assert schema == {"type": "string"}
    assert asked(responseMimeType="application/json").schema == {}
