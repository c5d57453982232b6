"""The history that OpenAI keeps for its callers: stored responses and conversations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brownout.dialects.family import family_path_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import conversations as openai_conversations
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai import items as openai_items
from brownout.dialects.openai import mcp as openai_mcp
from brownout.dialects.openai import response as openai_response
from brownout.dialects.openai import responses as openai_responses
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply
from brownout.standin.answers import Memory, canaries_given, input_tokens
from brownout.standin.desk import Said, wrong_method
from brownout.standin.openai import background as openai_background
from brownout.standin.stages import Stages, Work
from brownout.standin.state import Conversation, State, StoredResponse, longer

_SYNCHRONOUS = "Cannot cancel a synchronous response."
_LONGEST_CHAIN = 100
"""Responses, each built on the one before, that are looked through for what was said."""


class OpenAIHistory:
    """Answers the calls about history, and tells other calls what the platform remembers."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.accepted: Callable[[Work], None] = lambda work: None

    def memory(self, call: Call) -> Memory | None:
        """What is remembered of the history that a new response continues; None where it names one that is not kept."""
        previous = string(call.body.get("previous_response_id"))
        conversation = openai_errors.conversation_id(call)
        if call.part != "responses" or not (previous or conversation):
            return Memory()
        if conversation:
            known = self.state.conversations.get(conversation)
            return known.memory if known else None
        stored = self.state.responses.get(previous or "")
        return stored.memory if stored else None

    def context(self, call: Call) -> list[openai_items.Item]:
        """The items that a new response builds on, oldest first: what is kept, and what came along."""
        given = openai_items.items_of(call.body.get("input"), "")
        if conversation := self.state.conversations.get(openai_errors.conversation_id(call) or ""):
            return [*conversation.items, *given]
        previous = string(call.body.get("previous_response_id"))
        for _ in range(_LONGEST_CHAIN):
            stored = self.state.responses.get(previous or "")
            if stored is None:
                break
            given = [*stored.input_items, *stored.body["output"], *given]
            previous = string(stored.body.get("previous_response_id"))
        return given

    def keep(self, call: Call, answer: Answer) -> None:
        """Remember a response that was just given, unless the caller asked not to."""
        if call.part != "responses" or openai_responses.stored_id(call):
            return
        tokens = input_tokens(call) + answer.output_tokens
        memory = longer(self.memory(call) or Memory(), canaries_given(call), tokens)
        body = openai_response.finished(call, answer)
        given = openai_items.items_of(call.body.get("input"), answer.id)
        # Over a WebSocket a response can be continued on the same connection, stored or not.
        if call.body.get("store") is not False or "sec-websocket-key" in call.request.headers:
            waits = openai_background.waits(call)
            body = openai_background.doomed(call, answer, body) if waits else body
            stages = self._stages(answer, body) if waits else None
            self.state.responses.put(body["id"], StoredResponse(body, tuple(given), memory, stages))
        continued = self.state.conversations.get(openai_errors.conversation_id(call) or "")
        if continued and not answer.open:
            continued.add((*given, *body["output"]))
            continued.memory = memory

    def _stages(self, answer: Answer, body: dict[str, Any]) -> Stages:
        """The stages of work that nobody waits for; it cannot end while the application owes it an answer."""
        stored = self.state.responses.get(body["id"])
        if stored is None or stored.stages is None:
            return Stages("queued", "in_progress", body["status"], held=answer.open)
        stored.stages.release(body["status"])
        return stored.stages

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The answer where the call is about history itself; None for all others."""
        if call.part == "conversations":
            return self._conversations(call, answer)
        id = openai_responses.stored_id(call)
        if call.part == "responses" and id != "input_tokens":
            return self._responses(call, answer, id)
        return None

    def _responses(self, call: Call, answer: Answer, id: str | None) -> Said | None:
        method, below = call.request.method, openai_responses.below(call)
        if id is None:
            return self._create_response(call, answer) if method == "POST" else wrong_method(answer)
        stored = self.state.responses.get(id)
        if stored is None:
            return Failure(FailureKind.HISTORY_MISSING, answer.id)
        if (method, below) == ("GET", ""):
            return openai.ok(call, answer, openai_background.looked(stored, answer))
        if (method, below) == ("GET", "input_items"):
            return openai.ok(call, answer, openai_items.page(stored.input_items, call.request.query))
        if (method, below) == ("DELETE", ""):
            self.state.responses.drop(id)
            return openai.ok(call, answer, openai_responses.deleted(id))
        if (method, below) == ("POST", "cancel"):
            cancelled = openai_background.cancelled(stored, answer)
            if cancelled is None:
                return Failure(FailureKind.INVALID_REQUEST, answer.id, message=_SYNCHRONOUS)
            return openai.ok(call, answer, cancelled)
        return wrong_method(answer)

    def _create_response(self, call: Call, answer: Answer) -> Reply | None:
        """A response that nobody waits for is there at once, as queued; all others are words, or no tools."""
        if not openai_background.waits(call):
            error = None if call.stream else openai_mcp.error_of(answer)
            return openai_mcp.failure(call, answer, error) if error else None
        self.keep(call, answer)
        queued = openai_response.queued(call, answer)
        stored = self.state.responses.get(queued["id"])
        if stored is not None and (stages := stored.stages) is not None and not answer.open:
            self.accepted(Work("response", queued["id"], call.text, stages.finish))
        return openai.ok(call, answer, queued)

    def _conversations(self, call: Call, answer: Answer) -> Said:
        id, items, item = openai_conversations.parts(family_path_of(call))
        if id is None:
            return self._create(call, answer) if call.request.method == "POST" else wrong_method(answer)
        conversation = self.state.conversations.get(id)
        if conversation is None:
            return Failure(FailureKind.HISTORY_MISSING, answer.id)
        if item:
            return self._item(call, answer, conversation, item)
        return self._items(call, answer, conversation) if items else self._conversation(call, answer, conversation)

    def _create(self, call: Call, answer: Answer) -> Reply:
        made = Conversation(f"conv_{answer.id}", answer.created, call.body.get("metadata"))
        self._add(call, answer, made)
        self.state.conversations.put(made.id, made)
        return openai.ok(call, answer, _shown(made))

    def _conversation(self, call: Call, answer: Answer, conversation: Conversation) -> Said:
        match call.request.method:
            case "GET":
                return openai.ok(call, answer, _shown(conversation))
            case "POST":
                conversation.metadata = call.body.get("metadata")
                return openai.ok(call, answer, _shown(conversation))
            case "DELETE":
                self.state.conversations.drop(conversation.id)
                return openai.ok(call, answer, openai_conversations.deleted(conversation.id))
            case _:
                return wrong_method(answer)

    def _items(self, call: Call, answer: Answer, conversation: Conversation) -> Said:
        match call.request.method:
            case "GET":
                return openai.ok(call, answer, openai_items.page(conversation.items, call.request.query))
            case "POST":
                added = self._add(call, answer, conversation)
                return openai.ok(call, answer, openai_items.page(added, "order=asc&limit=100"))
            case _:
                return wrong_method(answer)

    def _item(self, call: Call, answer: Answer, conversation: Conversation, id: str) -> Said:
        item = next((item for item in conversation.items if item["id"] == id), None)
        if item is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        match call.request.method:
            case "GET":
                return openai.ok(call, answer, item)
            case "DELETE":
                conversation.items.remove(item)
                return openai.ok(call, answer, _shown(conversation))
            case _:
                return wrong_method(answer)

    def _add(self, call: Call, answer: Answer, conversation: Conversation) -> list[dict[str, Any]]:
        added = openai_items.items_of(call.body.get("items"), answer.id)
        conversation.add(added)
        conversation.memory = longer(conversation.memory, canaries_given(call), input_tokens(call))
        return added


def _shown(conversation: Conversation) -> dict[str, Any]:
    return openai_conversations.conversation(conversation.id, conversation.created, conversation.metadata)
