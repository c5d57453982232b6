"""The platform shows a certificate that no careful client accepts."""

from __future__ import annotations

from typing import ClassVar

from brownout.effects import Certificate, Flaw, Program
from brownout.faults.base import Fault, Strike, Target


class CertificateExpired(Fault):
    """The platform's certificate has expired, or is not one that a careful client accepts."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"connections"})
    carriers: ClassVar[tuple[str, ...]] = ("intercept",)

    flaw: Flaw = "expired"
    """What is wrong with it: expired; wrong_host, for another name; unknown_issuer, signed by nobody one knows."""

    def program(self, strike: Strike) -> Program:
        """The flawed certificate; who does not check it is served as ever."""
        return (Certificate(self.flaw),)
