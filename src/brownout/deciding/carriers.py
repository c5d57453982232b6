"""What can carry a fault: the way in which the client connects, and the version of HTTP it speaks. Pure."""

from __future__ import annotations

from typing import Final

from brownout.faults.base import Fault

INTERCEPT: Final = "intercept"
BASE_URL: Final = "base_url"

_INSTEAD = "use connection_reset or hang, or connect: intercept"


def unfit_connect(fault: Fault, connect: str) -> str | None:
    """Why a fault cannot reach a client that connects like this, and what to do instead; None where it can."""
    if connect in fault.carriers:
        return None
    if "connections" in fault.strikes:
        why = "strikes the opening of a connection, and with connect: base_url all clients share one port of the drill"
    else:
        why = f"needs {fault.needs_http}, and with connect: base_url clients speak HTTP/1.1 to the drill"
    return f"{fault.fault} {why}; {_INSTEAD}"


def undeliverable(fault: Fault, via: str, http: str, standin: bool = True) -> str | None:
    """Why a fault cannot be carried out on this exchange; None where it can. ``http`` is its version: HTTP/1.1.

    ``standin``: what answers is the stand-in.
    """
    if fault.standin and not standin:
        return f"{fault.fault} needs upstream: stand-in"
    unfit = unfit_connect(fault, via)
    if unfit is not None or fault.needs_http is None or http.startswith(fault.needs_http):
        return unfit
    return f"{fault.fault} needs {fault.needs_http}, and this call came by {http}"
