"""A chat service: Starlette in front, Chat Completions behind, SQLite for the history."""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

DATABASE = os.environ.get("DATABASE", "chat.db")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
PAGE = (Path(__file__).parents[1] / "chat.html").read_text(encoding="utf-8")

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, user TEXT);
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, conversation TEXT, role TEXT, text TEXT);
"""

client = AsyncOpenAI()


def connect() -> sqlite3.Connection:
    return sqlite3.connect(DATABASE, timeout=10)


def create_conversation(user: str) -> str:
    conversation = uuid.uuid4().hex
    with closing(connect()) as db, db:
        db.execute("INSERT INTO conversations VALUES (?, ?)", (conversation, user))
    return conversation


def load_messages(conversation: str) -> list[dict[str, str]]:
    with closing(connect()) as db:
        rows = db.execute("SELECT role, text FROM messages WHERE conversation = ? ORDER BY id", (conversation,))
        return [{"role": role, "text": text} for role, text in rows]


def save_turn(conversation: str, question: str, answer: str | None) -> None:
    with closing(connect()) as db, db:
        db.executemany(
            "INSERT INTO messages (conversation, role, text) VALUES (?, ?, ?)",
            [(conversation, "user", question), (conversation, "assistant", answer)],
        )


async def build_prompt(conversation: str, text: str) -> list[Any]:
    history = await run_in_threadpool(load_messages, conversation)
    return [*({"role": m["role"], "content": m["text"]} for m in history), {"role": "user", "content": text}]


def sse(event: dict[str, Any]) -> str:
    return f"data: {json.dumps(event)}\n\n"


async def stream_reply(conversation: str, text: str) -> AsyncIterator[str]:
    answer = ""
    try:
        prompt = await build_prompt(conversation, text)
        stream = await client.chat.completions.create(model=MODEL, messages=prompt, stream=True)
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                answer += chunk.choices[0].delta.content
                yield sse({"delta": chunk.choices[0].delta.content})
    except Exception as error:
        if not answer:
            yield sse({"error": str(error)})
            return
    await run_in_threadpool(save_turn, conversation, text, answer)
    yield sse({"done": True})


async def send_message(request: Request) -> Response:
    conversation = request.path_params["id"]
    body = await request.json()
    if body.get("stream"):
        return StreamingResponse(stream_reply(conversation, body["text"]), media_type="text/event-stream")
    try:
        prompt = await build_prompt(conversation, body["text"])
        completion = await client.chat.completions.create(model=MODEL, messages=prompt)
        reply = completion.choices[0].message.content
        await run_in_threadpool(save_turn, conversation, body["text"], reply)
    except Exception as error:
        return JSONResponse({"error": str(error)}, status_code=500)
    return JSONResponse({"reply": reply})


async def read_messages(request: Request) -> Response:
    return JSONResponse({"messages": await run_in_threadpool(load_messages, request.path_params["id"])})


async def new_conversation(request: Request) -> Response:
    body = await request.json()
    return JSONResponse({"id": await run_in_threadpool(create_conversation, body["user"])}, status_code=201)


async def health(request: Request) -> Response:
    return JSONResponse({"ok": True})


async def page(request: Request) -> Response:
    return HTMLResponse(PAGE)


with closing(connect()) as setup:
    setup.executescript(SCHEMA)

app = Starlette(
    routes=[
        Route("/", page),
        Route("/healthz", health),
        Route("/api/conversations", new_conversation, methods=["POST"]),
        Route("/api/conversations/{id}/messages", send_message, methods=["POST"]),
        Route("/api/conversations/{id}/messages", read_messages),
    ]
)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
