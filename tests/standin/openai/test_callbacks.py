"""Tools of the application that the platform calls: the official client and server, a real proxy and stand-in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from support.mcp_app import TOKEN, McpApp, mcp_app
from support.proxies import running_proxy, wait_until
from support.standins import running_standin

from brownout.calls import canary
from brownout.journal import files, parse

STRUCK: dict[str, dict[str, Any]] = {
    "late": {"fault": "webhook_late", "delay": "1s"},
    "lost": {"fault": "webhook_lost"},
    "overtaken": {"fault": "webhook_reordered"},
    "twice": {"fault": "webhook_duplicated"},
    "unsigned": {"fault": "webhook_unsigned", "signature": "missing"},
    "wrong": {"fault": "webhook_unsigned", "signature": "wrong"},
}
ADDED, DONE = "response.output_item.added", "response.output_item.done"


@dataclass
class Shop:
    """The application, the client that it would have, and the journal."""

    app: McpApp
    client: OpenAI
    journal: Path

    def tool(self, **keys: Any) -> Any:
        """Its server, as it declares it."""
        usual = {"type": "mcp", "server_label": "shop", "server_url": self.app.url, "authorization": TOKEN}
        return {**usual, "require_approval": "never", **keys}

    def ask(self, name: str, text: str, **keys: Any) -> Any:
        """A response in which the model uses a certain tool."""
        choice: Any = {"type": "mcp", "server_label": "shop", "name": name}
        return self.client.responses.create(
            **{"model": "gpt-5", "input": text, "tools": [self.tool()], "tool_choice": choice, "store": False, **keys}
        )

    def rows(self, kind: str = "exchange") -> list[dict[str, Any]]:
        """What the stand-in wrote."""
        found = (parse(line) for path in files(self.journal) for line in path.read_bytes().splitlines())
        return [row for row in found if row is not None and row["kind"] == kind]

    def row(self, model: str, mark: str | None = None) -> dict[str, Any]:
        """The first exchange of a method, once it is there."""
        rows = wait_until(lambda: [r for r in self.rows() if r["model"] == model and mark in (None, r["canary"])])
        return rows[0]


def told(text: str) -> str:
    return f"{text} {canary.make(4, text, 0, 0, 0)}"


@contextmanager
def a_shop(folder: Path, *timeline: dict[str, Any], proxied: bool = True) -> Iterator[Shop]:
    scenario = {"brownout": 1, "name": "tools", "title": "Tools", "timeline": list(timeline)}
    orders = {"go": folder / "go", "scenario": scenario, "journal": folder / "journal"}
    with ExitStack() as stack:
        app = stack.enter_context(mcp_app("fine", "broken", *STRUCK))
        url = stack.enter_context(running_standin(folder / "standin", **orders))
        if proxied:
            url = stack.enter_context(running_proxy(folder / "proxy", url)).url
        client = OpenAI(base_url=f"{url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30)
        (folder / "go").write_text(repr(time.monotonic()))
        yield Shop(app, stack.enter_context(client), folder / "journal")


def phase(lasts: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"phase": f"for-{lasts}", "lasts": lasts, "impact": "degraded", "rules": list(rules)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    rules = [{"on": "openai.mcp", "when": {"model": f"tools/call {name}"}, **rule} for name, rule in STRUCK.items()]
    with a_shop(tmp_path_factory.mktemp("shop"), phase("1h", *rules)) as made:
        yield made


def call_of(response: Any) -> Any:
    return next(item for item in response.output if item.type == "mcp_call")


def error_of(response: Any) -> Any:
    """What went wrong as it was sent: older clients take it for a text, newer ones for an object."""
    return call_of(response).to_dict(warnings=False)["error"]


def test_a_tool_runs_once_with_the_users_words_and_the_right_token(shop: Shop) -> None:
    text = told("refund it")
    response = shop.ask("fine", text)
    listed, call, message = response.output

    assert [item.type for item in (listed, call, message)] == ["mcp_list_tools", "mcp_call", "message"]
    assert {tool.name for tool in listed.tools} == {"fine", "broken", *STRUCK}
    assert (call.status, call.error, call.output) == ("completed", None, f"refunded for {text}")
    assert f"The tool fine says: refunded for {text}" in response.output_text
    assert shop.app.ran("fine") == [text]
    assert {headers.get("authorization") for headers in shop.app.asked} == {f"Bearer {TOKEN}"}
    assert (response.tools[0].authorization, TOKEN in response.model_dump_json()) == ("<redacted>", False)
    row = shop.row("tools/call fine", canary.find(text))
    assert (row["service"], row["via"], row["status"], row["fault"]) == ("openai.mcp", "inbound", 200, None)


def test_a_server_that_answers_with_events_is_understood(shop: Shop) -> None:
    with mcp_app("fine", json=False) as other:
        response = shop.ask("fine", "hello", tools=[shop.tool(server_url=other.url)])

        assert call_of(response).output == "refunded for hello"
        assert other.ran("fine") == ["hello"]


def test_a_stream_shows_each_step(shop: Shop) -> None:
    with shop.ask("fine", told("stream it"), stream=True) as stream:
        events = list(stream)
    kinds = [event.type for event in events]
    listing = [ADDED, "response.mcp_list_tools.in_progress", "response.mcp_list_tools.completed", DONE]
    arguments = [f"response.mcp_call_arguments.{part}" for part in ("delta", "done")]
    calling = [ADDED, "response.mcp_call.in_progress", *arguments, "response.mcp_call.completed", DONE]

    assert kinds[2:13] == [*listing, *calling, ADDED]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert kinds[-1] == "response.completed"
    assert shop.app.ran("fine").count(told("stream it")) == 1


def test_the_asynchronous_client_sees_the_same(shop: Shop) -> None:
    async def ask() -> list[str]:
        async with AsyncOpenAI(base_url=shop.client.base_url, api_key="sk-test-1", max_retries=0) as client:
            response = await client.responses.create(model="gpt-5", input="hello", tools=[shop.tool()], store=False)
        return [item.type for item in response.output]

    assert asyncio.run(ask()) == ["mcp_list_tools", "mcp_call", "message"]


def test_a_background_response_does_not_wait_for_its_tool(shop: Shop) -> None:
    made = shop.ask("late", told("later"), background=True, store=True)

    assert made.status == "queued"
    assert shop.app.ran("late").count(told("later")) == 0
    done = wait_until(lambda: found if (found := shop.client.responses.retrieve(made.id)).output else None)
    assert (done.status, call_of(done).output) == ("completed", f"refunded for {told('later')}")


def test_a_history_with_the_list_is_not_listed_again(shop: Shop) -> None:
    first = shop.ask("fine", "one", store=True)
    second = shop.ask("fine", "two", previous_response_id=first.id)

    assert [item.type for item in second.output] == ["mcp_call", "message"]


def test_approval_is_asked_for_and_then_the_very_same_call_is_made(shop: Shop) -> None:
    text = told("may I")
    tool = shop.tool(require_approval={"never": {"tool_names": ["lost"]}}, allowed_tools=["fine"])
    asked = shop.client.responses.create(model="gpt-5", input=text, tools=[tool])
    request = asked.output[-1]
    assert request.type == "mcp_approval_request"
    assert shop.app.ran("fine").count(text) == 0

    yes: Any = {"type": "mcp_approval_response", "approval_request_id": request.id, "approve": True}
    done = shop.client.responses.create(model="gpt-5", input=[yes], tools=[tool], previous_response_id=asked.id)
    assert (call_of(done).arguments, call_of(done).approval_request_id) == (request.arguments, request.id)
    assert shop.app.ran("fine").count(text) == 1

    no: Any = {**yes, "approve": False}
    kept = shop.client.responses.create(model="gpt-5", input=[no], tools=[tool], previous_response_id=asked.id)
    assert [item.type for item in kept.output] == ["message"]


def test_a_doubled_call_runs_twice_and_is_shown_once(shop: Shop) -> None:
    response = shop.ask("twice", "hello")

    assert [item.type for item in response.output] == ["mcp_list_tools", "mcp_call", "message"]
    assert call_of(response).status == "completed"
    assert shop.app.ran("twice") == ["hello", "hello"]
    assert shop.row("tools/call twice")["events"] == 2


def test_a_lost_call_never_runs_and_is_shown_to_have_failed(shop: Shop) -> None:
    response = shop.ask("lost", "hello")

    assert (call_of(response).status, call_of(response).output) == ("failed", None)
    assert error_of(response)["type"] == "http_error"
    assert "The tool lost failed." in response.output_text
    assert shop.app.ran("lost") == []
    assert (shop.row("tools/call lost")["end"], shop.row("tools/call lost")["delivered"]) == ("withheld", True)


@pytest.mark.parametrize(("tool", "sent"), [("unsigned", None), ("wrong", "Bearer not-the-secret-of-this-application")])
def test_a_call_without_the_right_token_is_for_the_application_to_refuse(
    shop: Shop, tool: str, sent: str | None
) -> None:
    shop.app.asked.clear()
    response = shop.ask(tool, "hello")

    assert (call_of(response).status, error_of(response)["code"]) == ("failed", 401)
    assert [headers.get("authorization") for headers in shop.app.asked].count(sent) == 1
    assert shop.app.ran(tool) == []


def test_a_late_call_keeps_nobody_else_waiting(shop: Shop) -> None:
    with ThreadPoolExecutor() as pool:
        late = pool.submit(shop.ask, "late", "slow")
        quick = shop.ask("fine", "quick")

        assert call_of(quick).status == "completed"
        assert not shop.app.ran("late").count("slow")
        assert call_of(late.result(30)).status == "completed"


def test_a_later_call_overtakes(shop: Shop) -> None:
    shop.app.asked.clear()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shop.ask, "overtaken", "first")
        wait_until(lambda: len(shop.app.asked) >= 3)  # it has listed the tools, and is about to call
        shop.ask("fine", "second")

        assert call_of(first.result(30)).status == "completed"
    assert [reason for _, reason in shop.app.runs][-2:] == ["second", "first"]


def test_held_calls_come_when_the_phase_is_over(tmp_path: Path) -> None:
    held = {"fault": "webhook_held", "on": "openai.mcp", "when": {"model": "tools/call *"}}
    with a_shop(tmp_path, phase("3s", held), phase("1h"), proxied=False) as shop, ThreadPoolExecutor() as pool:
        texts = ["one", "two"]
        answers = [pool.submit(shop.ask, "fine", text) for text in texts]

        assert [call_of(answer.result(30)).status for answer in answers] == ["completed"] * 2
        assert sorted(shop.app.ran("fine")) == texts
        assert {row["fault"] for row in shop.rows() if row["model"] == "tools/call fine"} == {"webhook_held"}


def test_a_tool_that_fails_says_why(shop: Shop) -> None:
    error = error_of(shop.ask("broken", "hello"))

    assert error["type"] == "mcp_tool_execution_error"
    assert "Error executing tool broken" in error["content"][0]["text"]


@pytest.mark.parametrize(
    "elsewhere",
    [{"server_url": "https://mcp.example.com/mcp"}, {"server_url": None, "connector_id": "connector_gmail"}],
)
def test_a_server_elsewhere_is_never_called(shop: Shop, elsewhere: dict[str, Any]) -> None:
    tools = [shop.tool(**elsewhere)]
    with pytest.raises(openai.APIStatusError, match="Failed Dependency") as failed:
        shop.client.responses.create(model="gpt-5", input="hello", tools=tools)
    assert (failed.value.status_code, failed.value.type) == (424, "external_connector_error")
    kinds: list[str] = []
    with (
        pytest.raises(openai.APIError, match="Error retrieving tool list from MCP server: 'shop'"),
        shop.client.responses.create(model="gpt-5", input="hello", tools=tools, stream=True) as stream,
    ):
        kinds += [event.type for event in stream]
    assert [row["detail"] for row in shop.rows("process") if "not on this machine" in (row["detail"] or "")]
