"""Built-in tools, reasoning, background responses and kept completions, with the real OpenAI client."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from support.standin_process import Running

from brownout.calls import canary

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
# What a coding agent offers with every call, and insists on nothing of.
SHELL: list[Any] = [
    {"type": "function", "name": "shell", "strict": False, "parameters": {"type": "object", "properties": {}}},
    {"type": "local_shell"},
    {"type": "custom", "name": "apply_patch", "description": "Edit files"},
    {"type": "web_search"},
]


@pytest.fixture
def client(standin: Running) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as made:
        yield made


def test_a_forced_search_of_the_web_is_cited(client: OpenAI) -> None:
    response = client.responses.create(
        model="gpt-5", input=f"news {ONE}", tools=[{"type": "web_search"}], tool_choice={"type": "web_search_preview"}
    )
    search, message = response.output
    assert search.type == "web_search_call"
    assert (search.status, search.action.type) == ("completed", "search")
    assert message.type == "message"
    part = message.content[0]
    assert part.type == "output_text"
    (citation,) = part.annotations
    assert citation.type == "url_citation"
    assert ONE in part.text[citation.start_index : citation.end_index]
    assert response.output_text.endswith(canary.SENTINEL)


def test_a_search_streams_its_stages(client: OpenAI) -> None:
    with client.responses.stream(
        model="gpt-5", input="news", tools=[{"type": "web_search"}], tool_choice={"type": "web_search_preview"}
    ) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    stages = [kind for kind in kinds if kind.startswith("response.web_search_call")]
    assert stages == [f"response.web_search_call.{stage}" for stage in ("in_progress", "searching", "completed")]
    assert "response.output_text.annotation.added" in kinds
    assert [item.type for item in final.output] == ["web_search_call", "message"]


def test_a_forced_picture_is_drawn(client: OpenAI) -> None:
    with client.responses.create(
        model="gpt-5",
        input=f"draw {ONE}",
        tools=[{"type": "image_generation", "partial_images": 2}],
        tool_choice={"type": "image_generation"},
        stream=True,
    ) as stream:
        events = list(stream)
    partial = [event for event in events if event.type == "response.image_generation_call.partial_image"]
    assert [event.partial_image_index for event in partial] == [0, 1]
    done = events[-1]
    assert done.type == "response.completed"
    drawn = done.response.output[0]
    assert drawn.type == "image_generation_call"
    assert base64.b64decode(drawn.result or "").startswith(b"\x89PNG")
    assert ONE in done.response.output_text


def test_a_forced_computer_is_used_once(client: OpenAI) -> None:
    computer: Any = {
        "type": "computer_use_preview",
        "display_width": 800,
        "display_height": 600,
        "environment": "browser",
    }
    choice: Any = {"type": "computer_use_preview"}
    first = client.responses.create(model="computer-use-preview", input="click", tools=[computer], tool_choice=choice)
    call = first.output[0]
    assert call.type == "computer_call"
    assert call.action is not None
    assert call.action.type == "screenshot"
    seen: Any = {
        "type": "computer_call_output",
        "call_id": call.call_id,
        "output": {"type": "computer_screenshot", "image_url": "data:image/png;base64,AAAA"},
    }
    second = client.responses.create(
        model="computer-use-preview",
        input=[seen],
        tools=[computer],
        tool_choice=choice,
        previous_response_id=first.id,
    )
    assert [item.type for item in second.output] == ["message"]


def test_a_coding_agent_gets_words_and_reasoning(client: OpenAI) -> None:
    with client.responses.create(
        model="gpt-5-codex",
        input=[{"role": "user", "content": f"fix it {ONE}"}],
        tools=SHELL,
        tool_choice="auto",
        parallel_tool_calls=False,
        reasoning={"effort": "medium", "summary": "auto"},
        include=["reasoning.encrypted_content"],
        store=False,
        stream=True,
    ) as stream:
        events = list(stream)
    done = events[-1]
    assert done.type == "response.completed"
    reasoning, message = done.response.output
    assert reasoning.type == "reasoning"
    assert reasoning.encrypted_content
    assert message.type == "message"
    assert ONE in done.response.output_text
    assert done.response.usage is not None
    assert done.response.usage.output_tokens_details.reasoning_tokens > 0
    assert "response.reasoning_summary_text.delta" in [event.type for event in events]


def test_a_background_response_is_there_after_some_looks(client: OpenAI) -> None:
    made = client.responses.create(model="gpt-5", input=f"a {ONE}", background=True)
    assert (made.status, made.background, made.output) == ("queued", True, [])
    assert client.responses.retrieve(made.id).status == "in_progress"
    done = client.responses.retrieve(made.id)
    assert (done.status, done.id) == ("completed", made.id)
    assert ONE in done.output_text
    later = client.responses.create(model="gpt-5", input=f"b {TWO}", previous_response_id=made.id)
    assert f"I remember {ONE} " in later.output_text


def test_a_background_response_can_be_cancelled(client: OpenAI) -> None:
    made = client.responses.create(model="gpt-5", input="a", background=True)
    assert client.responses.cancel(made.id).status == "cancelled"
    assert client.responses.retrieve(made.id).status == "cancelled"
    waited = client.responses.create(model="gpt-5", input="a")
    with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
        client.responses.cancel(waited.id)


def test_a_streamed_background_response_is_queued_first(client: OpenAI) -> None:
    with client.responses.create(model="gpt-5", input="a", background=True, stream=True) as stream:
        events = list(stream)
    assert [event.type for event in events[:3]] == ["response.created", "response.queued", "response.in_progress"]
    done = events[-1]
    assert done.type == "response.completed"
    assert client.responses.retrieve(done.response.id).status == "completed"


def test_a_completion_is_kept_on_request(client: OpenAI) -> None:
    made = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": f"a {ONE}"}], store=True, metadata={"k": "v"}
    )
    other = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "b"}])
    kept = client.chat.completions.retrieve(made.id)
    assert kept.choices[0].message.content == made.choices[0].message.content
    ids = [one.id for one in client.chat.completions.list()]
    assert made.id in ids
    assert other.id not in ids
    (message,) = client.chat.completions.messages.list(made.id)
    assert json.loads(message.to_json())["content"] == f"a {ONE}"
    assert client.chat.completions.update(made.id, metadata={"k": "w"}).id == made.id
    assert client.chat.completions.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError, match=f"Chat completion with id '{made.id}' not found"):
        client.chat.completions.retrieve(made.id)
