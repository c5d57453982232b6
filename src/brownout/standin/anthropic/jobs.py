"""The message batches that Anthropic works off for its callers: in progress at first, over at the second look."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from brownout.dialects import dialect_for
from brownout.dialects.anthropic import batches as anthropic_batches
from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.anthropic.batches import Outcome
from brownout.dialects.anthropic.pages import page
from brownout.dialects.encoding import dump
from brownout.dialects.headers import hexadecimal
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request
from brownout.standin import answers
from brownout.standin.address import address_of
from brownout.standin.desk import Said, wrong_method
from brownout.standin.fate import failure_of, fate_of
from brownout.standin.shelf import Shelf
from brownout.standin.stages import Stages

MAX_BATCHES = 1_000
MAX_REQUESTS = 5_000
"""Requests of one batch that the stand-in takes; the platform takes twenty times as many."""
_NOT_ENDED = "Batch {id} has no available results; it is still {status}."
_RUNNING = "Cannot delete a message batch that is still in progress."


@dataclass
class Batch:
    """A batch: its requests, how far it is, and the results once it is over.

    ``ends`` is the result of every request, where a fault has none of them done.
    """

    id: str
    created: int
    requests: list[dict[str, Any]]
    stages: Stages
    outcome: Outcome
    results: bytes = b""
    ends: dict[str, Any] | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """The object as the platform shows it."""
        return anthropic_batches.batch(self.id, self.created, self.outcome)


class AnthropicJobs:
    """Keeps message batches in memory, and answers the calls about them."""

    def __init__(self) -> None:
        self.jobs: Shelf[Batch] = Shelf(MAX_BATCHES)

    def said(self, call: Call, answer: Answer) -> Said:
        """The answer to a call about batches."""
        id, *rest = anthropic_batches.place(call) or ("",)
        method = call.request.method
        if not id and method == "POST":
            return self._create(call, answer)
        if not id:
            shown = [job.shown for job in self.jobs.all()]
            return anthropic.ok(call, answer, page(shown, call.request.query))
        job = self.jobs.get(id)
        if job is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        match method, rest:
            case "GET", []:
                self._look(call, answer, job)
                return anthropic.ok(call, answer, job.shown)
            case "GET", ["results"]:
                return self._results(call, answer, job)
            case "POST", ["cancel"]:
                return self._cancel(call, answer, job)
            case "DELETE", []:
                return self._delete(call, answer, job)
        return wrong_method(answer)

    def _create(self, call: Call, answer: Answer) -> Said:
        requests = anthropic_batches.requests(call.body)
        if problem := wrong(requests):
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=problem)
        begun = Outcome(processing=len(requests))
        id = anthropic_batches.batch_id(answer.id)
        stages = Stages("in_progress", "in_progress", "ended")
        job = Batch(id, answer.created, requests, stages, begun, ends=_doomed(call, answer))
        self.jobs.put(id, job)
        return anthropic.ok(call, answer, job.shown)

    def _look(self, call: Call, answer: Answer, job: Batch) -> None:
        if job.stages.over or job.stages.look(answer.created) != "ended":
            return
        cancelled, url = job.outcome.cancelled, f"{address_of(call)}/v1/messages/batches/{job.id}/results"
        if cancelled is not None:
            count = len(job.requests)
            job.outcome = Outcome("ended", canceled=count, ended=answer.created, cancelled=cancelled, results_url=url)
            gone = {"type": "canceled"}
            job.results = b"".join(anthropic_batches.line(request["custom_id"], gone) for request in job.requests)
            return
        lines = [(request["custom_id"], job.ends or work(call, answer, request, job.id)) for request in job.requests]
        types = [result["type"] for _, result in lines]
        job.results = b"".join(anthropic_batches.line(name, result) for name, result in lines)
        counts = {type: types.count(type) for type in ("succeeded", "errored", "expired")}
        job.outcome = Outcome("ended", **counts, ended=answer.created, results_url=url)

    def _results(self, call: Call, answer: Answer, job: Batch) -> Said:
        if not job.stages.over:
            message = _NOT_ENDED.format(id=job.id, status=job.outcome.status)
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        return Reply(200, anthropic.headers(call, answer.id, anthropic_batches.LINES), job.results)

    def _cancel(self, call: Call, answer: Answer, job: Batch) -> Reply:
        if not job.stages.over:
            job.stages.turn(answer.created, "canceling", "ended")
            job.outcome = Outcome("canceling", processing=len(job.requests), cancelled=answer.created)
        return anthropic.ok(call, answer, job.shown)

    def _delete(self, call: Call, answer: Answer, job: Batch) -> Said:
        if not job.stages.over:
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=_RUNNING)
        self.jobs.drop(job.id)
        return anthropic.ok(call, answer, anthropic_batches.deleted(job.id))


def _doomed(call: Call, answer: Answer) -> dict[str, Any] | None:
    doom = fate_of(call)
    if doom is None:
        return None
    if doom.ends == "expired":
        return {"type": "expired"}
    error = json.loads(dialect_for("anthropic.messages").failure(call, failure_of(doom, answer)).body)
    return {"type": "errored", "error": error}


def wrong(requests: list[dict[str, Any]]) -> str | None:
    """What the platform says of requests that make no batch; None for those that do."""
    if not requests:
        return "requests: List should have at least 1 item after validation, not 0"
    if len(requests) > MAX_REQUESTS:
        return f"requests: the stand-in takes at most {MAX_REQUESTS} of them"
    names = [string(request.get("custom_id")) for request in requests]
    if None in names:
        return f"requests.{names.index(None)}.custom_id: Field required"
    return None if len(set(names)) == len(names) else "requests: custom_id must be unique in a batch"


def work(call: Call, answer: Answer, entry: dict[str, Any], batch: str) -> dict[str, Any]:
    """One request's result: the message that the same call would have got, or its error."""
    params = entry.get("params")
    body = dump({**(params if isinstance(params, dict) else {}), "stream": False})
    request = Request("POST", call.request.host, "/v1/messages", headers=call.request.headers, body=body)
    dialect = dialect_for("anthropic.messages")
    asked, id = dialect.read(request), hexadecimal(batch, entry["custom_id"], 32)
    if asked.model is None:
        failure = Failure(FailureKind.INVALID_REQUEST, id, message="model: Field required")
        return {"type": "errored", "error": json.loads(dialect.failure(asked, failure).body)}
    made = answers.answer(int(id[:8], 16), asked, answer.created, asked=dialect.asked(asked))
    return {"type": "succeeded", "message": json.loads(dialect.answer(asked, made).body)}
