"""Official clients among the crowd, each in a thread of its own, as applications have them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import anthropic
import httpx
import openai

from soak.crowd import Edge

PAUSE = 0.7
_PATIENCE = 3.0
_QUESTION: Any = [{"role": "user", "content": "Hello there"}]
Call = Callable[[bool], Any]


_BROKEN: tuple[type[Exception], ...] = (openai.OpenAIError, anthropic.AnthropicError, httpx.HTTPError, ValueError)
with suppress(ImportError):  # newer SDKs are built on it
    import httpx2

    _BROKEN = (*_BROKEN, httpx2.HTTPError)


def _http(sdk: Any, edge: Edge, base_url: bool) -> Any:
    """The SDK's own kind of transport: newer ones refuse any other."""
    if base_url:
        return sdk.DefaultHttpxClient(trust_env=False)
    return sdk.DefaultHttpxClient(proxy=edge.url, verify=edge.context, trust_env=False)


def _openai(edge: Edge, base_url: bool) -> tuple[Any, Call]:
    http = _http(openai, edge, base_url)
    url = f"{edge.url}/openai/v1" if base_url else "https://api.openai.com/v1"
    client = openai.OpenAI(api_key="sk-test-0001", base_url=url, http_client=http, timeout=_PATIENCE, max_retries=0)
    return http, lambda stream: client.chat.completions.create(model="gpt-4o-mini", messages=_QUESTION, stream=stream)


def _anthropic(edge: Edge, base_url: bool) -> tuple[Any, Call]:
    http = _http(anthropic, edge, base_url)
    url = f"{edge.url}/anthropic" if base_url else "https://api.anthropic.com"
    client = anthropic.Anthropic(
        api_key="sk-test-0001", base_url=url, http_client=http, timeout=_PATIENCE, max_retries=0
    )
    return http, lambda stream: client.messages.create(
        model="claude-sonnet-4-5", max_tokens=256, messages=_QUESTION, stream=stream
    )


def _use(call: Call, number: int) -> str:
    """One call in four is plain; of the streams, one in three is left after some events."""
    try:
        answer = call(number % 4 != 0)
        if number % 4:
            with answer as events:
                for count, _ in enumerate(events):
                    if count == 2 and number % 3 == 0:
                        return "left"
    except _BROKEN as error:
        return type(error).__name__
    return "answered"


def _visit(make: Callable[[Edge, bool], tuple[Any, Call]], edge: Edge, base_url: bool, *, tell: Callable[[str], None],
           stop: threading.Event) -> None:  # fmt: skip
    http, call = make(edge, base_url)
    number = 0
    with http:
        while not stop.wait(PAUSE):
            number += 1
            tell(_use(call, number))


@contextmanager
def sdks(edge: Edge, ends: Counter[str]) -> Iterator[None]:
    """Two clients of each platform, by base URL and intercepted, that call without end; gone when this is left."""
    stop = threading.Event()

    def tell(end: str) -> None:
        ends[f"sdk: {end}"] += 1

    threads = [
        threading.Thread(target=_visit, args=(make, edge, base_url), kwargs={"tell": tell, "stop": stop}, daemon=True)
        for make in (_openai, _anthropic)
        for base_url in (True, False)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(15)
