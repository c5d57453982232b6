"""Agents of pydantic-ai, one turn each: what they answered, and which tools ran. Prints JSON; argument: a base URL."""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

SAID = "Reference bo-4ph5de6ukygz: refund order 17."


class Outcome(BaseModel):
    """What has become of a turn."""

    order: str
    summary: str


def turn(model: Any, output: Any) -> dict[str, Any]:
    ran: list[str] = []
    agent: Any = Agent(model, output_type=output)

    def refund(order: str, reason: str) -> str:
        """Refund an order."""
        ran.append("refund")
        return "refunded"

    def look_up(order: str) -> str:
        """Look an order up."""
        ran.append("look_up")
        return "lost"

    agent.tool_plain(refund)
    agent.tool_plain(look_up)
    made = agent.run_sync(SAID).output
    return {"ran": ran, "said": made if isinstance(made, str) else made.model_dump()}


provider = OpenAIProvider(base_url=sys.argv[1], api_key="sk-test-0000")
models = (OpenAIChatModel("gpt-4o", provider=provider), OpenAIResponsesModel("gpt-4o", provider=provider))
sys.stdout.write(json.dumps([turn(model, output) for model in models for output in (str, Outcome)]))
