"""Where a caller found the platform, for answers that hold addresses. Pure."""

from __future__ import annotations

from brownout.exchange import Call
from brownout.services import ASKED_HOST_HEADER, BUILT_IN


def address_of(call: Call) -> str:
    """The platform's own host, ``https://directline.botframework.com``, or a base URL here; no slash at the end."""
    headers = call.request.headers
    host = headers.get(ASKED_HOST_HEADER) or headers.get("host") or call.request.host
    own = host.partition(":")[0] == call.request.host or BUILT_IN.provider_of_host(host) is not None
    return f"https://{host}" if own else f"http://{host}/{call.provider}"
