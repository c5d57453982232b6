"""Direct Line, the channel to bots of Azure Bot Service and of Copilot Studio.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-api-reference
"""

from __future__ import annotations

from brownout.platforms.base import Provider, service

_CONVERSATIONS = r"/v3/directline/conversations"

DIRECTLINE = Provider(
    "directline",
    hosts=("directline.botframework.com", "*.directline.botframework.com"),
    prefix="/directline",
    services=(
        service("directline.activities", ("GET", "POST"), _CONVERSATIONS + r"/[^/]+/activities"),
        service("directline.conversations", ("POST",), _CONVERSATIONS),
        service("directline.conversations", ("GET",), _CONVERSATIONS + r"/[^/]+"),
        service("directline.tokens", ("POST",), r"/v3/directline/tokens/(?:generate|refresh)"),
    ),
)
