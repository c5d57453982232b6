"""What the front of a platform sends when the platform gives it no answer: Cloudflare's pages, or a cloud's own. Pure.

Statuses: https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/.
These answers carry no request id of the platform, which is how a client can tell who spoke.
"""

from __future__ import annotations

import html
import json

from brownout.dialects.fronts import amazon as amazon_front
from brownout.dialects.fronts import google as google_front
from brownout.dialects.headers import cf_ray, ray, rfc3339
from brownout.exchange import Headers, Page, Reply

_DOCS = "https://developers.cloudflare.com/support/troubleshooting/http-status-codes"
_TITLES = {
    429: "You are being rate limited",
    502: "Bad gateway",
    503: "Service temporarily unavailable",
    504: "Gateway time-out",
    520: "Web server is returning an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
    530: "Origin DNS error",
}
_SHORT_TITLES = {
    400: "Bad Request",
    414: "Request-URI Too Large",
    429: "Too Many Requests",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}
_WHAT_HAPPENED = {
    429: "The owner of this website has banned you temporarily from accessing this website.",
    502: "The web server reported a bad gateway error.",
    503: "The web server cannot take the request at the moment.",
    504: "The web server reported a gateway time-out error.",
    520: "There is an unknown connection issue between Cloudflare and the origin web server.",
    521: "The web server is not returning a connection.",
    522: "The connection between Cloudflare and the origin web server timed out.",
    523: "Cloudflare found no way to the origin web server.",
    524: "The origin web server accepted the connection but gave no answer in time.",
    530: "Cloudflare is unable to resolve the name of the origin web server.",
}
# A 429 and a 530 say what is wrong by a number of their own: _DOCS/cloudflare-1xxx-errors/.
_NUMBERS = {429: 1015, 530: 1016}
# As Cloudflare sends it with a 522; see the public report https://github.com/anthropics/claude-code/issues/90947.
_DETAIL_522 = (
    "Cloudflare could not establish a TCP connection to the origin server. The TCP handshake timed out, which may "
    "indicate the origin is overloaded, firewalling Cloudflare, or unreachable at the network level."
)
_RETRY_AFTER = 120
_LIMITED_FOR = 30  # seconds, of a 1015
_PRIVATE = "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0"


def wants_json(accept: str | None) -> bool:
    """Whether an Accept header asks for JSON by name, as the official SDKs do for plain calls and streams alike."""
    types = [part.partition(";")[0].strip().lower() for part in (accept or "").split(",")]
    named = [name for name in types if name in ("application/json", "application/problem+json", "text/html")]
    return bool(named) and named[0] != "text/html"


def headers(id: str, content_type: str | None, *more: tuple[str, str]) -> Headers:
    """What Cloudflare adds to answers of its own."""
    named = (("content-type", content_type),) if content_type else ()
    return (
        *named,
        ("cache-control", _PRIVATE),
        ("expires", "Thu, 01 Jan 1970 00:00:01 GMT"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "SAMEORIGIN"),
        *more,
        ("server", "cloudflare"),
        ("cf-ray", cf_ray(id)),
    )


def _page(host: str, status: int, id: str, now: float) -> bytes:
    """The long page, of which users see the tags where an application shows it raw."""
    title, host, number = _TITLES[status], html.escape(host), _NUMBERS.get(status, status)
    return f"""<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->
<head>
<title>{host} | {number}: {title}</title>
<meta charset="UTF-8" />
<meta name="robots" content="noindex, nofollow" />
<link rel="stylesheet" id="cf_styles-css" href="/cdn-cgi/styles/main.css" />
</head>
<body>
<div id="cf-wrapper">
  <div id="cf-error-details" class="p-0">
    <h1>{title} <span>Error code {number}</span></h1>
    <p>{rfc3339(now)}</p>
    <h2>What happened?</h2>
    <p>{_WHAT_HAPPENED[status]}</p>
    <h2>What can I do?</h2>
    <p>Please try again in a few minutes.</p>
    <p class="cf-error-footer">Cloudflare Ray ID: <strong>{ray(id)}</strong> &bull; {host}</p>
  </div>
</div>
</body>
</html>
""".encode()


def _short_page(status: int, why: str = "") -> bytes:
    """The page of the web server inside the CDN; with ``why``, a line of its own says so."""
    title = f"{status} {_SHORT_TITLES.get(status) or _TITLES[status]}"
    lines = (
        "<html>",
        f"<head><title>{f'{status} {why}' if why else title}</title></head>",
        "<body>",
        f"<center><h1>{title}</h1></center>",
        *((f"<center>{why}</center>",) if why else ()),
        "<hr><center>cloudflare</center>",
        "</body>",
        "</html>",
        "",
    )
    return "\r\n".join(lines).encode()


def unread(status: int, id: str, why: str = "") -> Reply:
    """What it says to a request that it reads no further: 400, with ``why`` where it tells, or 414.

    The page is nginx's with another name below: https://github.com/nginx/nginx/blob/master/src/http/ngx_http_special_response.c,
    seen in the public report https://github.com/guyellis/plant/issues/1903.
    """
    return Reply(status, headers(id, "text/html"), _short_page(status, why))


def _challenge(host: str) -> bytes:
    """The page that asks a browser to prove itself; no SDK can. https://developers.cloudflare.com/cloudflare-challenges/"""
    return f"""<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>\
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow">\
<meta name="viewport" content="width=device-width,initial-scale=1"></head><body><div class="main-wrapper" role="main">\
<div class="main-content"><h1>{html.escape(host)}</h1><noscript><div class="h2"><span id="challenge-error-text">\
Enable JavaScript and cookies to continue</span></div></noscript></div></div>\
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>
""".encode()


def _wait(status: int) -> int:
    return _LIMITED_FOR if status == 429 else _RETRY_AFTER


def _problem(host: str, status: int, id: str, now: float) -> bytes:
    """Problem details (RFC 9457), which Cloudflare sends since April 2026 to clients that accept JSON."""
    title, number, wait = _TITLES[status], _NUMBERS.get(status, status), _wait(status)
    family = f"cloudflare-{'1xxx' if number >= 1000 else '5xx'}-errors"
    return json.dumps(
        {
            "type": f"{_DOCS}/{family}/error-{number}/",
            "title": f"Error {number}: {title}",
            "status": status,
            "detail": _DETAIL_522 if status == 522 else _WHAT_HAPPENED[status],
            "instance": ray(id),
            "error_code": number,
            "error_name": "connection_timeout" if status == 522 else title.lower().replace("-", "_").replace(" ", "_"),
            "error_category": "rate_limit" if status == 429 else "origin",
            "ray_id": ray(id),
            "timestamp": rfc3339(now),
            "zone": host,
            "cloudflare_error": True,
            "retryable": True,
            "retry_after": wait,
            "owner_action_required": True,
            "what_you_should_do": f"**Wait and retry.** Back off for at least {wait} seconds.",
            "footer": "This error was generated by Cloudflare on behalf of the website owner.",
        },
        separators=(",", ":"),
    ).encode()


def gateway(host: str, status: int, page: Page, id: str, accept: str | None = None, now: float = 0.0) -> Reply:
    """The CDN's answer for a status of 429, 502 to 504, 520 to 524 or 530; ``now`` is in Unix seconds.

    ``auto`` follows the Accept header; a 503 is never the CDN's own, so it comes as the short page then. A
    ``challenge`` is a 403, whatever the status. Raises KeyError for another status.
    """
    if (google := google_front.gateway(host, status, page)) is not None:
        return google
    if (amazon := amazon_front.gateway(host, status, page)) is not None:
        return amazon
    if page == "challenge":
        mitigated = ("cf-mitigated", "challenge")
        return Reply(403, headers(id, "text/html; charset=UTF-8", mitigated), _challenge(host))
    if page == "auto":
        page = "html" if status == 503 or not wants_json(accept) else "problem"
    if page == "problem":
        retry = ("retry-after", str(_wait(status)))
        return Reply(status, headers(id, "application/json", retry), _problem(host, status, id, now))
    if page == "empty":
        return Reply(status, headers(id, None))
    if page == "nginx" or status == 503:
        return Reply(status, headers(id, "text/html"), _short_page(status))
    more = (("retry-after", str(_LIMITED_FOR)),) if status == 429 else ()
    return Reply(status, headers(id, "text/html; charset=UTF-8", *more), _page(host, status, id, now))
