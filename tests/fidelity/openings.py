"""The faults that strike before there is a request: what a client that opens a connection to a platform sees."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fidelity.calls import SERVICES
from fidelity.cases import SHORT
from fidelity.pipes import intercepted
from support.proxies import ProxyProcess


@dataclass(frozen=True)
class Opening:
    """A fault with its settings, and what must be seen of it by every client, whatever it meant to send."""

    fault: str
    claim: str
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    label: str = ""

    @property
    def name(self) -> str:
        """The fault, and what is special about it."""
        return f"{self.fault} ({self.label})" if self.label else self.fault


OPENINGS = (
    Opening("certificate_expired", "certificate has expired"),
    Opening("certificate_expired", "Hostname mismatch.*", {"flaw": "wrong_host"}, "wrong host"),
    Opening("certificate_expired", "unable to get local issuer.*", {"flaw": "unknown_issuer"}, "unknown issuer"),
    Opening("connection_refused", "RST in the TLS handshake"),
    Opening("half_open", "silence in the TLS handshake"),
    Opening("name_not_resolved", "CONNECT: 502.*"),
    Opening("tls_failure", "TLS alert: .*handshake.failure"),
)  # fmt: skip
HOSTS = {service.partition(".")[0]: one.host for service, one in SERVICES.items()}


async def _open(proxy: ProxyProcess, host: str) -> str:
    try:
        pipe = await asyncio.wait_for(intercepted(proxy.port, host, proxy.ca, "http/1.1"), SHORT)
    except TimeoutError:
        return "silence in the TLS handshake"
    except ssl.SSLCertVerificationError as error:
        return re.sub(r"'.*?'", "", error.verify_message).strip(" .")
    except ssl.SSLError as error:
        return f"TLS alert: {(error.reason or str(error)).lower().replace('_', ' ')}"
    except ConnectionRefusedError as error:
        return f"CONNECT: {str(error).partition(' ')[2]}"
    except ConnectionResetError:
        return "RST in the TLS handshake"
    except EOFError:
        return "FIN in the TLS handshake"
    pipe.close()
    return "an open connection"


async def _all(proxy: ProxyProcess) -> dict[str, str]:
    answers = await asyncio.gather(*(_open(proxy, host) for host in HOSTS.values()))
    return dict(zip(HOSTS, answers, strict=True))


def open_all(proxy: ProxyProcess) -> dict[Opening, dict[str, str]]:
    """What was seen of each, by platform. The proxy plays one after the other."""
    found = {}
    for opening in OPENINGS:
        proxy.play({"fault": opening.fault, "on": "*", **opening.settings})
        found[opening] = asyncio.run(_all(proxy))
    return found
