"""Calls to Bedrock, as its dialects read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import boto3
from botocore.config import Config

from brownout.dialects import DIALECTS
from brownout.exchange import Answer, Call, Request
from brownout.services import BUILT_IN

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)


def call_for(path: str, body: Any = None, headers: dict[str, str] | None = None, method: str = "POST") -> Call:
    """The call that a request to this path is."""
    data = b"" if body is None else json.dumps(body).encode()
    host = "bedrock-runtime.eu-west-1.amazonaws.com"
    request = Request(method, host, path, headers=headers or {}, body=data)
    return DIALECTS[BUILT_IN.service_of("bedrock", method, path)].read(request)


@contextmanager
def client_of(
    url: str, service: str = "bedrock-runtime", attempts: int = 1, config: Config | None = None
) -> Iterator[Any]:
    """The official client, pointed at a URL; it signs with a key that is nobody's, and looks for no other."""
    session = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="test", region_name="eu-west-1")
    retries = {"mode": "standard", "total_max_attempts": attempts}
    usual = Config(retries=retries, connect_timeout=10, read_timeout=20, proxies={})
    with closing(session.client(service, endpoint_url=url, config=config or usual)) as client:
        yield client
