"""What the front end of an AWS service sends when it cannot get an answer. Pure.

The page as AWS's own client knows it: https://github.com/boto/botocore/blob/develop/botocore/parsers.py.
"""

from __future__ import annotations

from http import HTTPStatus

from brownout.exchange import Page, Reply


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # a status that only another company's front end has
        return "Internal Server Error"


def gateway(host: str, status: int, page: Page) -> Reply | None:
    """The front end's page, or nothing where it is empty; no request id either way.

    None for any other host, and for a ``challenge``, which AWS does not send to programs.
    """
    if page == "challenge" or not host.endswith(".amazonaws.com"):
        return None
    if page == "empty":
        return Reply(status, ())
    body = f"<html><body><b>Http/1.1 {_title(status)}</b></body> </html>"
    return Reply(status, (("content-type", "text/html"),), body.encode())
