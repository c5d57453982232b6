"""Chunks about the answer come among those of the answer."""

from __future__ import annotations

from typing import ClassVar

from brownout.effects import Forward, Program
from brownout.faults.base import Strike
from brownout.faults.picking import Picking
from brownout.wire.edits import Annotate


class StreamAnnotated(Picking):
    """Azure's asynchronous filter sends its opinion in chunks of its own, whose choices have no delta."""

    services: ClassVar[str] = "azure.chat"

    def program(self, strike: Strike) -> Program:
        """The platform's stream, with an annotation behind the chunks that are meant."""
        return (Forward(edit=Annotate(self.picks(strike), strike.platform.annotation)),)
