"""The assistants and threads that OpenAI kept for its callers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from brownout.dialects.openai import assistants as openai_assistants
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import thread as openai_thread
from brownout.dialects.openai.items import page
from brownout.dialects.openai.thread import Thing
from brownout.dialects.reading import last_said, string
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Turn
from brownout.standin.answers import Memory
from brownout.standin.desk import Said, wrong_method
from brownout.standin.openai.runs import OpenAIRuns, Thread
from brownout.standin.shelf import Shelf

MAX_ASSISTANTS, MAX_THREADS, MAX_MESSAGES = 1_000, 2_000, 1_000
_BUSY = "Can't add messages to {thread} while a run {run} is active."
_INHERITED = ("model", "instructions", "tools", "temperature", "top_p", "response_format")


@dataclass
class OpenAIThreads:
    """Answers the calls about assistants, threads and messages, and tells a run what it has to answer."""

    assistants: Shelf[Thing] = field(default_factory=lambda: Shelf(MAX_ASSISTANTS))
    threads: Shelf[Thread] = field(default_factory=lambda: Shelf(MAX_THREADS))
    runs: OpenAIRuns = field(default_factory=OpenAIRuns)

    def memory(self, call: Call) -> Memory | None:
        """Nothing besides the words of a thread; None where a call names a thread that is not kept."""
        named = openai_assistants.thread_of(call)
        return Memory() if named is None or self.threads.get(named) else None

    def recalled(self, call: Call) -> Call:
        """A call that starts a run, with what its assistant is and what was said in its thread."""
        if not openai_assistants.creates_run(call):
            return call
        assistant = self.assistants.get(string(call.body.get("assistant_id")) or "") or {}
        given = {key: value for key, value in call.body.items() if value is not None}
        body = {**{key: assistant[key] for key in _INHERITED if key in assistant}, **given}
        thread = self.threads.get(openai_assistants.thread_of(call) or "")
        earlier = tuple(map(openai_thread.turn, thread.messages)) if thread else ()
        instructions = string(body.get("instructions"))
        system = (Turn("system", instructions),) if instructions else ()
        turns = (*system, *earlier, *(turn for turn in call.turns if turn.role != "system"))
        request = replace(call.request, body=openai.dump(body))
        return replace(call, request=request, model=string(body.get("model")), turns=turns, text=last_said(turns))

    def keep(self, call: Call, answer: Answer) -> None:
        """Remember a run that was just started, or just streamed to its end."""
        if not openai_assistants.creates_run(call):
            return
        id = openai_assistants.run_thread(call, answer)
        thread = self.threads.get(id) or self._begin(id, answer, call.body.get("thread"))
        more = call.body.get("additional_messages") if openai_assistants.thread_of(call) else None
        self._add(thread, answer, more)
        self.runs.keep(call, answer, thread)

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The answer to a call about what is kept; None for one that starts a run."""
        kind, *rest = openai_assistants.place(call)
        if kind == "assistants":
            return self._assistants(call, answer, rest)
        thread = self.threads.get(rest[0]) if rest else None
        if openai_assistants.creates_run(call):
            return self._refused_run(call, answer, thread)
        if not rest:
            return self._create(call, answer) if call.request.method == "POST" else wrong_method(answer)
        if thread is None:
            return Failure(FailureKind.HISTORY_MISSING, answer.id)
        match rest[1:]:
            case []:
                return self._thread(call, answer, thread)
            case ["messages", *more]:
                return self._messages(call, answer, thread, more)
            case ["runs", *more]:
                return self.runs.said(call, answer, thread, more)
        return Failure(FailureKind.NOT_FOUND, answer.id)

    def _refused_run(self, call: Call, answer: Answer, thread: Thread | None) -> Failure | None:
        assistant = string(call.body.get("assistant_id"))
        if assistant is None:
            message = "Missing required parameter: 'assistant_id'."
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        if self.assistants.get(assistant) is None:
            message = f"No assistant found with id '{assistant}'."
            return Failure(FailureKind.HISTORY_MISSING, answer.id, message=message)
        active = thread.active(answer.created) if thread else None
        if thread and active:
            message = f"Thread {thread.shown['id']} already has an active run {active}."
            return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
        return None

    def _assistants(self, call: Call, answer: Answer, rest: list[str]) -> Said:
        method = call.request.method
        if not rest:
            if method == "GET":
                return openai.ok(call, answer, page(self.assistants.all(), call.request.query))
            made = openai_thread.assistant(f"asst_{answer.id}", answer.created, call.body)
            self.assistants.put(made["id"], made)
            return openai.ok(call, answer, made)
        assistant = self.assistants.get(rest[0])
        if assistant is None:
            return Failure(FailureKind.HISTORY_MISSING, answer.id)
        if method == "DELETE":
            self.assistants.drop(assistant["id"])
            return openai.ok(call, answer, openai_thread.deleted(assistant["id"], "assistant"))
        if method == "POST":
            assistant.update(
                openai_thread.assistant(assistant["id"], assistant["created_at"], {**assistant, **call.body})
            )
        return openai.ok(call, answer, assistant)

    def _create(self, call: Call, answer: Answer) -> Reply:
        thread = self._begin(f"thread_{answer.id}", answer, call.body)
        return openai.ok(call, answer, thread.shown)

    def _begin(self, id: str, answer: Answer, given: Any) -> Thread:
        body = given if isinstance(given, dict) else {}
        thread = Thread(openai_thread.thread(id, answer.created, body))
        self.threads.put(id, thread)
        self._add(thread, answer, body.get("messages"))
        return thread

    def _add(self, thread: Thread, answer: Answer, given: Any) -> None:
        listed = [message for message in given if isinstance(message, dict)] if isinstance(given, list) else []
        for index, message in enumerate(listed):
            id = f"msg_{openai.digest('message', answer.id, str(index), size=16)}"
            thread.messages.append(openai_thread.message(id, answer.created, thread.shown["id"], message))
        del thread.messages[:-MAX_MESSAGES]

    def _thread(self, call: Call, answer: Answer, thread: Thread) -> Said:
        if call.request.method == "DELETE":
            self.threads.drop(thread.shown["id"])
            return openai.ok(call, answer, openai_thread.deleted(thread.shown["id"], "thread"))
        if call.request.method == "POST":
            thread.shown |= openai_thread.thread(
                thread.shown["id"], thread.shown["created_at"], {**thread.shown, **call.body}
            )
        return openai.ok(call, answer, thread.shown)

    def _messages(self, call: Call, answer: Answer, thread: Thread, rest: list[str]) -> Said:
        method, id = call.request.method, thread.shown["id"]
        if not rest and method == "GET":
            return openai.ok(call, answer, page(thread.messages, call.request.query))
        if not rest:
            if active := thread.active(answer.created):
                message = _BUSY.format(thread=id, run=active)
                return Failure(FailureKind.INVALID_REQUEST, answer.id, message=message)
            added = openai_thread.message(f"msg_{answer.id}", answer.created, id, call.body)
            thread.messages.append(added)
            del thread.messages[:-MAX_MESSAGES]
            return openai.ok(call, answer, added)
        wanted = next((message for message in thread.messages if message["id"] == rest[0]), None)
        if wanted is None:
            message = f"No message found with id '{rest[0]}'."
            return Failure(FailureKind.HISTORY_MISSING, answer.id, message=message)
        if method == "DELETE":
            thread.messages.remove(wanted)
            return openai.ok(call, answer, openai_thread.deleted(rest[0], "thread.message"))
        if method == "POST" and isinstance(call.body.get("metadata"), dict):
            wanted["metadata"] = call.body["metadata"]
        return openai.ok(call, answer, wanted)
