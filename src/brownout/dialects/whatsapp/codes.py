"""The error codes of WhatsApp's Cloud API, each with status, text and details. Pure.

https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes. Where mirrors of that table differ, a limit
is a 429 here.
"""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One code: ``title`` is the text behind ``(#CODE)``, ``details`` what stands in ``error_data``."""

    status: int
    title: str
    details: str = ""
    type: str = "OAuthException"
    numbered: bool = True


_POLICY = (
    "The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform "
    "policy."
)
CODES: dict[int, Line] = {
    0: Line(401, "We were unable to authenticate the app user.", numbered=False),
    1: Line(400, "An unknown error occurred", numbered=False),
    2: Line(503, "Service temporarily unavailable", numbered=False),
    3: Line(500, "Application does not have the capability to make this API call."),
    4: Line(429, "Application request limit reached"),
    10: Line(403, "Application does not have permission for this action"),
    33: Line(400, "Parameter value is not valid", "The business phone number has been deleted."),
    100: Line(400, "Invalid parameter"),
    190: Line(401, "Invalid OAuth access token - Cannot parse access token", numbered=False),
    200: Line(403, "You do not have the necessary permissions required to send messages on behalf of this account"),
    368: Line(403, "Temporarily blocked for policies violations", _POLICY),
    2500: Line(400, "Unknown path components: {path}", numbered=False),
    80007: Line(
        429,
        "There have been too many calls to this WhatsApp Business account. Wait a bit and try again. For more info, "
        "please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting.",
    ),
    130429: Line(
        429,
        "Rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number in a short period of "
        "time",
    ),
    130497: Line(
        403,
        "Business account is restricted from messaging users in this country.",
        "The WhatsApp Business Account is restricted from messaging to users in certain countries.",
    ),
    131000: Line(500, "Something went wrong", "Message failed to send due to an unknown error."),
    131008: Line(400, "Required parameter is missing", "The request is missing a required parameter."),
    131009: Line(400, "Parameter value is not valid", "One or more parameter values are invalid."),
    131016: Line(500, "Service unavailable", "A service is temporarily unavailable."),
    131026: Line(400, "Message undeliverable", "Unable to deliver message."),
    131031: Line(403, "Business Account locked", _POLICY),
    131042: Line(
        402,
        "Business eligibility payment issue",
        "Message failed to send because there were one or more errors related to your payment method.",
    ),
    131047: Line(
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    131048: Line(
        429,
        "Spam rate limit hit",
        "Message failed to send because there are restrictions on how many messages can be sent from this phone "
        "number. This may be because too many previous messages were blocked or flagged as spam.",
    ),
    131049: Line(
        400, "Meta chose not to deliver", "This message was not delivered to maintain healthy ecosystem engagement."
    ),
    131051: Line(400, "Message type unknown", "Message type is not currently supported."),
    131052: Line(400, "Media download error", "Unable to download the media sent by the user."),
    131053: Line(400, "Media upload error", "Unable to upload the media used in the message."),
    131056: Line(
        429,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number to the same phone "
        "number in a short period of time",
    ),
    131057: Line(500, "Account in maintenance mode", "Business Account is in maintenance mode"),
    131062: Line(400, "Business-scoped User ID recipients are not supported for this message."),
    132001: Line(
        404,
        "Template name does not exist in the translation",
        "template name ({template}) does not exist in {language}",
    ),
    133004: Line(503, "Server Temporarily Unavailable", "The server is temporarily unavailable."),
}
