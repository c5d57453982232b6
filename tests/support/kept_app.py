"""A chat that keeps nothing itself: its conversations are the platform's, through the official client.

Paths are ``/KIND`` and ``/KIND/CONVERSATION``; the kind goes along as a header, so that rules can tell users apart.
"""

from __future__ import annotations

from typing import Any

from openai import OpenAI, OpenAIError

from support.json_app import JSONHandler, serve

CLIENT = OpenAI(api_key="sk-test-000000000000", timeout=5)


def ask(client: OpenAI, conversation: str, text: str) -> str:
    """The model's answer, in a conversation of the platform's."""
    asked: list[Any] = [{"role": "user", "content": text}]
    return client.responses.create(model="gpt-4o-mini", conversation=conversation, input=asked).output_text


def messages(client: OpenAI, conversation: str) -> list[dict[str, str]]:
    """The conversation, oldest first."""
    items: Any = client.conversations.items.list(conversation, order="asc", limit=100)
    return [{"role": item.role, "text": item.content[0].text} for item in items if item.type == "message"]


class Handler(JSONHandler):
    def do_GET(self) -> None:
        client, id = self._place()
        self._try(lambda: {"messages": messages(client, id)} if id else {"ok": True})

    def do_POST(self) -> None:
        body = self.asked()
        client, id = self._place()
        self._try(lambda: {"reply": ask(client, id, body["text"])} if id else {"id": client.conversations.create().id})

    def _place(self) -> tuple[OpenAI, str]:
        kind, _, id = self.path.strip("/").partition("/")
        return CLIENT.with_options(default_headers={"x-kind": kind}), id

    def _try(self, work: Any) -> None:
        try:
            status, value = 200, work()
        except OpenAIError as error:
            status, value = 502, {"error": type(error).__name__}
        self.answer(status, value)


if __name__ == "__main__":
    serve(Handler)
