"""WhatsApp's Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api/reference.

It is a part of Meta's Graph API, whose host carries much more than that. What cannot be WhatsApp's there is passed on.
"""

from __future__ import annotations

import re

from brownout.platforms.base import Provider, delivery_service, service

_VERSION = r"(?:/v\d+\.\d+)?"
# The path does not say whether an id is a number's or a file's. Ids of files are the longer ones.
_NUMBER = r"/\d{1,15}"
_FILE = r"/\d{16,}"
# Its nodes are ids of digits, as those of pages are: the path does not tell these apart. The root takes batches and
# lists of ids: https://developers.facebook.com/docs/graph-api/batch-requests.
_ITS_OWN = re.compile(_VERSION + r"(?:/\d+(?:/.*)?)?/?")

WHATSAPP = Provider(
    "whatsapp",
    hosts=("graph.facebook.com", "lookaside.fbsbx.com"),
    prefix="/whatsapp",
    shared={"graph.facebook.com": _ITS_OWN, "lookaside.fbsbx.com": re.compile(r"/whatsapp_business(?:/.*)?|/?")},
    services=(
        service("whatsapp.media", ("POST",), _VERSION + r"/\d+/media"),
        service("whatsapp.media", ("GET",), _VERSION + _FILE + r"|/whatsapp_business/attachments"),
        service("whatsapp.media", ("DELETE",), _VERSION + r"/\d+"),
        service("whatsapp.messages", ("POST",), _VERSION + r"/\d+/messages"),
        service("whatsapp.numbers", ("GET",), _VERSION + _NUMBER),
        delivery_service("whatsapp.webhooks"),
    ),
)
