"""When the stand-in's model uses a tool that it may use."""

from __future__ import annotations

import pytest

from brownout.calls import canary
from brownout.exchange import Asked, Call, Request, Tool, Turn, Used
from brownout.standin.tool_use import runs_commands, wanted
from brownout.tool_use import ToolUse

REFUND, LOOK_UP, SHELL = Tool("refund", {}), Tool("look_up", {}), Tool("run_shell", {})
OFFER = Asked(offered=(REFUND, LOOK_UP))
REQUEST = Request("POST", "host", "/")


def call(number: int) -> Call:
    text = f"turn {canary.make(1, 'talk', number, 0, 0)}"
    return Call("openai.chat", REQUEST, text=text, turns=(Turn("user", text),))


def share_of(use: ToolUse | None, asked: Asked = OFFER) -> float:
    return sum(wanted(1, use, call(number), asked).tool is not None for number in range(1000)) / 1000


def test_a_share_of_the_turns_uses_a_tool() -> None:
    assert share_of(ToolUse(share=0.3)) == pytest.approx(0.3, abs=0.05)
    assert share_of(ToolUse(share=1.0)) == 1
    assert share_of(ToolUse(share=0.0)) == 0
    assert share_of(None) == 0


def test_each_tool_is_used_now_and_then() -> None:
    chosen = [wanted(1, ToolUse(share=1.0), call(number), OFFER).tool for number in range(200)]
    assert 60 < sum(tool == REFUND for tool in chosen) < 140


def test_the_same_turn_makes_the_same_choice_on_every_platform_and_at_every_attempt() -> None:
    for number in range(50):
        first = call(number)
        other = Call("anthropic.messages", REQUEST, text=first.text, turns=(Turn("system", "x"), *first.turns), step=0)
        use = ToolUse(share=0.5)
        assert wanted(1, use, first, OFFER).tool == wanted(1, use, other, OFFER).tool


def test_a_tool_that_must_be_used_is_not_changed_and_one_use_is_enough() -> None:
    use = ToolUse(share=1.0)
    forced = Asked(tool=LOOK_UP)
    assert wanted(1, use, call(1), forced) == forced
    assert wanted(1, use, call(1), OFFER, (Used("server", "tool", "{}", output="x"),)).tool is None
    assert wanted(1, use, call(1), Asked()).tool is None


def test_a_tool_that_runs_commands_is_used_only_where_it_is_named() -> None:
    only_shell = Asked(offered=(SHELL,))
    assert share_of(ToolUse(share=1.0), only_shell) == 0
    assert share_of(ToolUse(share=1.0, only=("run_*",)), only_shell) == 1
    assert share_of(ToolUse(share=1.0, only=("look_*",)), Asked(offered=(REFUND,))) == 0


@pytest.mark.parametrize(
    "name", ["bash", "Bash", "run_command", "executeCode", "local_shell", "exec", "run-python", "LocalShell"]
)
def test_names_of_tools_that_run_commands(name: str) -> None:
    assert runs_commands(name)


@pytest.mark.parametrize("name", ["refund", "executive_summary", "recommend", "get_weather", "commander"])
def test_names_of_tools_that_do_not(name: str) -> None:
    assert not runs_commands(name)
