"""The chat completions that OpenAI keeps for its callers: those made with ``store: true``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import stored as openai_stored
from brownout.dialects.openai.chat import OpenAIChat
from brownout.dialects.openai.items import page
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.desk import Said, wrong_method
from brownout.standin.shelf import Shelf

MAX_KEPT = 2_000
_CHAT = OpenAIChat()


@dataclass
class StoredChat:
    """A completion, and the messages that it answers."""

    shown: dict[str, Any]
    messages: list[dict[str, Any]]


class OpenAIChats:
    """Keeps completions on request, and answers the calls about them."""

    def __init__(self) -> None:
        self.chats: Shelf[StoredChat] = Shelf(MAX_KEPT)

    def keep(self, call: Call, answer: Answer) -> None:
        """Remember a completion that was just given, where the caller asked to."""
        if call.body.get("store") is not True or not openai_stored.creates(call):
            return
        whole, metadata = _CHAT.completion(call, answer), call.body.get("metadata")
        shown = whole | {"metadata": metadata if isinstance(metadata, dict) else {}}
        self.chats.put(shown["id"], StoredChat(shown, openai_stored.messages(shown["id"], call.body)))

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The answer where the call is about kept completions; None where it wants words."""
        if openai_stored.creates(call):
            return None
        id, *rest = openai_stored.place(call) or ("",)
        if call.provider != "openai" or (not id and call.request.method != "GET"):
            return wrong_method(answer)  # the platforms that speak alike keep none
        if not id:
            return openai.ok(call, answer, self._page(call))
        chat = self.chats.get(id)
        if chat is None:
            return Failure(FailureKind.NOT_FOUND, answer.id)
        return self._one(call, answer, chat, rest)

    def _page(self, call: Call) -> dict[str, Any]:
        """One page of completions, the oldest first, unlike other lists."""
        query = call.request.query
        model = parse_qs(query).get("model", [None])[0]
        shown = [chat.shown for chat in self.chats.all() if model in (None, chat.shown["model"])]
        return page(shown, query if "order=" in query else f"{query}&order=asc")

    def _one(self, call: Call, answer: Answer, chat: StoredChat, rest: list[str]) -> Said:
        query = call.request.query
        match call.request.method, rest:
            case "GET", []:
                return openai.ok(call, answer, chat.shown)
            case "GET", ["messages"]:
                return openai.ok(
                    call, answer, page(chat.messages, query if "order=" in query else f"{query}&order=asc")
                )
            case "POST", []:
                metadata = call.body.get("metadata")
                chat.shown["metadata"] = metadata if isinstance(metadata, dict) else {}
                return openai.ok(call, answer, chat.shown)
            case "DELETE", []:
                self.chats.drop(chat.shown["id"])
                return openai.ok(call, answer, openai_stored.deleted(chat.shown["id"]))
        return wrong_method(answer)
