"""HTTP as a user's client reads it, with an end to what may come: interim answers, trailers, packed bytes.

The standard library reads interim answers (1xx) and trailers for as long as they come, and where more is always there
no other user, and no end of patience, comes to their turn. It also takes ``103 Early Hints`` for the answer itself:
https://www.rfc-editor.org/rfc/rfc9110#section-15.2
"""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse, LineTooLong, parse_headers
from typing import Any, ClassVar

import urllib3.response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import DecodeError
from urllib3.response import BaseHTTPResponse

MOST = 100
"""Interim answers before an answer, and trailers after it: as many as the standard library takes of headers."""
_LINE = 65_536
_SWITCHING = 101


class Answer(HTTPResponse):
    """The first answer that is none of the interim ones."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MOST):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == _SWITCHING:
                return version, status, reason
            parse_headers(self.fp)
        raise HTTPException(f"more than {MOST} interim answers")

    def _read_and_discard_trailer(self) -> None:
        for _ in range(MOST):
            line = self.fp.readline(_LINE + 1)
            if len(line) > _LINE:
                raise LineTooLong("trailer line")
            if not line.strip(b"\r\n"):
                return
        raise HTTPException(f"more than {MOST} trailers")


class _Connection(HTTPConnection):
    response_class = Answer


class _SecureConnection(HTTPSConnection):
    response_class = Answer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Adapter(HTTPAdapter):
    """What a session of requests sends by, for answers as above."""

    _pools: ClassVar = {"http": _Pool, "https": _SecurePool}

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        """As its base does it, with connections of our own."""
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools


def pieces(raw: BaseHTTPResponse, size: int) -> Iterator[bytes]:
    """The body as it comes, unpacked, in pieces of about this size. Raises what urllib3 raises.

    Brotli before 1.2 knows no bound: all that a piece unpacks to comes at once. So it is given byte by byte, of which
    none unpacks to more than 16 MB (https://www.rfc-editor.org/rfc/rfc7932#section-9.2); among other encodings it stays
    packed.
    """
    packed = [each.strip().lower() for each in raw.headers.get("content-encoding", "").split(",")]
    if "br" in packed:
        yield from _brotli(raw, size, unpacks=packed == ["br"])
        return
    while piece := raw.read1(size, decode_content=True):
        yield piece


def _brotli(raw: BaseHTTPResponse, size: int, *, unpacks: bool) -> Iterator[bytes]:
    kind = getattr(urllib3.response, "BrotliDecoder", None) if unpacks else None
    decoder = kind() if kind is not None else None
    while piece := raw.read1(size, decode_content=False):
        if decoder is None:
            yield piece
            continue
        unpacked = bytearray()
        for place in range(len(piece)):
            try:
                unpacked += decoder.decompress(piece[place : place + 1])
            except raw.DECODER_ERROR_CLASSES as error:
                yield bytes(unpacked)  # what came before it was read
                raise DecodeError(f"not br: {error}") from error
            if len(unpacked) >= size:
                yield bytes(unpacked)
                unpacked.clear()
        if unpacked:
            yield bytes(unpacked)
