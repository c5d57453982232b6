"""A channel is closed for the application: what it sends is refused, and what users write never reaches it."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.effects import Deliver, Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults.base import Fault, Strike, Target, answer_with

NOTICE = (
    "This assistant has left WhatsApp and does not answer here any more. It goes on in its own app and on the web. "
    "To take this chat with you, link your account there first: what is not linked stays behind."
)

NOTICES = "account_update"
"""The event by which Meta tells a business of its account: that it is disabled is told to one that is."""


class ChannelShut(Fault):
    """The channel is closed: sends are refused, webhooks stop, and users who write get a notice instead of the bot."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"calls", "deliveries"})
    services: ClassVar[str] = "whatsapp.*"

    sends: Literal["refused", "accepted"] = "refused"
    """What becomes of the application's calls: refused, or (for the time before access is revoked) taken as ever."""
    code: Literal[190, 368, 131031] = 131031
    """What refuses them: 190 (the token is revoked), 368 (blocked for a policy) or 131031 (the account is locked)."""
    notice: str | None = NOTICE
    """What a user who writes gets in the bot's place; null: nothing."""

    def applies(self, call: Call) -> bool:
        """Webhooks, but for the notices about the account itself; calls unless they are still taken."""
        return call.model != NOTICES if call.part == "webhooks" else self.sends == "refused"

    def program(self, strike: Strike) -> Program:
        """The platform's own refusal; of a webhook, nothing, and the notice for the user."""
        if strike.call.part == "webhooks":
            return (Deliver(copies=0, notice=self.notice),)
        if self.code == 190:
            return answer_with(strike.platform.failure(Failure(FailureKind.AUTH_REVOKED, strike.id)))
        failure = Failure(FailureKind.PERMISSION_DENIED, strike.id, code=str(self.code))
        return answer_with(strike.platform.failure(failure))
