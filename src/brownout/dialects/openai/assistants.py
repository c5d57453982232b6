"""Assistants, threads and runs: https://platform.openai.com/docs/api-reference/assistants-streaming.

OpenAI shut this API down on 26 August 2026 (https://platform.openai.com/docs/deprecations): since then every path of
it is a 404, which is what ``FailureKind.NOT_FOUND`` says here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import thread as openai_thread
from brownout.dialects.openai.items import page
from brownout.dialects.openai.thread import Thing
from brownout.dialects.paths import below
from brownout.dialects.reading import last_said, string, turns_of
from brownout.dialects.sent import Sent, table_in, tables_in, text_in, values_of
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request, Turn

DONE = b"event: done\ndata: [DONE]\n\n"
Event = tuple[str, dict[str, Any]]
# What ends a run rather than the stream, and as which code: the run's ``last_error``.
_ENDS_RUN = {
    FailureKind.CONTENT_REFUSED: "invalid_prompt",
    FailureKind.OVERLOADED: "server_error",
    FailureKind.QUOTA_EXHAUSTED: "rate_limit_exceeded",
    FailureKind.RATE_LIMIT_REQUESTS: "rate_limit_exceeded",
    FailureKind.RATE_LIMIT_TOKENS: "rate_limit_exceeded",
    FailureKind.SERVER_ERROR: "server_error",
    FailureKind.TIMEOUT: "server_error",
}
_RUN_OVER = "Sorry, something went wrong."


def place(call: Call) -> tuple[str, ...]:
    """What a path names: ``assistants`` or ``threads``, and what lies below it."""
    path = call.request.path
    kind = "threads" if "/threads" in path else "assistants"
    return (kind, *below(path, kind))


def creates_run(call: Call) -> bool:
    """Whether a call starts a run, in a thread that there is or in one of its own."""
    _, *rest = place(call)
    return call.request.method == "POST" and (rest == ["runs"] or (len(rest) == 2 and rest[1] == "runs"))


def thread_of(call: Call) -> str | None:
    """The thread that a path names."""
    kind, *rest = place(call)
    return rest[0] if kind == "threads" and rest and rest[0] != "runs" else None


def opening(call: Call) -> Any:
    """The messages that a call brings: of a new thread, of one created with its run, or besides it, or just the one."""
    body = call.body
    created = body.get("thread")
    if isinstance(created, dict):
        return created.get("messages")
    return body.get("messages") or body.get("additional_messages") or ([body] if "content" in body else [])


def run_thread(call: Call, answer: Answer) -> str:
    """The thread of a run: the one that the path names, or one that is created with it."""
    return thread_of(call) or f"thread_{answer.id}"


def run(call: Call, answer: Answer, status: str) -> Thing:
    """The run that a call starts."""
    made = openai_thread.run(call, f"run_{answer.id}", answer.created, status, run_thread(call, answer))
    return made | {"usage": openai_thread.usage(answer)} if status == "completed" else made


def message(call: Call, answer: Answer, run: Thing) -> Thing:
    """The message that a run adds to its thread."""
    return openai_thread.said(f"msg_{answer.id}", answer.created, run, answer.text)


def _events(call: Call, answer: Answer) -> Iterator[Event]:
    """Name and data of every event of a streamed run, in the platform's order."""
    if thread_of(call) is None:
        given = call.body.get("thread")
        body = given if isinstance(given, dict) else {}
        yield "thread.created", openai_thread.thread(run_thread(call, answer), answer.created, body)
    for status in ("created", "queued", "in_progress"):
        yield f"thread.run.{status}", run(call, answer, "queued" if status == "created" else status)
    begun, over = run(call, answer, "in_progress"), run(call, answer, "completed")
    whole = message(call, answer, over)
    empty = {**whole, "content": [], "status": "in_progress"}
    for name in ("created", "in_progress"):
        yield f"thread.run.step.{name}", openai_thread.step(begun, whole["id"], "in_progress")
    for name in ("created", "in_progress"):
        yield f"thread.message.{name}", empty
    for piece in answer.pieces:
        content = [{"index": 0, **openai_thread.text(piece)}]
        delta = {"id": whole["id"], "object": "thread.message.delta", "delta": {"content": content}}
        yield "thread.message.delta", delta
    yield "thread.message.completed", whole
    yield "thread.run.step.completed", openai_thread.step(over, whole["id"])
    yield "thread.run.completed", over


class OpenAIAssistants(openai.OpenAIDialect):
    """``openai.assistants``: assistants, threads, messages, runs and run steps; runs are streamed on request."""

    service = "openai.assistants"

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is the thread, the turns are what the call itself brings."""
        bare = openai.read(self.service, request, ())
        turns = turns_of(opening(bare))
        if instructions := string(request.json.get("instructions")):
            turns = (Turn("system", instructions), *turns) if creates_run(bare) else turns
        stream = bare.stream and creates_run(bare)
        return replace(bare, turns=turns, text=last_said(turns), conversation=thread_of(bare), stream=stream)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform that keeps nothing else answers: the state is kept elsewhere (``brownout.standin``)."""
        return openai.ok(call, answer, _said(call, answer))

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a streamed run."""
        return openai.head(call, answer)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Every event of a run, then ``done``."""
        for name, data in _events(call, answer):
            yield openai.event(data, name)
        yield DONE

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """A run that failed, where the model or its allowance is the reason; an ``error`` event for all else."""
        error = openai.error_of(call, failure)
        code = _ENDS_RUN.get(failure.kind)
        if code is None:
            return openai.event({"error": error.body}, "error") + DONE
        sorry = failure.kind is FailureKind.SERVER_ERROR and failure.message is None
        ended = _ended(call, Answer(failure.id, int(failure.now), (), 0), "failed", values_of(sent))
        last = {"code": code, "message": _RUN_OVER if sorry else error.message}
        return openai.event(ended | {"last_error": last}, "thread.run.failed") + DONE

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The message that was begun, with its words so far, and its run, which stopped early."""
        short, before = answer.finish == "length", values_of(sent)
        ended = _ended(call, answer, "incomplete", before)
        ended["incomplete_details"] = {"reason": "max_completion_tokens"} if short else None
        begun = _last(before, "thread.message")
        content = [openai_thread.text(_words(before))] if _words(before) else []
        reason = {"reason": "max_tokens" if short else "content_filter"}
        cut = begun | {"content": content, "status": "incomplete", "incomplete_details": reason}
        message = openai.event(cut, "thread.message.incomplete") if begun else b""
        return message + openai.event(ended, "thread.run.incomplete") + DONE


def _last(before: list[Thing], kind: str) -> Thing:
    return next((value for value in reversed(before) if value.get("object") == kind), {})


def _words(before: list[Thing]) -> str:
    deltas = (table_in(value, "delta") for value in before if value.get("object") == "thread.message.delta")
    return "".join(text_in(table_in(part, "text"), "value") for delta in deltas for part in tables_in(delta, "content"))


def _ended(call: Call, answer: Answer, status: str, before: list[Thing]) -> Thing:
    """The run that was begun, as it is when it has ended with a status."""
    begun = _last(before, "thread.run")
    thread = text_in(begun, "thread_id") or run_thread(call, answer)
    ended = openai_thread.run(call, f"run_{answer.id}", answer.created, status, thread)
    return ended | {name: begun.get(name, ended[name]) for name in ("id", "created_at", "model", "assistant_id")}


_ONE = {"messages": "thread.message", "assistants": "assistant", "threads": "thread"}


def _said(call: Call, answer: Answer) -> Thing:
    kind, *rest = place(call)
    method, id, created = call.request.method, answer.id, answer.created
    if creates_run(call) or "runs" in rest[:2]:
        if method == "GET" and rest[-1] in ("runs", "steps"):
            return page([])
        named = rest[2] if len(rest) > 2 and rest[1] == "runs" else f"run_{id}"
        return run(call, answer, "queued") | {"id": named}
    last = rest[1] if len(rest) > 1 else kind
    last_id = rest[-1] if len(rest) in (1, 3) else None
    if method == "GET" and last_id is None:
        return page([])
    if method == "DELETE":
        return openai_thread.deleted(last_id or id, _ONE.get(last, "thread"))
    if last == "messages":
        return openai_thread.message(last_id or f"msg_{id}", created, rest[0], call.body)
    if kind == "assistants":
        return openai_thread.assistant(last_id or f"asst_{id}", created, call.body)
    return openai_thread.thread(last_id or f"thread_{id}", created, call.body)
