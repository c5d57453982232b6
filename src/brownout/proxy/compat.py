"""What differs between mitmproxy 11 and 12: error codes of protocol events."""

from __future__ import annotations

from typing import Any

from mitmproxy.net.http import status_codes
from mitmproxy.proxy.layers.http import _events
from mitmproxy.proxy.layers.http._events import RequestProtocolError, ResponseProtocolError

_codes: Any = getattr(_events, "ErrorCode", None)
_KILL: Any = _codes.KILL if _codes else getattr(status_codes, "NO_RESPONSE", 444)
_CANCEL: Any = _codes.CANCEL if _codes else getattr(status_codes, "CLIENT_CLOSED_REQUEST", 499)


def close_without_answer(stream_id: int) -> ResponseProtocolError:
    """Tell the client that the connection ends here (FIN; RST_STREAM over HTTP/2), with no page of mitmproxy's own."""
    return ResponseProtocolError(stream_id, "closed", _KILL)


def stop_asking(stream_id: int) -> RequestProtocolError:
    """Tell the platform that its answer is no longer wanted."""
    return RequestProtocolError(stream_id, "no longer wanted", _CANCEL)
