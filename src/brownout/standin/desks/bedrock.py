"""Bedrock's desk: the model is in the path, the history comes with every call."""

from __future__ import annotations

from brownout.exchange import Call, Failure, FailureKind
from brownout.standin.desk import Desk
from brownout.standin.recognise import Arrived


class BedrockDesk(Desk):
    """Keeps nothing. A signature is taken for good, whoever made it; an id of a model names its maker, or is an ARN."""

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """What AWS says no to: 403, where others say 401."""
        if not self.admits(call):
            return Failure(FailureKind.INVALID_REQUEST, id, status=403)
        return super().refusal(arrived, call, id)

    def needs_body(self, arrived: Arrived) -> bool:
        return arrived.service in ("bedrock.converse", "bedrock.invoke")

    def unknown_model(self, call: Call) -> bool:
        """A name without a maker in front of it."""
        model = call.model
        return model is not None and "." not in model and not model.startswith("arn:")
