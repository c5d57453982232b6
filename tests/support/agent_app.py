"""An agent as frameworks make one: it offers its tool, leaves the choice to the model, and goes on to the words.

Where a call fails, ``/careless`` begins the turn anew, with whatever it did; ``/careful`` repeats the call that failed.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from openai import OpenAI, OpenAIError

from support.json_app import JSONHandler, serve

ATTEMPTS = 4
SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}, "reason": {"type": "string"}}}
TOOLS: Any = [{"type": "function", "function": {"name": "refund", "description": "Refund it.", "parameters": SCHEMA}}]
CLIENT = OpenAI(api_key="sk-test-000000000000", timeout=6, max_retries=0)
DONE: dict[str, list[dict[str, str]]] = {"careless": [], "careful": []}
LOCK = threading.Lock()


def refund(kind: str, order: str, reason: str) -> str:
    with LOCK:
        DONE[kind].append({"order": order, "for": reason})
    return "refunded"


def call(messages: list[Any], attempts: int) -> Any:
    for left in reversed(range(attempts)):
        try:
            made = CLIENT.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS)
            return made.choices[0].message
        except OpenAIError:
            if not left:
                raise
    raise AssertionError("at least one attempt")


def play(kind: str, text: str, attempts: int) -> str:
    """One turn."""
    messages: list[Any] = [{"role": "user", "content": text}]
    while (message := call(messages, attempts)).tool_calls:
        messages.append(message.model_dump(exclude_none=True))
        for used in message.tool_calls:
            result = refund(kind, **json.loads(used.function.arguments))
            messages.append({"role": "tool", "tool_call_id": used.id, "content": result})
    return str(message.content)


class Agent(JSONHandler):
    def do_GET(self) -> None:
        kind = self.path.strip("/").partition("/")[0]
        with LOCK:
            self.answer(200, {"done": list(DONE.get(kind, ()))})

    def do_POST(self) -> None:
        kind, text = self.path.strip("/"), self.asked()["text"]
        turns, attempts = (ATTEMPTS, 1) if kind == "careless" else (1, ATTEMPTS)
        for left in reversed(range(turns)):
            try:
                self.answer(200, {"reply": play(kind, text, attempts)})
                return
            except OpenAIError:
                if not left:
                    self.answer(503, {"error": "Please ask again."})


if __name__ == "__main__":
    serve(Agent)
