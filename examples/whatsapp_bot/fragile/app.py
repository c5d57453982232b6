"""An assistant on WhatsApp: Starlette and pywa in front, Responses in a conversation that the platform keeps behind."""

from __future__ import annotations

import base64
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from openai import AsyncOpenAI
from pywa_async import WhatsApp, filters, types, utils
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

DATABASE = os.environ.get("DATABASE", "bot.db")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
EAR = os.environ.get("OPENAI_TRANSCRIBE_MODEL", "gpt-4o-mini-transcribe")
PAGE = Path(__file__).parents[1] / "page.html"

client = AsyncOpenAI()
session = httpx.AsyncClient()
wa = WhatsApp(
    phone_id=os.environ["WHATSAPP_PHONE_ID"],
    token=os.environ["WHATSAPP_TOKEN"],
    app_secret=os.environ["WHATSAPP_APP_SECRET"],
    verify_token=os.environ["WHATSAPP_VERIFY_TOKEN"],
    session=session,
    skip_duplicate_updates=False,
)
if url := os.environ.get("WHATSAPP_BASE_URL"):
    session.base_url = httpx.URL(f"{url}/v{utils.Version.GRAPH_API}")


def run(statement: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(DATABASE, timeout=10)) as db, db:
        return db.execute(statement, values).fetchall()


async def conversation_of(name: str, channel: str) -> str:
    """The platform's conversation with whoever has this phone or account: all that is remembered here."""
    for (known,) in await run_in_threadpool(run, "SELECT id FROM conversations WHERE name = ?", name):
        return str(known)
    owner = {} if channel == "whatsapp" else {"account": name}
    made = await client.conversations.create(metadata={"channel": channel, **owner})
    await run_in_threadpool(run, "INSERT OR REPLACE INTO conversations VALUES (?, ?)", name, made.id)
    return made.id


async def ask(name: str, channel: str, *content: Any) -> str:
    conversation = await conversation_of(name, channel)
    said: Any = [{"role": "user", "content": list(content)}]
    response = await client.responses.create(model=MODEL, conversation=conversation, input=said)
    return response.output_text


async def items_of(name: str) -> list[dict[str, str]]:
    known = await run_in_threadpool(run, "SELECT id FROM conversations WHERE name = ?", name)
    if not known:
        return []
    page = await client.conversations.items.list(known[0][0], order="asc", limit=10)
    messages: list[Any] = [item for item in page.data if item.type == "message"]
    return [
        {"role": item.role, "text": "".join(getattr(part, "text", "") for part in item.content)} for item in messages
    ]


@wa.on_message(filters.text | filters.image | filters.voice)
async def answer(_: WhatsApp, message: types.Message) -> None:
    await message.mark_as_read()
    content: list[Any] = []
    if message.image:
        picture = base64.b64encode(await message.image.get_bytes()).decode()
        content.append({"type": "input_image", "detail": "auto", "image_url": f"data:image/jpeg;base64,{picture}"})
    text = message.text or message.caption or ""
    if message.voice:
        heard = await message.voice.get_bytes()
        text = (await client.audio.transcriptions.create(model=EAR, file=("voice.ogg", heard))).text
    content.append({"type": "input_text", "text": text})
    phone = str(message.from_user.wa_id)
    try:
        reply = await ask(phone, "whatsapp", *content)
    except Exception as error:
        reply = str(error)
    await wa.send_message(phone, reply)


async def webhook(request: Request) -> Response:
    if request.method == "GET":
        asked = request.query_params
        said, status = await wa.webhook_challenge_handler(asked.get(utils.HUB_VT), asked.get(utils.HUB_CH))
        return PlainTextResponse(said or "", status)
    body = await request.body()
    refused = await wa.webhook_update_validator(body, request.headers.get(utils.HUB_SIG))
    said, status = refused or await wa.webhook_update_handler(body)
    return PlainTextResponse(said, status)


async def send_message(request: Request) -> Response:
    asked = await request.json()
    try:
        return JSONResponse(
            {"reply": await ask(asked["account"], "web", {"type": "input_text", "text": asked["text"]})}
        )
    except Exception as error:
        return JSONResponse({"error": str(error)}, status_code=500)


async def read_messages(request: Request) -> Response:
    try:
        return JSONResponse({"messages": await items_of(request.query_params["account"])})
    except Exception as error:
        return JSONResponse({"error": str(error)}, status_code=500)


async def link(request: Request) -> Response:
    asked = await request.json()
    known = "INSERT OR REPLACE INTO conversations SELECT ?, id FROM conversations WHERE name = ?"
    await run_in_threadpool(run, known, asked["account"], asked["phone"])
    return JSONResponse({"account": asked["account"], "linked": True})


async def page(request: Request) -> Response:
    return FileResponse(PAGE)


async def health(request: Request) -> Response:
    return JSONResponse({"ok": True})


logging.basicConfig(level=logging.WARNING)
with closing(sqlite3.connect(DATABASE)) as setup:
    setup.execute("CREATE TABLE IF NOT EXISTS conversations (name TEXT PRIMARY KEY, id TEXT)")

app = Starlette(
    routes=[
        Route("/", page),
        Route("/healthz", health),
        Route("/webhook", webhook, methods=["GET", "POST"]),
        Route("/api/messages", send_message, methods=["POST"]),
        Route("/api/messages", read_messages),
        Route("/api/export", read_messages),
        Route("/api/link", link, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
