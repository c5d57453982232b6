"""Agents on pydantic-ai, which leave the use of tools to the model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support import frameworks
from support.standin_process import Start

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.heavy


def test_pydantic_ai_agents_end_a_turn_in_words_or_in_a_tool_of_their_own(start: Start) -> None:
    url = start(seed=7, tools={"share": 1.0}).url
    program = str(Path(__file__).with_name("pydantic_ai_calls.py"))
    command = [frameworks.python(), program, f"{url}/openai/v1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    for made in json.loads(done.stdout):
        assert len(made["ran"]) == 1
        words = made["said"] if isinstance(made["said"], str) else made["said"]["order"]
        assert words.endswith(SENTINEL)
