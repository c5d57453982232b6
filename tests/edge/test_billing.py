"""What a platform would bill for a call, by what passed."""

from __future__ import annotations

import pytest

from brownout.calls.usage import Meter
from brownout.edge.billing import Bill, bill
from brownout.exchange import Call, Request, Turn
from brownout.terms import Ending

USAGE = b'{"usage":{"prompt_tokens":8,"completion_tokens":42,"total_tokens":50}}'
BEGUN = b'event: message_start\ndata: {"message":{"usage":{"input_tokens":25,"output_tokens":1}}}\n\n'


def billed(
    body: bytes = b"",
    answered: bool = True,
    end: Ending = "complete",
    events: int = 0,
    stream: bool = False,
    model: str | None = "gpt-4o",
    method: str = "POST",
) -> Bill:
    meter = Meter()
    meter.feed(body)
    request = Request(method, "api.openai.com", "/v1/chat/completions")
    call = Call("openai.chat", request, model=model, stream=stream, turns=(Turn("user", "x" * 40),))
    return bill(call, meter, answered, end, events)


@pytest.mark.parametrize(
    ("bill", "expected"),
    [
        (billed(USAGE), Bill(8, 42)),
        (billed(USAGE, stream=True, events=44), Bill(8, 42)),
        (billed(b'{"usage":{"prompt_tokens":8,"total_tokens":8}}'), Bill(8, 0)),
        (billed(stream=True, events=30), Bill(10, 30, True)),
        (billed(BEGUN, stream=True, events=17, end="client_left"), Bill(25, 17, True)),
        (billed(b"{}"), Bill(10, 0, True)),
        (billed(answered=False), Bill(0, 0)),
        (billed(USAGE, model=None), Bill()),
        (billed(USAGE, method="GET"), Bill()),
    ],
    ids=["usage", "streamed", "embedding", "no usage", "left", "empty", "refused", "no model", "looked up"],
)
def test_a_bill_goes_by_usage_and_else_by_what_passed(bill: Bill, expected: Bill) -> None:
    assert bill == expected
