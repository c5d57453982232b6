"""Clients as people use them, each called once through a struck platform: what would stand in their log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

from support.proxies import ProxyProcess

KEY, SECONDS = "sk-test-000000000000", 1.5
KEYS = {"authorization": f"Bearer {KEY}"}
MESSAGES: Any = [{"role": "user", "content": "Hello bo-aaaaaaaaaaaa"}]
_CLAUDE, _GPT = "claude-test-1", "gpt-4o-mini"  # of models that are to be retired the SDK warns


def chain(error: BaseException) -> str:
    """An exception and what caused it, as a traceback's last lines have them."""
    words = f"{type(error).__module__}.{type(error).__qualname__}: {error}"
    before = error.__cause__ or error.__context__
    return f"{chain(before)}\n{words}" if before is not None else words


def _body(service: str, stream: bool) -> tuple[str, dict[str, Any]]:
    """Where and what to ask."""
    if service.startswith("anthropic"):
        return "/v1/messages", {"model": _CLAUDE, "max_tokens": 200, "messages": MESSAGES, "stream": stream}
    if service == "openai.responses":
        return "/v1/responses", {"model": _GPT, "input": "Hello", "stream": stream}
    if service == "whatsapp.messages":
        text = {"messaging_product": "whatsapp", "to": "99900000001", "type": "text", "text": {"body": "Hello"}}
        return "/v25.0/106540352242922/messages", text
    return "/v1/chat/completions", {"model": _GPT, "messages": MESSAGES, "stream": stream}


def _place(edge: ProxyProcess, service: str, path: str) -> str:
    return f"{edge.url}/{service.partition('.')[0]}{path}"


@contextlib.contextmanager
def intercepted(edge: ProxyProcess) -> Iterator[None]:
    """As an application that is connected by intercepting finds its environment."""
    ours = {"HTTPS_PROXY": edge.url, "SSL_CERT_FILE": edge.ca, "REQUESTS_CA_BUNDLE": edge.ca}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def httpx_client(edge: ProxyProcess, service: str, stream: bool) -> str:
    """httpx, and whatever builds on it."""
    import httpx

    path, body = _body(service, stream)
    with httpx.Client(trust_env=False, timeout=SECONDS) as client:
        answer = client.post(_place(edge, service, path), json=body, headers=KEYS)
        return answer.text if answer.is_error else str(answer.json())


def httpx_intercepted(edge: ProxyProcess, service: str, stream: bool) -> str:
    """httpx through HTTPS_PROXY."""
    import httpx

    path, body = _body(service, stream)
    with intercepted(edge), httpx.Client(timeout=SECONDS) as client:
        return client.post(f"https://api.openai.com{path}", json=body, headers=KEYS).text


def requests_client(edge: ProxyProcess, service: str, stream: bool) -> str:
    """requests, and urllib3 below it."""
    import requests

    path, body = _body(service, stream)
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(_place(edge, service, path), json=body, timeout=SECONDS, headers=KEYS)
        return answer.text if not answer.ok else str(answer.json())


def aiohttp_client(edge: ProxyProcess, service: str, stream: bool) -> str:
    """aiohttp."""
    import aiohttp

    path, body = _body(service, stream)

    async def ask() -> str:
        timeout = aiohttp.ClientTimeout(SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(_place(edge, service, path), json=body, headers=KEYS) as answer,
        ):
            return str(await answer.json())

    return asyncio.run(ask())


def openai_client(edge: ProxyProcess, service: str, stream: bool) -> str:
    """OpenAI's for Python."""
    import openai

    with openai.OpenAI(api_key=KEY, base_url=f"{edge.url}/openai/v1", max_retries=0, timeout=SECONDS) as client:
        if service == "openai.responses":
            return str(client.responses.create(model=_GPT, input="Hello").output_text)
        answer: Any = client.chat.completions.create(model=_GPT, messages=MESSAGES, stream=stream)
        if stream:
            return "".join(chunk.choices[0].delta.content or "" for chunk in answer if chunk.choices)
        return str(answer.choices[0].message.content)


def anthropic_client(edge: ProxyProcess, service: str, stream: bool) -> str:
    """Anthropic's for Python."""
    import anthropic

    with anthropic.Anthropic(api_key=KEY, base_url=f"{edge.url}/anthropic", max_retries=0, timeout=SECONDS) as client:
        answer: Any = client.messages.create(model=_CLAUDE, max_tokens=200, messages=MESSAGES, stream=stream)
        return str(list(answer)) if stream else str(answer.content[0].text)


def parsed_by_python(edge: ProxyProcess, service: str, stream: bool) -> str:
    """json.loads of the text that an SDK gave."""
    return str(json.loads(openai_client(edge, service, stream)))


_FETCH = """
const [url, body, parse] = process.argv.slice(1);
const of = (error) => error ? `${error.name}: ${error.message}\\n${of(error.cause)}` : "";
const events = (text) => text.split("\\n").filter((line) => line.startsWith("data: ") && !line.endsWith("[DONE]"));
const read = async () => {
  const headers = {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000"};
  const answer = await fetch(url, {method: "POST", body, headers, signal: AbortSignal.timeout(3000)});
  if (JSON.parse(body).stream) return events(await answer.text()).map((line) => JSON.parse(line.slice(6)));
  const value = await answer.json();
  return parse ? JSON.parse(value.choices[0].message.content) : value;
};
read().then((value) => console.log(JSON.stringify(value))).catch((error) => console.log(of(error)));
"""


def fetch_client(edge: ProxyProcess, service: str, stream: bool, *more: str) -> str:
    """fetch of Node, and whatever builds on it."""
    path, body = _body(service, stream)
    command = ["node", "-e", _FETCH, "--", _place(edge, service, path), json.dumps(body), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout + done.stderr


def parsed_by_node(edge: ProxyProcess, service: str, stream: bool) -> str:
    """JSON.parse of the text in an answer."""
    return fetch_client(edge, service, stream, "parse")


def websockets_client(edge: ProxyProcess, service: str, stream: bool) -> str:
    """websockets, on the Realtime API."""
    from websockets.sync.client import connect

    url = f"ws://127.0.0.1:{edge.port}/openai/v1/realtime?model=gpt-realtime"
    with connect(url, additional_headers=KEYS, proxy=None, open_timeout=5) as socket:
        socket.send('{"type": "session.update", "session": {"type": "realtime"}}')
        while True:
            socket.recv(timeout=3)


CLIENTS: dict[str, Callable[[ProxyProcess, str, bool], str]] = {
    "aiohttp": aiohttp_client,
    "anthropic (Python)": anthropic_client,
    "fetch (Node)": fetch_client,
    "fetch, then JSON.parse of the answer's text (Node)": parsed_by_node,
    "httpx": httpx_client,
    "httpx, intercepted": httpx_intercepted,
    "openai (Python)": openai_client,
    "openai, then json.loads of the answer's text (Python)": parsed_by_python,
    "requests": requests_client,
    "websockets": websockets_client,
}
"""By the name that ``docs/symptoms.md`` has."""


def missing(client: str) -> str | None:
    """Why a client cannot be tried here; None where it can."""
    return "no Node here" if "(Node)" in client and shutil.which("node") is None else None


def printed(edge: ProxyProcess, client: str, rule: dict[str, Any]) -> str:
    """What a client prints when it calls the service of a rule."""
    edge.play(rule)
    stream = bool(rule.get("when", {}).get("stream")) or rule["fault"].startswith(("stream_", "slow_stream"))
    try:
        return CLIENTS[client](edge, rule["on"], stream)
    except Exception as error:  # whatever a client raises is what its log shows
        return chain(error)
