"""Jobs that never get anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Forward
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.edits_json import StillQueued


def test_the_platforms_answer_passes_with_its_jobs_still_waiting(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("job_stuck").program(strike_for()) == (Forward(edit=StillQueued()),)


@pytest.mark.parametrize(
    ("path", "entity", "many"),
    [
        ("/v1/batches/batch_1", "batch_1", False),
        ("/v1/batches/batch_1/cancel", "batch_1", False),
        ("/v1/threads/thread_1/runs/run_1", "run_1", False),
        ("/v1/threads/thread_1/runs", None, True),
        ("/v1/fine_tuning/jobs/ftjob-1/events", "ftjob-1", False),
        ("/v1/fine_tuning/jobs", None, True),
        ("/v1/vector_stores/vs_1/files/file-1", "file-1", False),
        ("/v1/vector_stores/vs_1/files", None, True),
        ("/v1/messages/batches/msgbatch_1/results", "msgbatch_1", False),
    ],
)
def test_the_dice_are_thrown_for_the_job(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], path: str, entity: str | None, many: bool
) -> None:
    fault, call = fault_for("job_stuck"), call_for("openai.responses", method="GET", path=path)

    assert (fault.entity(call), fault.shows_many(call)) == (entity, many)
    assert not fault.shows_many(call_for("openai.responses", path=path))


@pytest.mark.parametrize(
    ("path", "applies"),
    [
        ("/v1/batches", True),
        ("/v1/batches/batch_1", True),
        ("/v1/messages/batches/msgbatch_1", True),
        ("/v1/responses/resp_1", True),
        ("/v1/threads/thread_1/runs/run_1", True),
        ("/v1/files", True),
        ("/v1/vector_stores/vs_1/files", True),
        ("/v1/chat/completions", False),
        ("/v1/filesystem", False),
    ],
)
def test_only_answers_about_jobs_can_show_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], path: str, applies: bool
) -> None:
    assert fault_for("job_stuck").applies(call_for("openai.responses", method="GET", path=path)) is applies


def test_a_stream_shows_no_job(fault_for: Callable[..., Fault], call_for: Callable[..., Call]) -> None:
    assert not fault_for("job_stuck").applies(call_for("openai.responses", stream=True))
