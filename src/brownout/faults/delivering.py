"""What the faults share that strike webhooks: what the platform sends to the application."""

from __future__ import annotations

from typing import ClassVar

from brownout.faults.base import Fault


class Delivering(Fault):
    """Base of the faults that strike a webhook on its way to the application."""

    calls: ClassVar[bool] = False
    deliveries: ClassVar[bool] = True
    services: ClassVar[str] = "*.webhooks"
