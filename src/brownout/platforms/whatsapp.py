"""WhatsApp's Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api/reference.

It is a part of Meta's Graph API, whose host carries much more than that.
"""

from __future__ import annotations

from brownout.platforms.base import Provider, delivery_service, service

_VERSION = r"(?:/v\d+\.\d+)?"
# The path does not say whether an id is a number's or a file's. Ids of files are the longer ones.
_NUMBER = r"/\d{1,15}"
_FILE = r"/\d{16,}"

WHATSAPP = Provider(
    "whatsapp",
    hosts=("graph.facebook.com", "lookaside.fbsbx.com"),
    prefix="/whatsapp",
    services=(
        service("whatsapp.media", ("POST",), _VERSION + r"/\d+/media"),
        service("whatsapp.media", ("GET",), _VERSION + _FILE + r"|/whatsapp_business/attachments"),
        service("whatsapp.media", ("DELETE",), _VERSION + r"/\d+"),
        service("whatsapp.messages", ("POST",), _VERSION + r"/\d+/messages"),
        service("whatsapp.numbers", ("GET",), _VERSION + _NUMBER),
        delivery_service("whatsapp.webhooks"),
    ),
)
