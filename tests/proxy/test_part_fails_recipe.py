"""The recipe of a part that fails alone, played to the official client: what it names fails, and the chat is well."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from support.pages import blocks
from support.proxies import ProxyProcess

from brownout.config.yamlfile import read
from brownout.scenario import Scenario

pytestmark = pytest.mark.e2e
(TEXT,) = (block.text for block in blocks("yaml") if "the guardrail fails" in block.text)
CALLS = 12


@pytest.fixture
def client(edge: ProxyProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{edge.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=20) as made:
        yield made


@pytest.fixture
def play(edge: ProxyProcess, tmp_path: Path) -> Callable[[str], None]:
    """Begin a phase of the recipe."""
    file = tmp_path / "recipe.yaml"
    file.write_text(f"brownout: 1\nname: recipe\ntitle: Recipe\n{TEXT}")
    scenario = read(file, Scenario)

    def begin(phase: str) -> None:
        before = 0.0
        for each in scenario.phases:
            if each.phase == phase:
                break
            before += each.lasts
        written = json.loads(json.dumps(scenario.written()))
        edge.control(op="scenario", scenario=written, speed=1.0, zero=time.monotonic() - before)

    return begin


def outcomes(ask: Callable[[int], Any]) -> set[str]:
    """What came of several calls: the exceptions' names, and ``well``."""
    names = set()
    for number in range(CALLS):
        try:
            ask(number)
        except (openai.APIError, ValueError) as error:
            names.add(type(error).__name__)
        else:
            names.add("well")
    return names


def test_the_chat_is_well_while_a_part_of_it_fails(
    edge: ProxyProcess, client: OpenAI, play: Callable[[str], None]
) -> None:
    def chat(number: int) -> Any:
        asked: Any = [{"role": "user", "content": f"Question {number}"}]
        return client.chat.completions.create(model="gpt-4o-mini", messages=asked)

    play("the guardrail fails")
    assert outcomes(lambda number: client.moderations.create(input=f"text {number}")) == {"InternalServerError", "well"}
    assert outcomes(chat) == {"well"}

    play("the embeddings fail")
    embedded = outcomes(lambda number: client.embeddings.create(model="text-embedding-3-small", input=f"text {number}"))
    assert {"RateLimitError"} < embedded
    assert outcomes(chat) == {"well"}
