"""The TLS handshake fails."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias

from brownout.effects import Fin, Program, Send
from brownout.faults.base import Fault, Strike, Target

Alert: TypeAlias = Literal["handshake_failure", "internal_error", "protocol_version", "unrecognized_name"]

# https://www.rfc-editor.org/rfc/rfc8446#section-6: record type alert, version, length; level fatal, description.
_RECORD: Final = b"\x15\x03\x03\x00\x02\x02"
_ALERTS: Final[dict[str, int]] = {
    "handshake_failure": 40,
    "protocol_version": 70,
    "internal_error": 80,
    "unrecognized_name": 112,
}
_PLAIN: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class TlsFailure(Fault):
    """The platform breaks the TLS handshake off with an alert, or does not speak TLS at all."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"connections"})
    carriers: ClassVar[tuple[str, ...]] = ("intercept",)

    sends: Alert | Literal["plain_http"] = "handshake_failure"
    """What comes instead of a ServerHello: a fatal alert of that name, or plain_http, which is no TLS."""

    def program(self, strike: Strike) -> Program:
        """The alert, or an answer in the clear, and the end."""
        code = _ALERTS.get(self.sends)
        return (Send(_PLAIN if code is None else _RECORD + bytes((code,))), Fin())
