"""Expectations about how a failure is told to its user. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from brownout.expect.base import Expect, Need

Statuses: TypeAlias = tuple[Annotated[int, Field(ge=400, le=599)], ...]


class Blame(Expect):
    """The platform's failure is not told as the user's mistake, nor the caller's own as an outage."""

    needs: ClassVar[Need] = "question"
    check: Literal["blame"]
    allow: Statuses = ()
    """Statuses that blame nobody in this application."""


class HonestErrors(Expect):
    """A failure is told as one, and with the time to come back where the platform named one."""

    needs: ClassVar[Need] = "question"
    check: Literal["honest_errors"]
    statuses: Statuses = (429, 502, 503, 504, 529)
    """By these the application may pass an outage of the platform on."""
    allow: Statuses = ()
    """And by these."""
    retry_after: Literal["required", "ignored"] = "required"
    """Whether a 429 or a 503 has to pass the platform's Retry-After on."""
    marks: Literal["in_streams", "anywhere"] = "in_streams"
    """Where an error that ``reply.error`` marks may stand in a success: where no status can tell it, or anywhere."""
