"""The client of a proxy's control channel: a loopback endpoint, guarded by a token, that no fault can cut."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from brownout.drill.ports import LOOPBACK
from brownout.errors import HarnessError


@dataclass(frozen=True)
class Control:
    """One proxy's control channel. Every order raises HarnessError when the proxy is gone or refuses it."""

    port: int
    token: str
    host: str = LOOPBACK
    patience: float = 5.0

    def order(self, op: str, **values: Any) -> dict[str, Any]:
        """Give any order; returns the proxy's answer."""
        # http.client never looks at proxy variables of the environment.
        connection = HTTPConnection(self.host, self.port, timeout=self.patience)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/control", json.dumps({"op": op, **values}), headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        except (OSError, HTTPException, ValueError) as error:
            raise HarnessError(f"the proxy's control channel on port {self.port} does not answer: {error}") from None
        finally:
            connection.close()
        if response.status != 200 or not isinstance(answer, dict):
            refusal = answer.get("error", answer) if isinstance(answer, dict) else answer
            raise HarnessError(f"the proxy refused the order {op!r}: {refusal}")
        return answer

    def begin(self, zero: float) -> None:
        """Start the timeline at monotonic second ``zero``."""
        self.order("begin", zero=zero)

    def phase(self, name: str) -> None:
        """Make a phase of this name begin now."""
        self.order("phase", name=name)

    def release(self) -> None:
        """Let go of every client that is being held."""
        self.order("release")

    def heal(self) -> None:
        """Strike nothing any more, and let go of every client that is being held."""
        self.order("heal")

    def stats(self) -> dict[str, Any]:
        """What the proxy has done so far."""
        return self.order("stats")
