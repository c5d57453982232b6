"""A user's path through the application, and where to read what became of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from brownout.config.model import Frozen, Seconds
from brownout.profile.steps import Step
from brownout.step_kinds import check_patterns


class History(Frozen):
    """How to read a conversation afterwards."""

    get: str
    messages: str
    """JMESPath to the list of messages, oldest first."""
    role: str = "role"
    text: str = "text"
    incomplete: str | None = None
    """JMESPath in a message: where it is true, the application says itself that this answer broke off, or failed."""
    headers: dict[str, str] = Field(default_factory=dict)
    again: Seconds | None = None
    """Where a message is missing, look once more after so long: what is there then was late, and not lost."""


class Effects(Frozen):
    """How to read what the application did for a user: refunds, orders, mails sent."""

    get: str
    items: str
    """JMESPath to the list of effects."""
    about: str = "for"
    """JMESPath, in an item: a text that holds the user's words, or their canary, that led to it."""
    headers: dict[str, str] = Field(default_factory=dict)


class Journey(Frozen):
    """A user's path through the application."""

    weight: int = Field(default=1, ge=1)
    message: str = "Reference {{ canary }}. Please answer in two sentences: why is the sky blue?"
    """What the user says; must hold the canary."""
    steps: tuple[Step, ...] = Field(min_length=1)
    conversation: Literal["iteration", "user"] = "iteration"
    """What belongs together: what is said in one iteration, or all that a user ever says, as in a messenger."""
    history: History | None = None
    export: History | None = None
    """How to take the conversation away, before a deadline: read like a history."""
    effects: Effects | None = None
    notice: str | None = None
    """Regular expression, in any case: a message with it tells the user that the channel ends, and where to go on."""
    patience: Seconds = 15.0
    """A user gives up a step after this."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if "canary" not in self.message:
            raise ValueError("message needs {{ canary }}: it ties a user's experience to the faults injected into it")
        names: set[str] = set()
        for step in self.steps:
            if step.instead_of is not None and step.instead_of not in names:
                known = ", ".join(sorted(names)) or "none"
                raise ValueError(f"step {step.name!r}: instead_of must name an earlier step (there are: {known})")
            names.add(step.name)
        check_patterns(notice=self.notice)
        return self

    @property
    def longest_wait(self) -> float:
        """Seconds that its most patient user waits for the end of one turn, where nothing comes back."""
        again = (step.retry for step in self.steps if step.retry is not None and "hung" in step.retry.on)
        return self.patience + max((each.times * (each.after + self.patience) for each in again), default=0.0)

    @property
    def chats(self) -> bool:
        """Whether its user writes on WhatsApp."""
        return any(step.whatsapp for step in self.steps)
