"""What the faults share that strike what the platform sends to the application: webhooks and tool callbacks."""

from __future__ import annotations

from typing import ClassVar

from brownout.faults.base import Fault, Target


class Delivering(Fault):
    """Base of the faults that strike a webhook, or the call of a tool, on its way to the application."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"deliveries"})
