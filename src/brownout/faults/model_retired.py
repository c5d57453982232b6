"""The model is no more."""

from __future__ import annotations

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused


class ModelRetired(Refused):
    """The platform answers 404: the model that is asked for was taken out of service, or renamed."""

    renamed_to: str | None = None
    """The model to use instead, which the text then names."""

    def program(self, strike: Strike) -> Program:
        """The provider's error for a model that is gone, instead of an answer."""
        kind = FailureKind.MODEL_RETIRED
        if self.renamed_to is None or self.message is not None:
            return self.refusal(strike, kind)
        gone = f"The model `{strike.call.model}`" if strike.call.model else "This model"
        text = f"{gone} has been retired. Please use `{self.renamed_to}` instead."
        return self.refusal(strike, kind, Failure(kind, message=text))
