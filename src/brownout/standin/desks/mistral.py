"""Mistral's desk: a call without a model fails where its fields are checked."""

from __future__ import annotations

from brownout.exchange import Call
from brownout.standin.openai.desk import OpenAIDesk
from brownout.standin.recognise import Arrived


class MistralDesk(OpenAIDesk):
    """Keeps nothing that the services it knows could name."""

    no_model = "Field required"

    def needs_body(self, arrived: Arrived) -> bool:
        """What is computed by a model."""
        return arrived.service == "mistral.fim" or super().needs_body(arrived)

    def needs_model(self, call: Call) -> bool:
        """What is computed by a model."""
        return call.service == "mistral.fim" or super().needs_model(call)
