"""A product that leans on all of OpenAI's platform: one small endpoint a feature, Starlette in front."""

from __future__ import annotations

import asyncio
import io
import json
import os
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import openai
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

MODEL = "gpt-4o-mini"
SECONDS = 3.0  # a user waits twice that at most: one repeat
SECRET = os.environ.get("OPENAI_WEBHOOK_SECRET", "whsec_dGVzdC1zZWNyZXQ=")
STATUS_PAGE = os.environ.get("STATUS_PAGE", "https://status.openai.com")
LOOK_UP: Any = {
    "type": "function",
    "name": "look_up_order",
    "description": "Where an order is",
    "parameters": {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]},
}
PLANS = {"paid": "sk-paid-0000000000000000", "free": "sk-free-0000000000000000"}

clients = {plan: AsyncOpenAI(api_key=key, timeout=SECONDS, max_retries=1) for plan, key in PLANS.items()}
client = clients["paid"]
finished: dict[str, asyncio.Event] = {}
conversations: dict[str, Kept] = {}

Body = dict[str, Any]
Feature = Callable[[Body], Awaitable[Body]]


async def chat(body: Body) -> Body:
    asked: Any = [{"role": "user", "content": body["text"]}]
    plan = clients[body.get("plan", "paid")]
    pieces, finished_by = [], None
    async with await plan.chat.completions.create(model=MODEL, messages=asked, stream=True) as stream:
        async for chunk in stream:
            for choice in chunk.choices:
                pieces.append(choice.delta.content or "")
                finished_by = choice.finish_reason or finished_by
    if finished_by != "stop":
        raise ValueError("the answer broke off")
    return {"reply": "".join(pieces)}


async def search(body: Body) -> Body:
    response = await client.responses.create(model=MODEL, input=body["text"], tools=[{"type": "web_search"}])
    return {"reply": response.output_text}


async def code(body: Body) -> Body:
    return {"reply": (await client.responses.create(model="gpt-5-codex", input=body["text"])).output_text}


async def agent(body: Body) -> Body:
    first = await client.responses.create(model=MODEL, input=body["text"], tools=[LOOK_UP], tool_choice="required")
    found: Any = []
    for item in first.output:
        if item.type == "function_call":
            order = json.loads(item.arguments)["order"]
            output = json.dumps({"order": order, "state": "on its way"})
            found.append({"type": "function_call_output", "call_id": item.call_id, "output": output})
    second = await client.responses.create(model=MODEL, input=found, tools=[LOOK_UP], previous_response_id=first.id)
    return {"reply": second.output_text}


async def image(body: Body) -> Body:
    made = await client.images.generate(model="gpt-image-1", prompt=body["text"])
    return {"image": (made.data or [])[0].b64_json}


async def similar(body: Body) -> Body:
    made = await client.embeddings.create(model="text-embedding-3-small", input=body["text"])
    return {"vector": made.data[0].embedding[:8]}


async def listen(body: Body) -> Body:
    spoken = io.BytesIO()
    with wave.open(spoken, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    made = await client.audio.transcriptions.create(
        model="whisper-1", file=("voice.wav", spoken.getvalue()), prompt=body["text"]
    )
    return {"reply": made.text}


async def batch(body: Body) -> Body:
    asked = {"model": MODEL, "messages": [{"role": "user", "content": body["text"]}]}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": asked}
    kept = await client.files.create(file=("asked.jsonl", json.dumps(line).encode()), purpose="batch")
    made = await client.batches.create(input_file_id=kept.id, endpoint="/v1/chat/completions", completion_window="24h")
    return {"batch": made.id}


async def report(body: Body) -> Body:
    """Work in the background, whose end the platform announces by a webhook."""
    begun = await client.responses.create(model=MODEL, input=body["text"], background=True)
    async with asyncio.timeout(2 * SECONDS):
        await finished.setdefault(begun.id, asyncio.Event()).wait()
    finished.pop(begun.id, None)
    return {"reply": (await client.responses.retrieve(begun.id)).output_text}


class Kept:
    """A conversation of our own; the platform keeps another copy, which may be lost."""

    def __init__(self) -> None:
        self.said: list[dict[str, str]] = []
        self.there: str | None = None

    async def ask(self, text: str) -> str:
        before = [{"role": one["role"], "content": one["text"]} for one in self.said]
        self.said.append({"role": "user", "text": text})
        if self.there is None:
            items: Any = [{"type": "message", **one} for one in before[-20:]]
            self.there = (await client.conversations.create(items=items)).id
        try:
            response = await client.responses.create(model=MODEL, input=text, conversation=self.there)
        except (openai.BadRequestError, openai.NotFoundError):
            self.there = None  # the platform knows it no more: next time it is told anew
            raise
        self.said.append({"role": "assistant", "text": response.output_text})
        return response.output_text


async def remember(body: Body) -> Body:
    kept = conversations.get(body.get("conversation", ""))
    if kept is None:
        raise LookupError("no such conversation")
    return {"reply": await kept.ask(body["text"])}


async def begin(body: Body) -> Body:
    id = f"c-{len(conversations) + 1}"
    conversations[id] = Kept()
    return {"conversation": id}


async def hook(request: Request) -> Response:
    try:
        event = client.webhooks.unwrap(await request.body(), request.headers, secret=SECRET)
    except openai.InvalidWebhookSignatureError:
        return JSONResponse({"error": "not signed by the platform"}, status_code=400)
    if event.type == "response.completed":
        finished.setdefault(event.data.id, asyncio.Event()).set()
    return JSONResponse({"ok": True})


async def recall(request: Request) -> Response:
    """What was said, as we have kept it."""
    kept = conversations.get(request.path_params["id"])
    return JSONResponse({"messages": kept.said if kept else []}, status_code=200 if kept else 404)


async def status(request: Request) -> Response:
    """What the platform says about itself; a page that cannot be read says nothing."""
    try:
        async with httpx.AsyncClient(timeout=1.0) as http:
            page = (await http.get(f"{STATUS_PAGE}/api/v2/summary.json")).raise_for_status().json()
        return JSONResponse({"says": page["status"]["description"]})
    except (httpx.HTTPError, ValueError, KeyError):
        return JSONResponse({"says": "The status page cannot be read."})


def unavailable() -> Response:
    told = {"error": "This feature is not available at the moment. Please come back in a while."}
    return JSONResponse(told, status_code=503, headers={"Retry-After": "10"})


def endpoint(feature: Feature) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            async with asyncio.timeout(3 * SECONDS):
                return JSONResponse(await feature(await request.json()))
        except (openai.OpenAIError, TimeoutError, httpx.HTTPError, LookupError, ValueError):
            return unavailable()

    return answer


@asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[None]:
    yield
    for one in clients.values():
        await one.close()


FEATURES: tuple[Feature, ...] = (chat, search, code, agent, image, similar, listen, batch, report, begin, remember)
app = Starlette(
    routes=[
        *(Route(f"/api/{feature.__name__}", endpoint(feature), methods=["POST"]) for feature in FEATURES),
        Route("/api/remember/{id}", recall),
        Route("/api/status", status),
        Route("/hooks/openai", hook, methods=["POST"]),
        Route("/healthz", lambda request: JSONResponse({"ok": True})),
    ],
    lifespan=running,
)
