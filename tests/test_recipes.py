"""What CONTRIBUTING says that a new thing costs. A platform that speaks as OpenAI does: one line in a scenario."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from support.pages import table
from support.proxies import ProxyProcess, one_phase, running_proxy
from support.standins import running_standin

import brownout

URL = "https://llm.acme.example/api/v1"
LINE = {"acme": URL}


def playing(*rules: dict[str, Any]) -> dict[str, Any]:
    """A scenario that differs from any other by one line."""
    return {**one_phase(*rules), "platforms": LINE}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    folder = tmp_path_factory.mktemp("recipes")
    with (
        running_standin(folder / "stand-in") as upstream,
        running_proxy(folder / "proxy", upstream, scenario=playing()) as running,
    ):
        yield running


def play(proxy: ProxyProcess, *rules: dict[str, Any]) -> None:
    proxy.control(op="scenario", scenario=playing(*rules), speed=1.0, zero=time.monotonic())


@pytest.fixture
def by_url(proxy: ProxyProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{proxy.url}/acme/api/v1", api_key="sk-test-0000", max_retries=0, timeout=30) as client:
        yield client


@pytest.fixture
def intercepted(proxy: ProxyProcess) -> Iterator[OpenAI]:
    trust = ssl.create_default_context(cafile=proxy.ca)
    with (
        httpx.Client(proxy=proxy.url, verify=trust, trust_env=False) as http,
        OpenAI(base_url=URL, api_key="sk-test-0000", max_retries=0, timeout=30, http_client=http) as client,
    ):
        yield client


def ask(client: OpenAI, text: str) -> str:
    answer = client.chat.completions.create(model="acme-1", messages=[{"role": "user", "content": text}])
    return answer.choices[0].message.content or ""


@pytest.mark.parametrize("way", ["by_url", "intercepted"])
def test_it_answers_plain_and_streamed(proxy: ProxyProcess, way: str, request: pytest.FixtureRequest) -> None:
    client: OpenAI = request.getfixturevalue(way)
    play(proxy)

    assert "Are you there?" in ask(client, "Are you there?")
    stream = client.chat.completions.create(
        model="acme-1", messages=[{"role": "user", "content": "And now?"}], stream=True
    )
    assert "And now?" in "".join(chunk.choices[0].delta.content or "" for chunk in stream)


@pytest.mark.parametrize("way", ["by_url", "intercepted"])
def test_it_fails_in_words_that_are_not_openais(
    proxy: ProxyProcess, way: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    client: OpenAI = request.getfixturevalue(way)
    play(proxy, {"fault": "rate_limit", "on": "acme.chat", "retry_after": "7s"})

    with pytest.raises(openai.RateLimitError) as caught:
        ask(client, "Too often?")

    assert "7s" in str(caught.value)
    assert caught.value.response.headers["retry-after"] == "7"
    assert "openai" not in f"{caught.value.response.headers}{caught.value.response.text}".lower()


def test_a_strike_on_another_platform_lets_it_be(proxy: ProxyProcess, by_url: OpenAI) -> None:
    play(proxy, {"fault": "server_error", "on": "openai.*"})

    assert ask(by_url, "Not you?")


def test_a_stream_of_it_breaks_off_as_the_rule_says(proxy: ProxyProcess, by_url: OpenAI) -> None:
    play(proxy, {"fault": "stream_error", "on": "acme.*", "after": "4 events"})

    stream = by_url.chat.completions.create(model="m", messages=[{"role": "user", "content": "Go on"}], stream=True)
    with pytest.raises(openai.APIError, match="Internal server error"):
        list(stream)


def test_every_call_of_it_is_in_the_journal_under_its_name(proxy: ProxyProcess, by_url: OpenAI) -> None:
    play(proxy)
    before = len(proxy.rows())
    ask(by_url, "Who am I?")

    row = proxy.wait_for_rows(before + 1)[-1]
    assert (row["service"], row["host"], row["path"]) == ("acme.chat", "llm.acme.example", "/api/v1/chat/completions")


def test_a_platform_that_a_later_scenario_declares_is_intercepted_from_then_on(proxy: ProxyProcess) -> None:
    late = {**one_phase(), "platforms": {"late": "https://late.example/v1"}}
    proxy.control(op="scenario", scenario=late, speed=1.0, zero=time.monotonic())
    trust = ssl.create_default_context(cafile=proxy.ca)

    with (
        httpx.Client(proxy=proxy.url, verify=trust, trust_env=False) as http,
        OpenAI(base_url="https://late.example/v1", api_key="sk-test-0000", max_retries=0, http_client=http) as client,
    ):
        assert "Too late?" in ask(client, "Too late?")


SRC = Path(brownout.__file__).parent
COSTS = table((SRC.parents[1] / "CONTRIBUTING.md").read_text(), "a …")


def knowing(names: list[str]) -> set[str]:
    """The files of src that say one of these names, as a word."""
    wanted = re.compile("|".join(rf"(?<![\w.]){re.escape(name)}(?![\w.])" for name in names))
    return {str(path.relative_to(SRC)) for path in SRC.rglob("*.py") if wanted.search(path.read_text())}


@pytest.mark.parametrize(("thing", "files", "example"), COSTS, ids=[row[0] for row in COSTS])
def test_a_new_thing_costs_what_the_table_says(thing: str, files: str, example: str) -> None:
    places = re.findall(r"`([\w/.]+)`", files)
    patterns = [
        re.compile(re.sub(r"GROUP|NAME|PROVIDER", r"\\w+", re.escape(place)) + ("" if place[-1] == "/" else "$"))
        for place in places
    ]
    asks = re.compile("faults/" if "the faults that ask" in files else "load/" if "who writes it" in files else "$^")
    known = knowing(re.findall(r"`([^`]+)`", example))

    assert known, thing
    assert sorted(file for file in known if not asks.match(file) and not any(one.match(file) for one in patterns)) == []
    for place, pattern in zip(places, patterns, strict=True):
        there = [path for path in SRC.rglob("*.py") if pattern.match(str(path.relative_to(SRC)))]
        assert there, f"{thing}: there is no {place}"


def test_every_kind_of_thing_has_a_row() -> None:
    kinds = {"fault", "service", "platform", "check", "report format", "effect", "channel of the load", "carrier"}
    assert {row[0] for row in COSTS} == {*kinds, "library for `init`", "row of the journal"}
