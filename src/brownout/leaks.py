"""What must never reach a user: keys, tracebacks, and the platform's own pages, texts and addresses. Pure.

The patterns are strings that a healthy answer does not hold, rather than words: an answer about Cloudflare is no leak,
Cloudflare's error page is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from brownout import keys
from brownout.keys_in_play import MARK, SCANNED, KeysInPlay

_TRACEBACKS = (
    r"Traceback \(most recent call last\)",
    r"""File (?:\\?"|&quot;|&#34;)[^"&\\\n]{1,300}(?:\\?"|&quot;|&#34;), line \d+""",
    r"\bat (?:async )?[\w.<>$\[\] ]{1,100}\((?:file://|node:|/|[A-Za-z]:\\)[^)\n]{1,300}:\d+:\d+\)",
    r"\bat (?:file://|node:internal|/)[^\s)]{1,300}:\d+:\d+",
    r"\bat [\w.$]{1,200}\(\w+\.(?:java|kt|scala):\d+\)",
    r"\bUnhandledPromiseRejection\b",
    r"\bgoroutine \d+ \[",
)
# Cloudflare, nginx, Envoy and Google in front of a provider: what they answer in its stead.
_PAGES = (
    r"cf-error-details",
    r"Cloudflare Ray ID",
    r"/cdn-cgi/",
    r"developers\.cloudflare\.com/support/troubleshooting",
    r'"cloudflare_error"\s*:',
    r"<center>\s*(?:nginx|openresty|cloudflare)",
    r"<title>[^<]{0,200}\b52\d\b[^<]{0,200}</title>",
    r"<title>\s*Just a moment\.\.\.",
    r"upstream connect error or disconnect/reset before headers",
)
# A page that a web framework, or any server, makes of an error that nobody has caught: whose it is, it does not say.
_ERROR_PAGES = (
    r"<title>[^<]{0,200}\b50[0234]\b[^<]{0,200}</title>",
    r"<pre>(?:Internal Server Error|Error: )",
)
# https://platform.openai.com/docs/guides/error-codes and https://docs.claude.com/en/api/errors
_PROVIDER_TEXTS = (
    r"The server had an error (?:while )?processing your request",
    r"The engine is currently overloaded",
    r"Rate limit reached for ",
    r"Request too large for ",
    r"You exceeded your current quota",
    r"This request would exceed (?:your account's|the|your organization's) rate limit",
    r"Incorrect API key provided",
    r"You didn't provide an API key",
    r"You have insufficient permissions for this operation",
    r"This model's maximum context length is",
    r"Your input exceeds the context window of this model",
    r"Your credit balance is too low",
    r"Please include the request ID",
    r"Previous response with id '",
    r"Conversation with id '[^']{1,100}' not found",
    r"Another process is currently operating on this conversation",
    r"Error code: \d{3}(?: - |\b)",
    r"\b\d{3} status code \(no body\)",
    r"\b(?:overloaded_error|rate_limit_error|invalid_request_error|authentication_error|insufficient_quota)\b",
    r"\b(?:server_is_overloaded|service_unavailable_error)\b",
    r"""\\?["']type\\?["']\s*:\s*\\?["'](?:api_error|server_error|overloaded_error)\\?["']""",
    r"\b(?:platform|help)\.openai\.com\b",
    r"\b(?:docs|console|support)\.anthropic\.com\b",
    r"\baka\.ms/oai/",
    r"\borg-[A-Za-z0-9]{20,}",
)
# Anthropic's alone has a form of its own (https://platform.claude.com/docs/en/api/errors#request-id): ``req_`` with hex
# digits is OpenAI's, and what many an application calls its own requests, which it may well tell its users.
_REQUEST_IDS = (r"\breq_011C[1-9A-HJ-NP-Za-km-z]{18,24}\b",)
_EXCEPTION_NAMES = (
    r"\b(?:openai|anthropic|httpx|httpcore|aiohttp|requests|urllib3|botocore|litellm)"
    r"(?:\.\w+)*\.[A-Z]\w*(?:Error|Exception|Timeout|Closed)\b",
    r"\b(?:API(?:Connection|Timeout|Status|ResponseValidation)?Error|RateLimitError|RemoteProtocolError)\b",
    r"\b(?:MaxRetryError|NewConnectionError|ClientPayloadError|ServerDisconnectedError|ClientConnectorError)\b",
    r"\b(?:JSONDecodeError|UnicodeDecodeError|AttributeError|KeyError|TypeError|IndexError|ValidationError)(?=[(:])",
    r"\b(?:InternalServerError|BadRequestError|ReadTimeout|ConnectTimeout|ReadError|ConnectError)(?=[(:])",
    r"\bUND_ERR_[A-Z]+\b",
    r"\b(?:ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)\b",
)
_EXCEPTION_TEXTS = (
    r"peer closed connection without sending complete message body",
    r"incomplete chunked read",
    r"Server disconnected without sending a response",
    r"Remote end closed connection without response",
    r"All connection attempts failed",
    r"Max retries exceeded with url",
    r"HTTPS?ConnectionPool\(host=",
    r"Cannot connect to host ",
    r"\[Errno -?\d+\]",
    r"Expecting value: line \d+ column \d+",
    r"'NoneType' object (?:is not|has no)",
    r"object has no attribute '",
    r"Cannot read propert(?:y|ies) of (?:undefined|null)",
    r"\bsocket hang up\b",
    # the whole text of the SDKs' APIConnectionError and APITimeoutError; with more words it is the application's own
    r"""(?:^|["':>]\s*)(?:Connection error|Request timed out)\.(?=\s*(?:$|["'}<\\\n]))""",
)
_ADDRESSES = (
    r"\bhttps?://(?:127\.\d+\.\d+\.\d+|localhost|0\.0\.0\.0|\[::1\])(?::\d+)?",
    r"\bhttps?://(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+(?::\d+)?",
    r"\b(?:[\w-]+\.)?api\.openai\.com\b",
    r"\bapi\.anthropic\.com\b",
    r"\bgenerativelanguage\.googleapis\.com\b",
    r"\b[\w-]+\.openai\.azure\.com\b",
    r"\b[\w.-]+\.svc\.cluster\.local\b",
    r"\bhost\.docker\.internal\b",
)
_PATTERNS = {"api_key": keys.SHOWN} | {
    name: re.compile("|".join(patterns), re.MULTILINE)
    for name, patterns in (
        ("error_page", _ERROR_PAGES),
        ("exception_name", _EXCEPTION_NAMES),
        ("exception_text", _EXCEPTION_TEXTS),
        ("internal_address", _ADDRESSES),
        ("provider_error", _PROVIDER_TEXTS),
        ("provider_html", _PAGES),
        ("provider_request_id", _REQUEST_IDS),
        ("traceback", _TRACEBACKS),
    )
}
LEAKS = tuple(_PATTERNS)
IN_USE = "key_in_use"
"""A key that no pattern tells, and that is in use in this drill: see ``keys_in_play``."""
ERRORS = frozenset(("error_page", "exception_name", "exception_text", "provider_error", "provider_html", "traceback"))
"""Leaks that make a text an error, whatever its status; the others may stand in an answer that is whole."""

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html: whoever gets such a URL may use it for a
# while, and for nothing else. Applications hand out files so.
_HANDED_OUT = re.compile(r"(?i)(?:[?&;]|\\u0026)x-amz-(?:credential|security-token|signature)=[^&;\s\"'<>\\]+")


def without_handed_out(text: str) -> str:
    """The text without what presigned URLs hold of the key by which they were signed."""
    return _HANDED_OUT.sub("", text)


def without(text: str, hide: Iterable[str], mark: str = "") -> str:
    """The text without what is not the application's doing, such as the user's own words."""
    for known in hide:
        if known:
            text = text.replace(known, mark)
    return text


def leaks_in(text: str, hide: Iterable[str] = ()) -> list[str]:
    """Names of what must not be shown, sorted; ``hide`` holds strings that are no leak here (the user's own words)."""
    seen = without_handed_out(without(text[:SCANNED], hide))
    names = [name for name, pattern in _PATTERNS.items() if pattern.search(seen)]
    return [name for name in names if name != "error_page" or "provider_html" not in names]


def redact(text: str, limit: int = 160, hide: Iterable[str] = (), known: KeysInPlay | None = None) -> str:
    """A snippet for a journal, in one line of at most ``limit`` characters: without ``hide``, and without keys.

    These are what looks like one, and ``known``, whatever they look like.
    """
    text = text[:SCANNED] if known is None else known.without(text[:SCANNED])
    seen = keys.KEPT.sub(MARK, without(text, hide, "[…]"))
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: max(0, limit - 1)] + "…"[:limit]
