"""Which calls a rule may strike, and who makes them. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field

from brownout.calls.caller import bearer, issued_at
from brownout.calls.tools import tools
from brownout.config.model import Frozen
from brownout.exchange import Call


class Account(Frozen):
    """What tier and region the holder of a key has: the platform knows, so the scenario says."""

    key: str = "*"
    """API key, or a glob over keys."""
    tier: str | None = None
    """Name of the tier, for when.tier."""
    region: str | None = None
    """Name of the region, for when.region."""


class When(Frozen):
    """Which calls of a service a rule may strike. Texts are globs; all that is given must match."""

    model: str | None = None
    """Model that the call asks for: gpt-4o*."""
    stream: bool | None = None
    """Only streamed calls (true), or only plain ones (false)."""
    path: str | None = None
    """The platform's own path: /v1/chat/*."""
    header: dict[str, str] = Field(default_factory=dict)
    """Request headers by name."""
    tool: str | None = None
    """Tool that the call offers to the model, by name or type: web_search*."""
    region: str | None = None
    """Region of the caller: by accounts, by the host (eu.api.openai.com), or by the header x-brownout-region."""
    tier: str | None = None
    """Tier of the caller: by accounts, or by the header x-brownout-tier."""
    key: str | None = None
    """API key of the caller."""
    issued: Literal["before"] | None = None
    """Only tokens (JWT) that were issued before the phase began: whoever logs in anew is let in."""

    def matches(self, call: Call, account: Account, began: float = 0.0) -> bool:
        """Whether this call qualifies; ``began`` is when the phase did, in Unix seconds."""
        headers = call.request.headers
        wanted = (
            (self.model, call.model),
            (self.path, call.request.path),
            (self.region, account.region),
            (self.tier, account.tier),
            (self.key, bearer(call)),
            *((glob, headers.get(name.lower())) for name, glob in self.header.items()),
        )
        if self.stream is not None and self.stream != call.stream:
            return False
        if self.issued is not None:
            # Tokens tell whole seconds: one of the second in which the phase began may be newer than that.
            at = issued_at(bearer(call))
            if at is None or at + 1 > began:
                return False
        if self.tool is not None and not any(fnmatchcase(name, self.tool) for name in tools(call)):
            return False
        return all(glob is None or (value is not None and fnmatchcase(value, glob)) for glob, value in wanted)
