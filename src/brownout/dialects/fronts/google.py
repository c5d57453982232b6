"""What Google's front ends send when they cannot get an answer: of its own APIs, and of what it hosts for others. Pure.

Both pages as they were seen in public reports; https://cloud.google.com/load-balancing/docs/https/troubleshooting-ext-https-lbs.
"""

from __future__ import annotations

from brownout.exchange import Headers, Page, Reply

_HEADERS: Headers = (("content-type", "text/html; charset=UTF-8"), ("referrer-policy", "no-referrer"))
_HOSTED = ("api.cohere.com", "api.cohere.ai")
_WHAT = (
    "The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds."
)


def _own_page(status: int) -> str:
    """The page of Google's own front, before ``*.googleapis.com``."""
    return f"""<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <meta name=viewport content="initial-scale=1, minimum-scale=1, width=device-width">
  <title>Error {status} (Server Error)!!1</title>
  <a href=//www.google.com/><span id=logo aria-label=Google></span></a>
  <p><b>{status}.</b> <ins>That’s an error.</ins>
  <p>{_WHAT}  <ins>That’s all we know.</ins>
"""


def _hosted_page(status: int) -> str:
    """The page of a load balancer that Google runs for somebody else."""
    return f"""
<html><head>
<meta http-equiv="content-type" content="text/html;charset=utf-8">
<title>{status} Server Error</title>
</head>
<body text=#000000 bgcolor=#ffffff>
<h1>Error: Server Error</h1>
<h2>{_WHAT}</h2>
<h2></h2>
</body></html>
"""


def gateway(host: str, status: int, page: Page) -> Reply | None:
    """The front end's answer for a host behind one, whatever the client accepts: a page, or nothing where it is empty.

    None for any other host, and for a ``challenge``, which Google does not send to programs.
    """
    own = host.endswith(".googleapis.com")
    if page == "challenge" or not (own or host in _HOSTED):
        return None
    if page == "empty":
        return Reply(status, _HEADERS[1:])
    return Reply(status, _HEADERS, (_own_page(status) if own else _hosted_page(status)).encode())
