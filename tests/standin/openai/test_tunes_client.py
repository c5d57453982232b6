"""Fine-tuning jobs of the stand-in, as the official SDK sees them."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from support.standin_process import Running


@pytest.fixture
def client(standin: Running) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0) as made:
        yield made


def order(client: openai.OpenAI) -> str:
    file = client.files.create(file=("t.jsonl", b"{}"), purpose="fine-tune").id
    return client.fine_tuning.jobs.create(model="gpt-4o-mini-2024-07-18", training_file=file).id


def test_a_job_goes_a_stage_further_at_every_look(client: openai.OpenAI) -> None:
    id = order(client)

    statuses = [client.fine_tuning.jobs.retrieve(id).status for _ in range(4)]

    assert statuses == ["queued", "running", "succeeded", "succeeded"]
    assert client.fine_tuning.jobs.retrieve(id).fine_tuned_model
    log = [line.message for line in client.fine_tuning.jobs.list_events(id)]
    assert log[0] == "The job has successfully completed"
    assert len(log) == 4
    assert list(client.fine_tuning.jobs.checkpoints.list(id)) == []
    assert id in [job.id for job in client.fine_tuning.jobs.list(limit=100)]


def test_a_job_can_be_cancelled_until_it_is_over(client: openai.OpenAI) -> None:
    id = order(client)

    assert client.fine_tuning.jobs.cancel(id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="already completed"):
        client.fine_tuning.jobs.cancel(id)


def test_a_job_needs_a_file_that_is_there(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Invalid file ID"):
        client.fine_tuning.jobs.create(model="gpt-4o", training_file="file-nowhere")
    with pytest.raises(openai.NotFoundError, match="Could not find fine tune"):
        client.fine_tuning.jobs.retrieve("ftjob-nowhere")
