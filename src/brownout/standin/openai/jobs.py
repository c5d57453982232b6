"""The batches that OpenAI works off for its callers: validating, in progress, done, a stage at every look."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from brownout.dialects import dialect_for
from brownout.dialects.openai import batches as openai_batches
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import files as openai_files
from brownout.dialects.openai.batches import Outcome
from brownout.dialects.openai.items import page
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind, Request
from brownout.services import BUILT_IN, speaks
from brownout.standin import answers
from brownout.standin.desk import Said, wrong_method
from brownout.standin.fate import error_of, fate_of
from brownout.standin.openai.files import OpenAIFiles
from brownout.standin.shelf import Shelf
from brownout.standin.stages import Stages, Work
from brownout.wire.edits_fate import Doomed

MAX_BATCHES = 1_000
MAX_LINES = 5_000
"""Requests of one batch that the stand-in takes; the platform takes ten times as many."""
ENDPOINTS = ("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/moderations", "/v1/responses")
_NO_FILE = "Invalid 'input_file_id': no file found with id '{id}'."
_QUEUE = (
    "Enqueued token limit reached for {model} in organization {organization}. Limit: 90,000 enqueued tokens. Please "
    "try again once some in_progress batches have been completed."
)
_NO_CANCEL = "Cannot cancel a batch with status '{status}'."


@dataclass
class Batch:
    """A batch: what it was asked for, its requests, and how far it is."""

    id: str
    created: int
    body: dict[str, Any]
    lines: list[dict[str, Any]]
    problems: tuple[dict[str, Any], ...]
    stages: Stages
    outcome: Outcome

    @property
    def shown(self) -> dict[str, Any]:
        """The object as the platform shows it."""
        return openai_batches.batch(self.id, self.created, self.body, self.outcome)


class OpenAIJobs:
    """Keeps batches in memory, and answers the calls about them. ``OpenAIFiles`` keeps their files."""

    def __init__(self, files: OpenAIFiles) -> None:
        self.files = files
        self.jobs: Shelf[Batch] = Shelf(MAX_BATCHES)
        self.accepted: Callable[[Work], None] = lambda work: None

    def said(self, call: Call, answer: Answer) -> Said:
        """The answer to a call about batches."""
        id, *rest = openai_batches.place(call) or ("",)
        if not id:
            if call.request.method == "POST":
                return self._create(call, answer)
            return openai.ok(call, answer, page([job.shown for job in self.jobs.all()], call.request.query))
        job = self.jobs.get(id)
        if job is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        if (call.request.method, rest) == ("GET", []):
            self._look(call, answer, job)
            return openai.ok(call, answer, job.shown)
        return self._cancel(call, answer, job) if rest == ["cancel"] else wrong_method(answer)

    def _create(self, call: Call, answer: Answer) -> Said:
        id, endpoint = string(call.body.get("input_file_id")) or "", call.body.get("endpoint")
        file = self.files.files.get(id)
        if endpoint not in ENDPOINTS:
            known = ", ".join(f"'{name}'" for name in ENDPOINTS)
            message = f"Invalid value: '{endpoint}'. Supported values are: {known}."
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        if file is None:
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=_NO_FILE.format(id=id))
        lines, problems = read_lines(file.data)
        doom = fate_of(call)
        stages, why = _stages(doom, bool(problems)), problems
        if doom is not None and doom.ends == "failed" and not problems:
            why = (_broken(call, answer, doom),)
        job = Batch(f"batch_{answer.id}", answer.created, call.body, lines, why, stages, Outcome())
        self.jobs.put(job.id, job)

        def finish(second: int) -> str:
            while not job.stages.over:
                self._look(call, replace(answer, created=second), job)
            return job.stages.now

        self.accepted(Work("batch", job.id, file.data.decode("utf-8", "replace"), finish))
        return openai.ok(call, answer, job.shown)

    def _look(self, call: Call, answer: Answer, job: Batch) -> None:
        if job.stages.over:
            return
        status = job.stages.look(answer.created)
        times = tuple(job.stages.times.items())
        problems = job.problems if status == "failed" else ()
        job.outcome = Outcome(status, times, total=len(job.lines), problems=problems)
        if status == "completed":
            job.outcome = self._finish(call, answer, job, times)
        elif status == "expired":
            job.outcome = self._expire(answer, job, times)

    def _finish(self, call: Call, answer: Answer, job: Batch, times: tuple[tuple[str, int], ...]) -> Outcome:
        done: list[bytes] = []
        failed: list[bytes] = []
        for line in job.lines:
            status, result = work(call, answer, line, job.id)
            (done if status < 400 else failed).append(result)
        output, errors = (self._file(job, answer, name, lines) for name, lines in (("output", done), ("error", failed)))
        return Outcome(
            "completed",
            (("finalizing", answer.created), *times),
            output,
            errors,
            len(job.lines),
            len(done),
            len(failed),
        )

    def _expire(self, answer: Answer, job: Batch, times: tuple[tuple[str, int], ...]) -> Outcome:
        """Nothing was done in time: each request has an error.

        https://platform.openai.com/docs/guides/batch#batch-expiration
        """
        lines = [
            openai_batches.expired(openai.digest(job.id, str(line["custom_id"]), size=16), line) for line in job.lines
        ]
        errors = self._file(job, answer, "error", lines)
        count = len(job.lines)
        return Outcome("expired", times, errors=errors, total=count, failed=count)

    def _file(self, job: Batch, answer: Answer, name: str, lines: list[bytes]) -> str | None:
        if not lines:
            return None
        data, id = b"".join(lines), f"file-{openai.digest(name, job.id, size=12)}"
        shown = openai_files.file(id, answer.created, f"{job.id}_{name}.jsonl", len(data), "batch_output")
        self.files.add(shown, data)
        return id

    def _cancel(self, call: Call, answer: Answer, job: Batch) -> Said:
        if job.stages.over:
            message = _NO_CANCEL.format(status=job.stages.now)
            return Failure(FailureKind.CONFLICT, answer.id, message=message)
        job.stages.turn(answer.created, "cancelling", "cancelled")
        job.outcome = Outcome("cancelling", tuple(job.stages.times.items()), total=len(job.lines))
        return openai.ok(call, answer, job.shown)


def _stages(doom: Doomed | None, refused: bool) -> Stages:
    """What a batch goes through; one that is refused, or for which there is no room, never begins."""
    if refused or (doom and doom.ends == "failed" and doom.error == "rate_limit"):
        return Stages("validating", "failed")
    return Stages("validating", "in_progress", doom.ends if doom else "completed")


def _broken(call: Call, answer: Answer, doom: Doomed) -> dict[str, Any]:
    """Why a batch failed that had nothing wrong with it: the organization's queue was full, or the platform broke."""
    code, message = "server_error", error_of(call, answer, doom)["message"]
    if doom.error == "rate_limit":
        code, model = "token_limit_exceeded", string(call.body.get("model")) or "gpt-4o-mini"
        message = doom.message or _QUEUE.format(model=model, organization=openai.organization(call))
    return {"code": code, "message": message, "line": None, "param": None}


def read_lines(data: bytes) -> tuple[list[dict[str, Any]], tuple[dict[str, Any], ...]]:
    """The requests in a batch's file, and what is wrong with it, as the platform lists it."""
    lines: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, raw in enumerate(data.splitlines(), 1):
        problem = _read_line(raw, lines, seen)
        if problem:
            problems.append({"code": problem[0], "message": problem[1], "line": number, "param": None})
    if not lines and not problems:
        problems.append({"code": "empty_file", "message": "The input file is empty.", "line": None, "param": None})
    if len(lines) > MAX_LINES:
        message = f"The stand-in takes at most {MAX_LINES} requests a batch."
        problems.append({"code": "too_many_requests", "message": message, "line": None, "param": None})
    return lines, tuple(problems)


def _read_line(raw: bytes, lines: list[dict[str, Any]], seen: set[str]) -> tuple[str, str] | None:
    if not raw.strip():
        return None
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict) or not isinstance(line.get("body"), dict):
        return "invalid_json_line", "This line is not parseable as valid JSON."
    name = string(line.get("custom_id"))
    if name is None:
        return "missing_required_parameter", "Missing required parameter: 'custom_id'."
    if name in seen:
        return "duplicate_custom_id", f"The custom_id '{name}' is used more than once."
    seen.add(name)
    lines.append(line)
    return None


def work(call: Call, answer: Answer, line: dict[str, Any], batch: str) -> tuple[int, bytes]:
    """Status and line of one request's result: what the same call would have answered by itself."""
    url = string(line.get("url")) or "/v1/chat/completions"
    id = openai.digest(batch, line["custom_id"], size=16)
    body = openai.dump({**line["body"], "stream": False})
    request = Request("POST", call.request.host, url, headers=call.request.headers, body=body)
    provider = call.provider if call.provider in BUILT_IN.by_name else speaks(call.provider)
    dialect = dialect_for(BUILT_IN.service_of(provider, "POST", url))
    asked = dialect.read(request)
    if asked.model is None and not url.endswith("/moderations"):
        message = "you must provide a model parameter"
        reply = dialect.failure(asked, Failure(FailureKind.INVALID_REQUEST, id, message=message))
    else:
        made = answers.answer(int(id[:8], 16), asked, answer.created, asked=dialect.asked(asked))
        reply = dialect.answer(asked, made)
    line_id = openai.request_id(id)
    return reply.status, openai_batches.line(id, line["custom_id"], reply.status, line_id, json.loads(reply.body))
