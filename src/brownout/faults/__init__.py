"""The registry of faults: YAML name → class. One file a kind; one line here."""

from __future__ import annotations

from brownout.faults.base import Fault, Strike
from brownout.faults.server_error import ServerError

FAULTS: dict[str, type[Fault]] = {
    "server_error": ServerError,
}

__all__ = ["FAULTS", "Fault", "Strike"]
