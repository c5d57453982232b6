"""An application whose tool the platform calls: a question, and an MCP server that refunds. It keeps two ledgers.

Users of ``/careless`` and of ``/careful`` have a tool each. Every call of the one is a refund; the other refunds once
for the same reason.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from openai import AsyncOpenAI, OpenAIError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from support.mcp_servers import http_app, new_server

LEDGERS: dict[str, list[str]] = {"careless": [], "careful": []}
PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
CLIENT = AsyncOpenAI(api_key="sk-test-000000000000", timeout=10) if PORT else None


def careless(reason: str) -> str:
    """Refund the postage of a parcel."""
    LEDGERS["careless"].append(reason)
    return "refunded"


def careful(reason: str) -> str:
    """Refund the postage of a parcel, unless that was done."""
    if reason not in LEDGERS["careful"]:
        LEDGERS["careful"].append(reason)
    return "refunded"


async def ask(request: Request) -> Response:
    """Have the platform answer, which refunds by itself."""
    body = await request.json()
    shop: Any = {"type": "mcp", "server_label": "shop", "server_url": f"http://127.0.0.1:{PORT}/mcp"}
    shop |= {"require_approval": "never", "allowed_tools": [request.path_params["kind"]]}
    assert CLIENT is not None
    try:
        answer = await CLIENT.responses.create(model="gpt-5", input=body["text"], tools=[shop])
    except OpenAIError as error:
        return JSONResponse({"error": type(error).__name__}, 502)
    return JSONResponse({"reply": answer.output_text})


async def effects(request: Request) -> Response:
    """All refunds of a kind: each reason holds what its user said."""
    return JSONResponse({"refunds": [{"for": reason} for reason in LEDGERS[request.path_params["kind"]]]})


async def ready(request: Request) -> Response:
    """It runs."""
    return JSONResponse({})


def application() -> Any:
    """The routes of the application beside those of its MCP server."""
    server = new_server("shop")
    server.add_tool(careless)
    server.add_tool(careful)
    app = http_app(server)
    app.router.routes += [Route("/", ready), Route("/{kind}", ask, methods=["POST"]), Route("/{kind}/refunds", effects)]
    return app


if __name__ == "__main__":
    uvicorn.run(application(), host="127.0.0.1", port=PORT, log_level="warning", ws="none")
