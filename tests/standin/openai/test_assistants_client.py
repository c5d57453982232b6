"""Assistants, threads and runs, with the real OpenAI client against a real stand-in process."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from openai.types.beta.threads import Message
from support.standin_process import Running

from brownout.calls import canary

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def client(standin: Running) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as made:
        yield made


@pytest.fixture
def assistant(client: OpenAI) -> str:
    return client.beta.assistants.create(model="gpt-4o", instructions="be kind", name="Ada").id


def words(message: Message) -> str:
    return "".join(part.text.value for part in message.content if part.type == "text")


def test_assistants_are_kept(client: OpenAI, assistant: str) -> None:
    assert client.beta.assistants.retrieve(assistant).instructions == "be kind"
    changed = client.beta.assistants.update(assistant, name="Bob")
    assert (changed.name, changed.instructions) == ("Bob", "be kind")
    assert assistant in [one.id for one in client.beta.assistants.list()]
    assert client.beta.assistants.delete(assistant).deleted
    with pytest.raises(openai.NotFoundError, match=f"No assistant found with id '{assistant}'"):
        client.beta.assistants.retrieve(assistant)


def test_a_run_answers_the_thread_after_some_looks(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": f"a {ONE}"}])
    client.beta.threads.messages.create(thread.id, role="user", content=f"b {TWO}")
    run = client.beta.threads.runs.create(thread.id, assistant_id=assistant)
    assert (run.status, run.model, run.instructions) == ("queued", "gpt-4o", "be kind")
    assert client.beta.threads.runs.retrieve(run.id, thread_id=thread.id).status == "in_progress"
    done = client.beta.threads.runs.retrieve(run.id, thread_id=thread.id)
    assert (done.status, done.usage is not None) == ("completed", True)
    newest, *_ = client.beta.threads.messages.list(thread.id)
    assert (newest.role, newest.run_id, newest.assistant_id) == ("assistant", run.id, assistant)
    assert words(newest).startswith(f"You said: b {TWO}")
    assert f"I remember {ONE} " in words(newest)
    (step,) = client.beta.threads.runs.steps.list(run.id, thread_id=thread.id)
    assert step.step_details.type == "message_creation"
    assert step.step_details.message_creation.message_id == newest.id
    assert [one.id for one in client.beta.threads.runs.list(thread.id)] == [run.id]


def test_a_run_is_waited_for(client: OpenAI, assistant: str) -> None:
    run = client.beta.threads.create_and_run_poll(
        assistant_id=assistant, thread={"messages": [{"role": "user", "content": f"a {ONE}"}]}, poll_interval_ms=10
    )
    assert run.status == "completed"
    assert [message.role for message in client.beta.threads.messages.list(run.thread_id, order="asc")] == [
        "user",
        "assistant",
    ]


def test_a_streamed_run_has_every_event_and_is_kept(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": f"a {ONE}"}])
    with client.beta.threads.runs.create(thread.id, assistant_id=assistant, stream=True) as stream:
        events = [event.event for event in stream]
    assert events[:3] == ["thread.run.created", "thread.run.queued", "thread.run.in_progress"]
    assert events[-3:] == ["thread.message.completed", "thread.run.step.completed", "thread.run.completed"]
    assert events.count("thread.message.delta") > 10
    with client.beta.threads.runs.stream(
        thread_id=thread.id,
        assistant_id=assistant,
        additional_messages=[{"role": "user", "content": f"b {TWO}"}],
    ) as helper:
        text = "".join(helper.text_deltas)
    assert f"I remember {ONE} " in text
    assert text.endswith(canary.SENTINEL)
    newest, *rest = client.beta.threads.messages.list(thread.id)
    assert words(newest) == text
    assert [message.role for message in rest] == ["user", "assistant", "user"]


def test_a_streamed_run_can_bring_its_thread(client: OpenAI, assistant: str) -> None:
    with client.beta.threads.create_and_run(
        assistant_id=assistant, thread={"messages": [{"role": "user", "content": f"a {ONE}"}]}, stream=True
    ) as stream:
        first, *_, last = list(stream)
    assert first.event == "thread.created"
    assert last.event == "thread.run.completed"
    assert len(list(client.beta.threads.messages.list(first.data.id))) == 2


def test_a_thread_is_busy_while_a_run_is_under_way(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "a"}])
    run = client.beta.threads.runs.create(thread.id, assistant_id=assistant)
    with pytest.raises(openai.BadRequestError, match=f"while a run {run.id} is active"):
        client.beta.threads.messages.create(thread.id, role="user", content="b")
    with pytest.raises(openai.BadRequestError, match=f"already has an active run {run.id}"):
        client.beta.threads.runs.create(thread.id, assistant_id=assistant)
    assert client.beta.threads.runs.cancel(run.id, thread_id=thread.id).status == "cancelling"
    assert client.beta.threads.runs.retrieve(run.id, thread_id=thread.id).status == "cancelled"
    assert client.beta.threads.messages.create(thread.id, role="user", content="b").id


def test_what_is_not_there_is_not_found(client: OpenAI, assistant: str) -> None:
    thread = client.beta.threads.create()
    assert client.beta.threads.delete(thread.id).deleted
    with pytest.raises(openai.NotFoundError, match=f"No thread found with id '{thread.id}'"):
        client.beta.threads.messages.list(thread.id)
    with pytest.raises(openai.NotFoundError, match=f"No thread found with id '{thread.id}'"):
        client.beta.threads.runs.create(thread.id, assistant_id=assistant)
    other = client.beta.threads.create()
    with pytest.raises(openai.NotFoundError, match="No run found with id 'run_x'"):
        client.beta.threads.runs.retrieve("run_x", thread_id=other.id)
    with pytest.raises(openai.NotFoundError, match="No assistant found with id 'asst_x'"):
        client.beta.threads.runs.create(other.id, assistant_id="asst_x")
