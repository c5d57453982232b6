"""What a platform would bill for a call: by the usage that its answer names, else by what can be counted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.calls.usage import Meter, sent_by
from brownout.exchange import Call
from brownout.terms import Ending


@dataclass(frozen=True)
class Bill:
    """Tokens in and out; ``estimated`` where no usage was read. None for a call that is not billed by tokens."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    estimated: bool = False


def bill(call: Call, meter: Meter, answered: bool, end: Ending, events: int) -> Bill:
    """The bill of a call that is over; ``answered``: the platform said yes, ``events`` of its stream went out.

    A refusal costs nothing. Of an answer that broke off, or was left, what had been generated is billed; an event of a
    stream is about a token.
    """
    if call.request.method != "POST" or call.model is None:
        return Bill()
    if not answered:
        return Bill(0, 0)
    prompt, spoken = meter.input_tokens, meter.output_tokens
    if end == "complete" and prompt is not None and (spoken is not None or not call.stream):
        return Bill(prompt, spoken or 0)
    if prompt is None:
        prompt = sent_by(call)
    return Bill(prompt, max(spoken or 0, events if call.stream else 0), True)
