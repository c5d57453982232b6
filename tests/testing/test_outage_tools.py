"""Tests of agents that are written by hand: the platform uses tools where that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from brownout.testing.outage import Outage, OutageServer, running_outage_server

SCHEMA = {"type": "object", "properties": {"reason": {"type": "string"}}}
TOOL: Any = {"type": "function", "function": {"name": "refund", "description": "Refund.", "parameters": SCHEMA}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutageServer]:
    with running_outage_server(tmp_path_factory.mktemp("outage"), "always") as running:
        yield running


def test_the_platform_uses_a_tool_that_it_may(server: OutageServer) -> None:
    outage = Outage(server)
    with openai.OpenAI(api_key="sk-test-0000", base_url=outage.openai_base_url, max_retries=0, timeout=15) as client:
        messages: Any = [{"role": "user", "content": "Refund it, please."}]
        reply = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL])
    outage.close()
    assert [call.type for call in reply.choices[0].message.tool_calls or ()] == ["function"]
