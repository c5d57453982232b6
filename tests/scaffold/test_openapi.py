"""Chat requests out of an OpenAPI document."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from brownout.scaffold.openapi import requests_in
from brownout.scaffold.request import Opening, Request


def post(schema: object, kind: str = "application/json") -> dict[str, Any]:
    return {"post": {"requestBody": {"content": {kind: {"schema": schema}}}}}


TEXT = {"type": "string"}


def test_the_words_go_to_the_field_that_sounds_like_it_and_what_is_required_is_filled() -> None:
    schemas = {
        "Mode": {"enum": ["fast", "slow"], "type": "string"},
        "Question": {
            "properties": {
                "session": TEXT,
                "mode": {"$ref": "#/components/schemas/Mode"},
                "top": {"type": "integer", "default": 3},
                "prompt": TEXT,
                "unneeded": TEXT,
            },
            "required": ["session", "mode", "top", "prompt"],
        },
    }
    document = {
        "components": {"schemas": schemas},
        "paths": {
            "/feedback": post({"properties": {"text": TEXT}, "required": ["text"]}),
            "/chats/{id}": post({"$ref": "#/components/schemas/Question"}),
            "/ask": post({"$ref": "#/components/schemas/Question"}),
            "/login": post({"properties": {"password": TEXT}, "required": ["password"]}),
        },
    }

    assert [request.in_words for request in requests_in(document)] == [
        'POST /ask {"session": "test", "mode": "fast", "top": 3, "prompt": "{{ message }}"}',
    ]


def test_a_conversation_has_one_turn_of_the_user() -> None:
    turn = {"properties": {"role": {"enum": ["system", "user"], "type": "string"}, "content": TEXT}}
    either = {"anyOf": [{"type": "null"}, {"properties": {"messages": {"type": "array", "items": turn}}}]}

    (request,) = requests_in({"paths": {"/chat": post(either)}})

    assert request.body == {"messages": [{"role": "user", "content": "{{ message }}"}]}


def test_a_form_is_sent_as_one() -> None:
    form = "application/x-www-form-urlencoded"
    (request,) = requests_in({"paths": {"/ask": post({"properties": {"q": TEXT}, "required": ["q"]}, form)}})

    assert (request.kind, request.body) == ("form", {"q": "{{ message }}"})


def test_a_path_that_another_post_opens_is_asked_after_that_one() -> None:
    said = post({"properties": {"text": TEXT}, "required": ["text"]})
    begin = post({"properties": {"language": TEXT, "title": TEXT}, "required": ["language"]})
    paths = {
        "/api/session/": begin,
        "/api/session/{sid}/message": said,
        "/chats": said,  # a question itself
        "/chats/{id}/say": said,
        "/bots": {"get": {}},
        "/bots/{id}/say": said,
    }
    opened = [request for request in requests_in({"paths": paths}) if request.opening]

    assert opened == [
        Request(
            "/api/session/{{ sid }}/message",
            {"text": "{{ message }}"},
            opening=Opening("/api/session/", "sid", body={"language": "test"}),
        )
    ]


def test_a_schema_that_holds_itself_ends() -> None:
    own: dict[str, Any] = {"properties": {"text": TEXT, "next": {"$ref": "#/s"}}, "required": ["text", "next"]}
    (request,) = requests_in({"s": own, "paths": {"/ask": post({"$ref": "#/s"})}})

    assert request.body["text"] == "{{ message }}"


_KEYS = st.sampled_from(
    (
        *(
            "paths",
            "/ask",
            "/ask/{id}",
            "post",
            "requestBody",
            "content",
            "application/json",
            "schema",
            "properties",
            "message",
        ),
        *("anyOf", "$ref", "required", "type", "items", "enum", "default"),
    )
)


@given(
    st.recursive(
        st.none() | st.integers() | st.sampled_from(["#/paths", "string", "array", "object"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
        max_leaves=30,
    )
)
def test_whatever_a_document_says_every_request_has_the_words_in_it(value: object) -> None:
    for document in (value, {"paths": {"/ask": post(value)}}):
        if isinstance(document, dict):
            assert all("{{ message }}" in str(request.body) for request in requests_in(document))
