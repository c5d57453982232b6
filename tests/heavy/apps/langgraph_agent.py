"""An agent as LangGraph's quickstart makes one: a model, a tool, and the choice left to the model, which streams.

``/plain`` is that agent. ``/guarded`` asks one thing more before a tool runs: whether the model's message was finished.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

DONE: dict[str, list[dict[str, str]]] = {"plain": [], "guarded": []}
app = FastAPI()


def agent(kind: str) -> Any:
    @tool
    def refund(order: str, reason: str) -> str:
        """Refund an order. Give the customer's words as reason."""
        DONE[kind].append({"order": order, "for": reason})
        return "refunded"

    model = ChatOpenAI(model="gpt-4o-mini", streaming=True, timeout=6, max_retries=1).bind_tools([refund])

    def call(state: MessagesState) -> dict[str, Any]:
        message = model.invoke(state["messages"])
        if kind == "guarded" and message.response_metadata.get("finish_reason") not in ("stop", "tool_calls"):
            raise ValueError("the model's message broke off")
        return {"messages": [message]}

    graph = StateGraph(MessagesState)
    graph.add_node("call", call)
    graph.add_node("tools", ToolNode([refund]))
    graph.add_edge(START, "call")
    graph.add_conditional_edges("call", tools_condition)
    graph.add_edge("tools", "call")
    return graph.compile()


AGENTS = {kind: agent(kind) for kind in DONE}


@app.get("/")
def up() -> str:
    return "up"


@app.post("/{kind}")
def ask(kind: str, body: dict[str, str]) -> Any:
    try:
        state = AGENTS[kind].invoke({"messages": [("user", body["text"])]})
        return {"reply": state["messages"][-1].content}
    except Exception:
        return JSONResponse({"error": "Sorry, please ask again."}, 503)


@app.get("/{kind}/done")
def done(kind: str) -> Any:
    return {"done": DONE[kind]}
