"""Microsoft 365 Copilot's Chat API: https://learn.microsoft.com/microsoft-365-copilot/extensibility/api/ai-services/chat/overview.

It is a part of Microsoft Graph, and has a second name there: Work IQ. Both hosts carry much more than that.
"""

from __future__ import annotations

from brownout.platforms.base import Provider, service

_CONVERSATIONS = r"(?:/(?:beta|v1\.0)/copilot|/rest(?:/beta)?(?:/copilot)?)/conversations"

COPILOT = Provider(
    "copilot",
    hosts=("graph.microsoft.com", "workiq.svc.cloud.microsoft"),
    prefix="/copilot",
    services=(
        service("copilot.chat", ("POST",), _CONVERSATIONS + r"/[^/]+/(?:chat|chatOverStream)"),
        service("copilot.conversations", ("POST",), _CONVERSATIONS),
    ),
)
