"""Jobs that were accepted and fail, or never get anywhere, as official clients see them poll by poll."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import pytest
from openai import OpenAI
from support.proxies import ProxyProcess

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")]
LINE = {
    "custom_id": "a",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]},
}
LOOKS = 6


@pytest.fixture
def client(edge: ProxyProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


@pytest.fixture
def claude(edge: ProxyProcess) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=f"{edge.url}/anthropic", api_key="k", max_retries=0, timeout=20) as made:
        yield made


Look = Callable[[], Any]


def response(client: OpenAI, text: str) -> Look:
    """A background response, and how to look at it."""
    id = client.responses.create(model="gpt-4o-mini", input=text, background=True).id
    return lambda: client.responses.retrieve(id)


def run(client: OpenAI, text: str) -> Look:
    """A run of a new thread, and how to look at it."""
    thread: Any = client.beta.threads.create()
    client.beta.threads.messages.create(thread.id, role="user", content=text)
    assistant = client.beta.assistants.create(model="gpt-4o").id
    made: Any = client.beta.threads.runs.create(thread.id, assistant_id=assistant)
    return lambda: client.beta.threads.runs.retrieve(made.id, thread_id=thread.id)


def batch(client: OpenAI, text: str) -> Look:
    """A batch of one request, and how to look at it."""
    lines = json.dumps({**LINE, "custom_id": text}).encode()
    file = client.files.create(file=("b.jsonl", lines), purpose="batch").id
    made = client.batches.create(input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h")
    return lambda: client.batches.retrieve(made.id)


def tune(client: OpenAI, text: str) -> Look:
    """A fine-tuning job, and how to look at it."""
    file = client.files.create(file=("t.jsonl", text.encode()), purpose="fine-tune").id
    made = client.fine_tuning.jobs.create(model="gpt-4o-mini-2024-07-18", training_file=file)
    return lambda: client.fine_tuning.jobs.retrieve(made.id)


JOBS: dict[str, Callable[[OpenAI, str], Look]] = {
    "openai.responses": response,
    "openai.assistants": run,
    "openai.batches": batch,
    "openai.fine_tuning": tune,
}
EACH = pytest.mark.parametrize("service", JOBS)


def looked(look: Look) -> list[str]:
    """The status at each look."""
    return [str(look().status) for _ in range(LOOKS)]


@EACH
def test_an_accepted_job_fails_later_and_for_good(edge: ProxyProcess, client: OpenAI, service: str) -> None:
    edge.play({"fault": "job_failed", "on": service})
    look = JOBS[service](client, f"fails {service}")
    edge.play()

    statuses = looked(look)

    assert statuses[0] != "failed"
    assert statuses[-1] == "failed"
    assert len(set(statuses[statuses.index("failed") :])) == 1
    ended = look().model_dump()
    error = ended.get("error") or ended.get("last_error") or ended["errors"]["data"][0]
    assert error["code"] == "server_error"
    assert error["message"]
    assert "brownout_fate" not in json.dumps(ended)


@EACH
def test_without_the_fault_a_job_comes_to_its_end(edge: ProxyProcess, client: OpenAI, service: str) -> None:
    edge.play()

    assert looked(JOBS[service](client, f"works {service}"))[-1] in ("completed", "succeeded")


@pytest.mark.parametrize(
    ("service", "code"),
    [("openai.responses", "rate_limit_exceeded"), ("openai.assistants", "rate_limit_exceeded"),
     ("openai.batches", "token_limit_exceeded")],
)  # fmt: skip
def test_it_may_fail_for_want_of_allowance(edge: ProxyProcess, client: OpenAI, service: str, code: str) -> None:
    edge.play({"fault": "job_failed", "on": service, "error": "rate_limit"})
    look = JOBS[service](client, f"limited {service}")
    looked(look)

    ended = look().model_dump()

    error = ended.get("error") or ended.get("last_error") or ended["errors"]["data"][0]
    assert error["code"] == code
    assert "limit" in error["message"].lower()


def test_a_batch_whose_time_runs_out_has_an_error_for_each_request(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "job_failed", "on": "openai.batches", "ends": "expired"})
    look = batch(client, "expires")
    looked(look)

    ended = look()

    assert (ended.status, ended.output_file_id, ended.request_counts.failed) == ("expired", None, 1)
    line = json.loads(client.files.content(ended.error_file_id).content)
    assert (line["custom_id"], line["error"]["code"]) == ("expires", "batch_expired")


@pytest.mark.parametrize(("ends", "type"), [("failed", "errored"), ("expired", "expired")])
def test_every_request_of_a_message_batch_fails(
    edge: ProxyProcess, claude: anthropic.Anthropic, ends: str, type: str
) -> None:
    edge.play({"fault": "job_failed", "on": "anthropic.batches", "ends": ends})
    params: Any = {"model": "claude-test-1", "max_tokens": 9, "messages": [{"role": "user", "content": ends}]}
    id = claude.messages.batches.create(requests=[{"custom_id": "a", "params": params}]).id
    for _ in range(LOOKS):
        shown = claude.messages.batches.retrieve(id)

    assert shown.processing_status == "ended"
    assert getattr(shown.request_counts, type) == 1
    assert [line.result.type for line in claude.messages.batches.results(id)] == [type]


def test_what_is_waited_for_is_no_job(edge: ProxyProcess, client: OpenAI) -> None:
    before = len(edge.rows())
    edge.play({"fault": "job_failed", "on": "openai.responses"})

    assert client.responses.create(model="gpt-4o-mini", input="waits").status == "completed"
    assert [row["eligible"] for row in edge.wait_for_rows(before + 1)[before:]] == [[]]


@EACH
def test_a_job_that_is_stuck_stays_stuck_and_another_does_not(edge: ProxyProcess, client: OpenAI, service: str) -> None:
    edge.play({"fault": "job_stuck", "on": service, "share": "50%"})
    ends = [looked(JOBS[service](client, f"job {number}"))[-2:] for number in range(8)]

    over = [statuses for statuses in ends if statuses[-1] in ("completed", "succeeded")]
    stuck = [statuses for statuses in ends if statuses not in over]
    assert over
    assert stuck
    assert all(len(set(statuses)) == 1 for statuses in ends)


def test_a_list_shows_the_same_jobs_stuck_as_a_look_at_each(edge: ProxyProcess, client: OpenAI) -> None:
    edge.play({"fault": "job_stuck", "on": "openai.batches", "share": "50%"})
    looks = {look().id: look for look in (batch(client, f"listed {number}") for number in range(8))}

    alone = {id: looked(look)[-1] for id, look in looks.items()}

    listed = {job.id: job.status for job in client.batches.list(limit=100) if job.id in looks}
    assert listed == alone
    assert set(alone.values()) == {"completed", "in_progress"}
