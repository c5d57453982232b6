"""When the stand-in's model uses a tool that it may use, and which. Pure: the same turn, the same choice."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase

from brownout.calls import canary
from brownout.chance import uniform
from brownout.exchange import Asked, Call, Callback, Used
from brownout.tool_use import ToolUse

_RUNS = ("bash", "cmd", "command", "console", "eval", "exec", "execute", "powershell", "python", "shell", "terminal")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def runs_commands(name: str) -> bool:
    """Whether a tool runs commands or code, by its name: ``run_command``, ``executeCode``, ``Bash``."""
    return any(word.lower() in _RUNS for word in _WORD.findall(name))


def may_use(use: ToolUse | None, name: str) -> bool:
    """Whether the model may use a tool at all."""
    return use is None or (use.share > 0 and (not use.only or any(fnmatchcase(name, wanted) for wanted in use.only)))


def wanted(seed: int, use: ToolUse | None, call: Call, asked: Asked, callbacks: tuple[Callback, ...] = ()) -> Asked:
    """What is asked of the answer, with the tool that the model chooses to use, if it does.

    The choice is by hash of the turn: its canary, or else the user's words so far. So whoever is asked the same says
    the same, at every attempt and on every platform.
    """
    if use is None or asked.tool or any(isinstance(callback, Used) for callback in callbacks):
        return asked
    # A user's words are no command: a tool that runs them must be named.
    offered = [tool for tool in asked.offered if may_use(use, tool.name) and (use.only or not runs_commands(tool.name))]
    words = canary.find(call.text) or "\n".join(turn.text for turn in call.turns if turn.role == "user")
    if not offered or uniform(seed, "uses a tool", words) >= use.share:
        return asked
    return replace(asked, tool=offered[int(uniform(seed, "which tool", words) * len(offered))])
