"""An agent that deletes records, by a tool whose arguments it streams, and an assistant that works in the background.

``/careless`` takes what a lenient parser makes of the arguments; ``/careful`` asks whether the call was finished.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import jiter
import uvicorn
from openai import AsyncOpenAI, OpenAIError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
CLIENT = AsyncOpenAI(api_key="sk-test-000000000000", timeout=6, max_retries=0) if PORT else None
PROPERTIES = {name: {"type": "string"} for name in ("target", "reason")} | {"dry_run": {"type": "boolean"}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": list(PROPERTIES)}
TOOLS: Any = [{"type": "function", "function": {"name": "delete_records", "parameters": SCHEMA}}]
DONE: dict[str, list[dict[str, Any]]] = {"careless": [], "careful": []}


async def _arguments(said: list[Any]) -> tuple[str, str, str | None]:
    """The id and the arguments of the tool's call as they were streamed, and why the stream ended."""
    assert CLIENT is not None
    id, arguments, finish = "", "", None
    stream = await CLIENT.chat.completions.create(
        model="gpt-4o-mini", messages=said, tools=TOOLS, tool_choice="required", stream=True
    )
    async for chunk in stream:
        finish = chunk.choices[0].finish_reason or finish
        for call in chunk.choices[0].delta.tool_calls or []:
            id = call.id or id
            arguments += (call.function and call.function.arguments) or ""
    return id, arguments, finish


async def _turn(kind: str, text: str) -> str:
    assert CLIENT is not None
    said: list[Any] = [{"role": "user", "content": text}]
    id, arguments, finish = await _arguments(said)
    if kind == "careful" and finish != "tool_calls":
        raise ValueError("the stream ended early")
    meant = jiter.from_json(arguments.encode() or b"{}", partial_mode="trailing-strings")
    DONE[kind].append({"for": "", "dry_run": True, **meant})
    function = {"name": "delete_records", "arguments": json.dumps(meant)}
    said.append({"role": "assistant", "tool_calls": [{"id": id, "type": "function", "function": function}]})
    said.append({"role": "tool", "tool_call_id": id, "content": "done"})
    last = await CLIENT.chat.completions.create(model="gpt-4o-mini", messages=said)
    return last.choices[0].message.content or ""


async def delete(request: Request) -> Response:
    """Ask the model what to delete, and do it."""
    body = await request.json()
    try:
        return JSONResponse({"reply": await _turn(request.path_params["kind"], body["text"])})
    except (OpenAIError, ValueError) as error:
        return JSONResponse({"error": type(error).__name__}, 502)


async def think(request: Request) -> Response:
    """A background response, looked at until it is there."""
    assert CLIENT is not None
    body = await request.json()
    response = await CLIENT.responses.create(model="gpt-4o-mini", input=body["text"], background=True)
    while response.status != "completed":
        await asyncio.sleep(0.05)
        response = await CLIENT.responses.retrieve(response.id)
    return JSONResponse({"reply": response.output_text})


async def done(request: Request) -> Response:
    """All that was deleted, with the model's words for what was meant."""
    kind = request.path_params["kind"]
    return JSONResponse({"done": [{"what": one.get("target", "")} for one in DONE[kind]]})


async def ready(request: Request) -> Response:
    """It runs."""
    return JSONResponse({})


ROUTES = [
    Route("/", ready),
    Route("/background", think, methods=["POST"]),
    Route("/{kind}", delete, methods=["POST"]),
    Route("/{kind}/done", done),
]


if __name__ == "__main__":
    uvicorn.run(Starlette(routes=ROUTES), host="127.0.0.1", port=PORT, log_level="warning", ws="none")
