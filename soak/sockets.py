"""Clients of a WebSocket: they ask a few times, and leave politely or not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from soak.visits import IN_TURN, Visit

_HEADERS = {"authorization": "Bearer sk-test-0001"}
_PATH = "/v1/realtime?model=gpt-realtime"
_ENDS = {"response.done", "error"}
_PATIENCE = 2.0


async def talk(proxy: str, context: ssl.SSLContext, visit: Visit) -> None:
    """One visit by WebSocket. Raises OSError where none could be opened."""
    try:
        async with asyncio.timeout(_PATIENCE * 2):
            connection = await _open(proxy, context, visit)
    except WebSocketException as error:
        raise ConnectionError(str(error)) from None
    try:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            for turn in range(IN_TURN):
                async with asyncio.timeout(_PATIENCE):
                    await _turn(connection, f"Hello, {visit.number} {turn}")
    finally:
        if visit.draw < 0.5:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(connection.close(), _PATIENCE)
        connection.transport.abort()


async def _open(proxy: str, context: ssl.SSLContext, visit: Visit) -> ClientConnection:
    if visit.carrier == "http":
        url = f"{proxy.replace('http', 'ws')}/openai{_PATH}"
        return await connect(url, additional_headers=_HEADERS, proxy=None)
    return await connect(f"wss://api.openai.com{_PATH}", additional_headers=_HEADERS, proxy=proxy, ssl=context)


async def _turn(connection: ClientConnection, text: str) -> None:
    """Say something, and hear the answer to its end."""
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    await connection.send(json.dumps({"type": "conversation.item.create", "item": item}))
    await connection.send(json.dumps({"type": "response.create", "response": {"output_modalities": ["text"]}}))
    while json.loads(await connection.recv()).get("type") not in _ENDS:
        pass
