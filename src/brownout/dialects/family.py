"""The path of a call as the platform has it whose grammar is spoken. Pure."""

from __future__ import annotations

from brownout.exchange import Call
from brownout.services import BUILT_IN


def family_path_of(call: Call) -> str:
    """``/v1/responses/resp_1``, whatever the platform has in the place of ``/v1``."""
    request = call.request
    return request.family_path or BUILT_IN.family_path(call.provider, request.path) or request.path
