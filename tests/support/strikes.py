"""One call to a proxy that plays one fault: what the socket saw, and what the journal says."""

from __future__ import annotations

from typing import Any

from support.proxies import ProxyProcess
from support.wire import Seen, ask, chat_body


def strike(
    proxy: ProxyProcess,
    ca: str | None,
    fault: str,
    stream: bool = False,
    timeout: float = 10.0,
    until: bytes = b"",
    **settings: Any,
) -> tuple[Seen, dict[str, Any]]:
    """A call to ``openai.chat`` with this fault in force, through TLS where there is a ``ca``."""
    before = len(proxy.rows())
    proxy.play({"fault": fault, "on": "openai.chat", **settings})
    seen = ask(proxy.port, ca, body=chat_body(stream), timeout=timeout, until=until)
    return seen, proxy.wait_for_rows(before + 1)[-1]
