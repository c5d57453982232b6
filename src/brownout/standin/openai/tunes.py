"""The fine-tuning jobs that OpenAI works off for its callers, a stage at every look; nothing is really trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import fine_tuning
from brownout.dialects.openai.fine_tuning import Outcome
from brownout.dialects.openai.items import page
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.desk import Said, wrong_method
from brownout.standin.fate import error_of, fate_of
from brownout.standin.openai.files import OpenAIFiles
from brownout.standin.shelf import Shelf
from brownout.standin.stages import Stages, Work

MAX_TUNES = 1_000
_NO_FILE = "Invalid file ID provided: {id}"
_TOO_LATE = "Job has already completed: {id}"
_TOLD = {
    "cancelled": "Fine-tuning job cancelled",
    "failed": "Fine-tuning job failed",
    "queued": "Files validated, moving job to queued state",
    "running": "Fine-tuning job started",
    "succeeded": "The job has successfully completed",
    "validating_files": "Validating training file",
}


@dataclass
class Tune:
    """A job: the call that ordered it, how far it is, and the error that it ends with, if any."""

    call: Call
    id: str
    created: int
    stages: Stages
    error: dict[str, Any] | None
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any]:
        """The object as the platform shows it."""
        status = self.stages.now
        error = self.error if status == "failed" else None
        return fine_tuning.job(self.call, self.id, self.created, Outcome(status, self.stages.times.get(status), error))

    def tell(self, second: int) -> None:
        """A line in its log for the stage that it is in."""
        level = "error" if self.stages.now == "failed" else "info"
        self.events.append(fine_tuning.event(self.id, second, _TOLD[self.stages.now], level))

    def look(self, second: int) -> str:
        """Move it a stage further, where it is not over."""
        if not self.stages.over:
            self.stages.look(second)
            self.tell(second)
        return self.stages.now


class OpenAITunes:
    """Keeps fine-tuning jobs in memory, and answers the calls about them. ``OpenAIFiles`` keeps their files."""

    def __init__(self, files: OpenAIFiles) -> None:
        self.files = files
        self.tunes: Shelf[Tune] = Shelf(MAX_TUNES)
        self.accepted: Callable[[Work], None] = lambda work: None

    def said(self, call: Call, answer: Answer) -> Said:
        """The answer to a call about fine-tuning."""
        id, *rest = fine_tuning.place(call) or ("",)
        if not id:
            if call.request.method == "POST":
                return self._create(call, answer)
            return openai.ok(call, answer, page([tune.shown for tune in self.tunes.all()], call.request.query))
        tune = self.tunes.get(id)
        if tune is None:
            return Failure(FailureKind.NOT_FOUND, answer.id, message=f"Could not find fine tune: {id}")
        match call.request.method, rest:
            case "GET", []:
                tune.look(answer.created)
                return openai.ok(call, answer, tune.shown)
            case "GET", ["events"]:
                return openai.ok(call, answer, page(tune.events, call.request.query))
            case "GET", ["checkpoints"]:
                return openai.ok(call, answer, page([], call.request.query))
            case "POST", ["cancel"]:
                return self._cancel(call, answer, tune)
        return wrong_method(answer)

    def _create(self, call: Call, answer: Answer) -> Said:
        file = string(call.body.get("training_file")) or ""
        if call.model is None or self.files.files.get(file) is None:
            message = "you must provide a model parameter" if call.model is None else _NO_FILE.format(id=file)
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        doom = fate_of(call)
        stages = Stages("validating_files", "queued", "running", "failed" if doom else "succeeded")
        error = {**error_of(call, answer, doom), "param": None} if doom else None
        tune = Tune(call, f"ftjob-{answer.id[:24]}", answer.created, stages, error)
        tune.tell(answer.created)
        self.tunes.put(tune.id, tune)

        def finish(second: int) -> str:
            while not tune.stages.over:
                tune.look(second)
            return tune.stages.now

        self.accepted(Work("fine_tuning", tune.id, "", finish))
        return openai.ok(call, answer, tune.shown)

    def _cancel(self, call: Call, answer: Answer, tune: Tune) -> Said:
        if tune.stages.over:
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=_TOO_LATE.format(id=tune.id))
        tune.stages.turn(answer.created, "cancelled")
        tune.tell(answer.created)
        return openai.ok(call, answer, tune.shown)
