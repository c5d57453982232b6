"""TCP ports on loopback: finding free ones, and saying so when one is taken."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from brownout.errors import HarnessError

LOOPBACK = "127.0.0.1"


def free_port(host: str = LOOPBACK) -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could take the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(port: int, remedy: str, host: str = LOOPBACK) -> None:
    """Refuse a port that is taken; ``remedy`` says what else the user can do. Raises HarnessError."""
    if not is_free(port, host):
        raise HarnessError(
            f"port {port} on {host} is in use by another program; stop that program "
            f"(it shows up in: lsof -i :{port}), or {remedy}"
        )


@contextmanager
def shared_port(port: int = 0, host: str = LOOPBACK) -> Iterator[int]:
    """A port held for several servers that share it by ``SO_REUSEPORT``; they must bind before the block ends.

    Raises HarnessError where the system has no such option.
    """
    if not hasattr(socket, "SO_REUSEPORT"):
        raise HarnessError("this system cannot share a port between processes; use --proxies 1")
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((host, port))
        yield int(holder.getsockname()[1])
