"""A parcel service's agent: Starlette in front, Responses with two tools behind, SQLite for what it did."""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from contextlib import closing
from typing import Any

from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

DATABASE = os.environ.get("DATABASE", "agent.db")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
PARCELS = {"P-1001": ("lost", 1250), "P-1002": ("delivered", 890), "P-1003": ("on its way", 2400)}
ASKS_FOR_PARCEL: dict[str, Any] = {
    "type": "object",
    "properties": {"parcel": {"type": "string", "enum": list(PARCELS)}},
    "required": ["parcel"],
    "additionalProperties": False,
}
FUNCTIONS: list[Any] = [
    {"type": "function", "name": "refund_parcel", "description": "Refund the postage", "parameters": ASKS_FOR_PARCEL},
    {"type": "function", "name": "look_up_parcel", "description": "Where a parcel is", "parameters": ASKS_FOR_PARCEL},
]
SEARCH: list[Any] = [{"type": "web_search"}]

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, user TEXT, previous TEXT);
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, conversation TEXT, role TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS refunds (id INTEGER PRIMARY KEY, conversation TEXT, message TEXT, parcel TEXT, cents INT);
"""

client = AsyncOpenAI()


def run(statement: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(DATABASE, timeout=10)) as db, db:
        return db.execute(statement, values).fetchall()


def use(name: str, arguments: str, conversation: str, message: str) -> str:
    parcel = json.loads(arguments)["parcel"]
    state, cents = PARCELS[parcel]
    if name == "refund_parcel":
        run("INSERT INTO refunds VALUES (NULL, ?, ?, ?, ?)", conversation, message, parcel, cents)
        return json.dumps({"refunded": parcel, "cents": cents, "for": message})
    return json.dumps({"parcel": parcel, "state": state})


async def play_turn(conversation: str, text: str) -> str:
    ((previous,),) = await run_in_threadpool(run, "SELECT previous FROM conversations WHERE id = ?", conversation)
    response = await client.responses.create(
        model=MODEL, input=text, tools=FUNCTIONS, tool_choice="required", previous_response_id=previous
    )
    while calls := [item for item in response.output if item.type == "function_call"]:
        outputs: list[Any] = []
        for call in calls:
            output = await run_in_threadpool(use, call.name, call.arguments, conversation, text)
            outputs.append({"type": "function_call_output", "call_id": call.call_id, "output": output})
        response = await client.responses.create(
            model=MODEL, input=outputs, tools=FUNCTIONS + SEARCH, previous_response_id=response.id
        )
    await run_in_threadpool(run, "UPDATE conversations SET previous = ? WHERE id = ?", response.id, conversation)
    return response.output_text


async def answer(conversation: str, text: str) -> str:
    for _ in range(2):
        try:
            return await play_turn(conversation, text)
        except Exception as error:
            if "previous_response_not_found" in str(error):
                await run_in_threadpool(run, "UPDATE conversations SET previous = NULL WHERE id = ?", conversation)
    return await play_turn(conversation, text)


async def send_message(request: Request) -> Response:
    conversation = request.path_params["id"]
    text = (await request.json())["text"]
    try:
        reply = await answer(conversation, text)
    except Exception as error:
        return JSONResponse({"error": str(error)}, status_code=500)
    for role, said in (("user", text), ("assistant", reply)):
        await run_in_threadpool(run, "INSERT INTO messages VALUES (NULL, ?, ?, ?)", conversation, role, said)
    return JSONResponse({"reply": reply})


async def read_messages(request: Request) -> Response:
    wanted = "SELECT role, text FROM messages WHERE conversation = ? ORDER BY id"
    rows = await run_in_threadpool(run, wanted, request.path_params["id"])
    return JSONResponse({"messages": [{"role": role, "text": text} for role, text in rows]})


async def read_refunds(request: Request) -> Response:
    wanted = "SELECT message, parcel, cents FROM refunds WHERE conversation = ? ORDER BY id"
    rows = await run_in_threadpool(run, wanted, request.path_params["id"])
    return JSONResponse({"refunds": [{"for": text, "parcel": parcel, "cents": cents} for text, parcel, cents in rows]})


async def new_conversation(request: Request) -> Response:
    conversation, user = uuid.uuid4().hex, (await request.json())["user"]
    await run_in_threadpool(run, "INSERT INTO conversations VALUES (?, ?, NULL)", conversation, user)
    return JSONResponse({"id": conversation}, status_code=201)


async def health(request: Request) -> Response:
    return JSONResponse({"ok": True})


with closing(sqlite3.connect(DATABASE)) as setup:
    setup.executescript(SCHEMA)

app = Starlette(
    routes=[
        Route("/healthz", health),
        Route("/api/conversations", new_conversation, methods=["POST"]),
        Route("/api/conversations/{id}/messages", send_message, methods=["POST"]),
        Route("/api/conversations/{id}/messages", read_messages),
        Route("/api/conversations/{id}/refunds", read_refunds),
    ]
)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
