"""An agent as LangGraph's tutorial makes one: a model, a tool, and the choice left to the model.

It runs in the environment of ``support.frameworks``, which has nothing of brownout's.
"""

from __future__ import annotations

import threading
from typing import Any

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent

from support.json_app import JSONHandler, serve

DONE: list[dict[str, str]] = []
LOCK = threading.Lock()


def refund(order: str, reason: str) -> str:
    """Refund an order. Give the customer's words as reason."""
    with LOCK:
        DONE.append({"order": order, "for": reason})
    return "refunded"


AGENT: Any = create_react_agent(ChatOpenAI(model="gpt-4o-mini", timeout=6, max_retries=1), [tool(refund)])


class Agent(JSONHandler):
    def do_GET(self) -> None:
        with LOCK:
            self.answer(200, {"done": list(DONE)})

    def do_POST(self) -> None:
        try:
            made = AGENT.invoke({"messages": [("user", self.asked()["text"])]})
            self.answer(200, {"reply": made["messages"][-1].content})
        except Exception:
            self.answer(503, {"error": "Sorry, please ask again."})


if __name__ == "__main__":
    serve(Agent)
