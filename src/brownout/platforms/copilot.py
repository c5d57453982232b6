"""Microsoft 365 Copilot's Chat API: https://learn.microsoft.com/microsoft-365-copilot/extensibility/api/ai-services/chat/overview.

It is a part of Microsoft Graph, and has a second name there: Work IQ. Both hosts carry much more than that.
What is not Copilot's on Graph is passed on; a batch may hold calls of Copilot's, so it is not.
"""

from __future__ import annotations

import re

from brownout.platforms.base import Provider, service

_CONVERSATIONS = r"(?:/(?:beta|v1\.0)/copilot|/rest(?:/beta)?(?:/copilot)?)/conversations"
# The word in any place, batches, and the root of a version: https://learn.microsoft.com/graph/json-batching.
_ITS_OWN = re.compile(r"(?:/[^/]+)*/(?:copilot|\$batch)(?:\(.*|/.*)?|(?:/beta|/v1\.0)?/?")

COPILOT = Provider(
    "copilot",
    hosts=("graph.microsoft.com", "workiq.svc.cloud.microsoft"),
    prefix="/copilot",
    shared={"graph.microsoft.com": _ITS_OWN},
    services=(
        service("copilot.chat", ("POST",), _CONVERSATIONS + r"/[^/]+/(?:chat|chatOverStream)"),
        service("copilot.conversations", ("POST",), _CONVERSATIONS),
    ),
)
