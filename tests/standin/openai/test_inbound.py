"""Webhooks of OpenAI from a real stand-in process, unwrapped by the official SDK."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from support.receivers import Receiving, receiving
from support.standin_process import Running, Start

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests").decode()
LINE = b'{"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {"model": "gpt-4o", "input": "Hello"}}\n'


@pytest.fixture
def app() -> Iterator[Receiving]:
    with receiving() as receiver:
        yield receiver


def begin(start: Start, app: Receiving, folder: Path, *rules: dict[str, Any]) -> Running:
    phase = {"phase": "bad", "lasts": "1h", "impact": "degraded", "rules": [{"on": "openai.*", **one} for one in rules]}
    scenario = {"brownout": 1, "name": "webhooks", "title": "Webhooks", "timeline": [phase]}
    (folder / "go").write_text(repr(time.monotonic()))
    webhooks = {"openai": {"url": app.url, "secret": SECRET}}
    return start(go=str(folder / "go"), webhooks=webhooks, scenario=scenario, speed=60.0)


def client_of(running: Running) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{running.url}/openai/v1", api_key="sk-test-1", webhook_secret=SECRET)


def test_the_end_of_a_background_response_is_told_and_the_response_is_there(
    start: Start, app: Receiving, tmp_path: Path
) -> None:
    with client_of(begin(start, app, tmp_path)) as client:
        asked = client.responses.create(model="gpt-4o", input="Hello", background=True)
        (got,) = app.wait(1)
        event = client.webhooks.unwrap(got.body, got.headers)
        assert asked.status == "queued"
        assert event.type == "response.completed"
        assert event.data.id == asked.id
        assert client.responses.retrieve(event.data.id).status == "completed"


def test_the_end_of_a_batch_is_told(start: Start, app: Receiving, tmp_path: Path) -> None:
    with client_of(begin(start, app, tmp_path)) as client:
        file = client.files.create(file=("a.jsonl", LINE), purpose="batch")
        batch = client.batches.create(input_file_id=file.id, endpoint="/v1/responses", completion_window="24h")
        (got,) = app.wait(1)
        event = client.webhooks.unwrap(got.body, got.headers)
        assert event.type == "batch.completed"
        assert event.data.id == batch.id
        done = client.batches.retrieve(batch.id)
        assert done.status == "completed"
        assert done.output_file_id


FATE = {"brownout_fate": {"ends": "failed"}}


def test_a_background_response_that_fails_is_told_to_have(start: Start, app: Receiving, tmp_path: Path) -> None:
    with client_of(begin(start, app, tmp_path)) as client:
        asked = client.responses.create(model="gpt-4o", input="Hello", background=True, extra_body=FATE)
        event: Any = client.webhooks.unwrap(app.wait(1)[0].body, app.got[0].headers)
        assert (asked.status, event.type, event.data.id) == ("queued", "response.failed", asked.id)
        assert client.responses.retrieve(asked.id).status == "failed"


@pytest.mark.parametrize("ends", ["failed", "expired"])
def test_a_batch_that_fails_or_expires_is_told_to_have(start: Start, app: Receiving, tmp_path: Path, ends: str) -> None:
    with client_of(begin(start, app, tmp_path)) as client:
        file, fate = client.files.create(file=("a.jsonl", LINE), purpose="batch"), {"brownout_fate": {"ends": ends}}
        batch = client.batches.create(
            input_file_id=file.id, endpoint="/v1/responses", completion_window="24h", extra_body=fate
        )
        event: Any = client.webhooks.unwrap(app.wait(1)[0].body, app.got[0].headers)
        assert (event.type, event.data.id) == (f"batch.{ends}", batch.id)
        assert client.batches.retrieve(batch.id).status == ends


@pytest.mark.parametrize(("fate", "ends"), [({}, "succeeded"), (FATE, "failed")])
def test_the_end_of_a_fine_tuning_job_is_told(
    start: Start, app: Receiving, tmp_path: Path, fate: dict[str, Any], ends: str
) -> None:
    with client_of(begin(start, app, tmp_path)) as client:
        file = client.files.create(file=("a.jsonl", LINE), purpose="fine-tune")
        job = client.fine_tuning.jobs.create(model="gpt-4o", training_file=file.id, extra_body=fate)
        event: Any = client.webhooks.unwrap(app.wait(1)[0].body, app.got[0].headers)
        assert (event.type, event.data.id) == (f"fine_tuning.job.{ends}", job.id)
        assert client.fine_tuning.jobs.retrieve(job.id).status == ends
        assert ends in " ".join(line.message for line in client.fine_tuning.jobs.list_events(job.id)) or fate == {}


def test_what_was_cancelled_in_time_is_told_to_be(start: Start, app: Receiving, tmp_path: Path) -> None:
    with client_of(begin(start, app, tmp_path)) as client:
        asked = client.responses.create(model="gpt-4o", input="Hello", background=True)
        client.responses.cancel(asked.id)
        event = client.webhooks.unwrap(app.wait(1)[0].body, app.got[0].headers)
        assert event.type == "response.cancelled"


def test_the_sdk_refuses_a_badly_signed_one_and_takes_the_next(start: Start, app: Receiving, tmp_path: Path) -> None:
    app.answers = [400]
    running = begin(start, app, tmp_path, {"fault": "webhook_unsigned", "first": 1})
    with client_of(running) as client:
        client.responses.create(model="gpt-4o", input="Hello", background=True)
        bad, good = app.wait(2)
        with pytest.raises(openai.InvalidWebhookSignatureError):
            client.webhooks.unwrap(bad.body, bad.headers)
        assert client.webhooks.unwrap(good.body, good.headers).type == "response.completed"
        assert bad.headers["webhook-id"] == good.headers["webhook-id"]


def test_the_sdk_takes_a_doubled_one_twice_under_one_id(start: Start, app: Receiving, tmp_path: Path) -> None:
    running = begin(start, app, tmp_path, {"fault": "webhook_duplicated"})
    with client_of(running) as client:
        client.responses.create(model="gpt-4o", input="Hello", background=True)
        events = [client.webhooks.unwrap(got.body, got.headers) for got in app.wait(2)]
        assert events[0] == events[1]
        assert len({got.headers["webhook-id"] for got in app.got}) == 1


def test_without_a_receiver_background_work_goes_on_at_every_look(standin: Running) -> None:
    with client_of(standin) as client:
        asked = client.responses.create(model="gpt-4o", input="Hello", background=True)
        assert client.responses.retrieve(asked.id).status == "in_progress"
