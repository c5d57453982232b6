"""Python reads this first in the proxy that is watched: whatever goes beyond loopback is written down."""

import os
import sys
from ipaddress import ip_address
from typing import Any

_FILE = os.environ.get("BROWNOUT_FUZZ_WATCH", "")


def _is_ours(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ip_address(host.decode() if isinstance(host, bytes) else str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _note(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not _is_ours(host):
        with open(_FILE, "a", encoding="utf-8") as file:
            file.write(f"{event} {host!r}\n")


if _FILE:
    sys.addaudithook(_note)
