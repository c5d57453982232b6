"""Answers after which the same call cannot succeed, however often it is sent: which faults bring them, and why. Pure.

By what platforms say of their errors (https://platform.openai.com/docs/guides/error-codes,
https://docs.claude.com/en/api/errors) and by what their SDKs send again: lost connections, 408, 409, 429 and 5xx, and
nothing else (https://github.com/openai/openai-python#retries,
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Permanent(NamedTuple):
    """What it means, and what to do in the place of sending the call again."""

    means: str
    instead: str


PERMANENT: Final[Mapping[str, Permanent]] = {
    "auth_error": Permanent(
        "401 or 403: the key is not good, or not for this", "get a fresh key or use another, and else tell its owner"
    ),
    "content_refused": Permanent("400: the prompt breaks a policy", "tell the user, in words of your own"),
    "context_too_long": Permanent(
        "400: the prompt has too many tokens", "shorten the conversation before asking again"
    ),
    "http_status": Permanent("a 4xx that says no to the request itself", "read what the error says, and end there"),
    "model_retired": Permanent("404: the model is gone", "ask another model, and change the configuration"),
    "prefill_refused": Permanent(
        "400: the model takes no prefill", "send the conversation without the assistant's words"
    ),
    "quota_exhausted": Permanent(
        "429, 402, 400 or 403: the money is used up (insufficient_quota)",
        "look at the error's code (SDKs take every 429 for a rate limit), and fall back to another account or provider",
    ),
    "too_large": Permanent("413: the body is too large", "send less"),
}
"""By fault. An outage in the guise of such an answer (misleading_error) is none: there the next call may succeed."""
STATUSES: Final = (400, 401, 402, 403, 404, 405, 410, 413, 414, 415, 422, 431, 451)
"""Statuses of http_status that say no for good."""
WORDLESS: Final = ("directline", "gemini", "ollama", "vertex")
"""Platforms whose 429 says the same of a used up quota as of a rate limit: there a retry may be right."""
