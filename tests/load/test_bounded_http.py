"""Packed answers are unpacked in pieces of about the size that is asked for, however little comes at a time."""

from __future__ import annotations

import io
import random

import brotli
import pytest
from urllib3 import HTTPResponse
from urllib3.exceptions import DecodeError

from brownout.load.bounded_http import pieces

SIZE = 1024
TEXT = bytes(random.Random(7).choices(b"abcdefgh ", k=50 * SIZE))


def packed(body: bytes) -> HTTPResponse:
    return HTTPResponse(io.BytesIO(body), headers={"content-encoding": "br"}, preload_content=False)


def test_brotli_comes_in_few_pieces_though_it_is_unpacked_byte_by_byte() -> None:
    body = brotli.compress(TEXT)
    came = list(pieces(packed(body), SIZE))

    assert b"".join(came) == TEXT
    assert len(came) <= (len(TEXT) + len(body)) // SIZE + 2


def test_what_came_before_brotli_breaks_is_read() -> None:
    came, body = list[bytes](), brotli.compress(TEXT) + b"no brotli"
    with pytest.raises(DecodeError):
        came.extend(pieces(packed(body), 2 * len(body)))

    assert b"".join(came) == TEXT
