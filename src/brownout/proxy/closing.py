"""The end of a connection to a platform on which a client speaks neither TLS nor HTTP."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from mitmproxy.proxy import commands, events, layer


class Closing(layer.Layer):
    """Closes the client's connection, as a platform would: mitmproxy would pass the bytes on to the real one."""

    def _handle_event(self, event: events.Event) -> Generator[Any, Any, None]:
        yield commands.CloseConnection(self.context.client)
