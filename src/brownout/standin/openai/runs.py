"""The runs of threads: queued, in progress, completed, a stage at every look; streamed ones are completed at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from brownout.dialects.openai import assistants as openai_assistants
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import thread as openai_thread
from brownout.dialects.openai.items import page
from brownout.dialects.openai.thread import Thing
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.desk import Said, wrong_method
from brownout.standin.fate import fate_of, run_error_of
from brownout.standin.stages import Stages

MAX_RUNS = 1_000
"""Runs of one thread that are kept."""
PATIENCE = 30
"""Seconds after which a run that nobody looks at no longer keeps its thread busy."""
_TOO_LATE = 'Runs in status "{status}" do not accept tool outputs.'
_NO_CANCEL = "Cannot cancel run with status '{status}'."


@dataclass
class Run:
    """A run: how far it is, what it shows in each stage, and the message that it will have said."""

    call: Call
    answer: Answer
    stages: Stages
    metadata: dict[str, object] = field(default_factory=dict)

    @property
    def shown(self) -> Thing:
        """The object as the platform shows it."""
        made = openai_assistants.run(self.call, self.answer, self.stages.now)
        if self.stages.now == "failed" and (doom := fate_of(self.call)):
            made["last_error"] = run_error_of(self.call, self.answer, doom)
        return {**made, "metadata": self.metadata} if self.metadata else made

    @property
    def message(self) -> Thing:
        """The message that the run has written."""
        return openai_assistants.message(self.call, self.answer, self.shown)


@dataclass
class Thread:
    """A thread, its messages and its runs, oldest first."""

    shown: Thing
    messages: list[Thing] = field(default_factory=list)
    runs: dict[str, Run] = field(default_factory=dict)

    def active(self, second: int) -> str | None:
        """The run that keeps the thread busy."""
        for id, run in self.runs.items():
            if not run.stages.over and second - run.answer.created < PATIENCE:
                return id
        return None


class OpenAIRuns:
    """Keeps the runs of a thread with it, and answers the calls about runs and their steps."""

    def keep(self, call: Call, answer: Answer, thread: Thread) -> None:
        """Remember a run that was just started, or just streamed to its end."""
        doom = fate_of(call)
        run = Run(call, answer, Stages("queued", "in_progress", doom.ends if doom else "completed"))
        if call.stream:
            run.stages.turn(answer.created, "completed")
            thread.messages.append(run.message)
        thread.runs[f"run_{answer.id}"] = run
        while len(thread.runs) > MAX_RUNS:
            del thread.runs[next(iter(thread.runs))]

    def said(self, call: Call, answer: Answer, thread: Thread, rest: list[str]) -> Said:
        """The answer to a call about the runs of a thread."""
        if not rest:
            runs = [run.shown for run in thread.runs.values()]
            return openai.ok(call, answer, page(runs, call.request.query))
        run = thread.runs.get(rest[0])
        if run is None:
            message = f"No run found with id '{rest[0]}'."
            return Failure(FailureKind.HISTORY_MISSING, answer.id, message=message)
        match call.request.method, rest[1:]:
            case "GET", []:
                self._look(answer, thread, run)
                return openai.ok(call, answer, run.shown)
            case "POST", []:
                metadata = call.body.get("metadata")
                run.metadata = metadata if isinstance(metadata, dict) else {}
                return openai.ok(call, answer, run.shown)
            case "POST", ["cancel"]:
                return self._cancel(call, answer, run)
            case "POST", ["submit_tool_outputs"]:
                message = _TOO_LATE.format(status=run.stages.now)
                return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
            case "GET", ["steps", *more]:
                return self._steps(call, answer, run, more)
        return wrong_method(answer)

    def _look(self, answer: Answer, thread: Thread, run: Run) -> None:
        if not run.stages.over and run.stages.look(answer.created) == "completed":
            thread.messages.append(run.message)

    def _cancel(self, call: Call, answer: Answer, run: Run) -> Said:
        if run.stages.over:
            message = _NO_CANCEL.format(status=run.stages.now)
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        run.stages.turn(answer.created, "cancelling", "cancelled")
        return openai.ok(call, answer, run.shown)

    def _steps(self, call: Call, answer: Answer, run: Run, rest: list[str]) -> Said:
        status = {"in_progress": "in_progress", "completed": "completed", "cancelled": "cancelled"}
        made = run.stages.now in status
        steps = [openai_thread.step(run.shown, run.message["id"], status[run.stages.now])] if made else []
        if not rest:
            return openai.ok(call, answer, page(steps, call.request.query))
        step = next((step for step in steps if step["id"] == rest[0]), None)
        if step is None:
            message = f"No run step found with id '{rest[0]}'."
            return Failure(FailureKind.HISTORY_MISSING, answer.id, message=message)
        return openai.ok(call, answer, step)
