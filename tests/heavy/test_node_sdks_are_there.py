"""The clients of the heavy tests: the Node SDKs load, and the command-line agents start without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from support.node import CLIS, SDKS, run_cli, run_node

pytestmark = pytest.mark.heavy


def _wanted(folder: Path, package: str) -> str:
    version = json.loads((folder / "package.json").read_text())["dependencies"][package]
    assert isinstance(version, str)
    return version


@pytest.mark.parametrize(
    ("package", "client"), [("openai", "chat.completions.create"), ("@anthropic-ai/sdk", "messages.create")]
)
def test_a_node_sdk_is_of_the_version_that_is_asked_for(package: str, client: str) -> None:
    result = run_node(
        f'import Client from "{package}"; import {{ VERSION }} from "{package}/version";'
        f'const client = new Client({{ apiKey: "sk-test-0000" }});'
        f"console.log(VERSION, typeof client.{client});"
    )

    assert result.stdout.split() == [_wanted(SDKS, package), "function"], result.stderr


def test_the_ai_sdk_loads_with_its_two_providers() -> None:
    result = run_node(
        'import { generateText, streamText } from "ai";'
        'import { createOpenAI } from "@ai-sdk/openai"; import { createAnthropic } from "@ai-sdk/anthropic";'
        "console.log(...[generateText, streamText, createOpenAI, createAnthropic].map(each => typeof each));"
    )

    assert result.stdout.split() == ["function"] * 4, result.stderr


@pytest.mark.parametrize(("name", "package"), [("codex", "@openai/codex"), ("claude", "@anthropic-ai/claude-code")])
def test_an_agent_says_its_version(name: Literal["codex", "claude"], package: str, tmp_path: Path) -> None:
    result = run_cli(name, "--version", home=tmp_path)

    assert result.returncode == 0, result.stderr
    assert _wanted(CLIS, package) in result.stdout.split()
