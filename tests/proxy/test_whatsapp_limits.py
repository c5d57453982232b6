"""WhatsApp's own limits, as pywa meets them: a real proxy in front of a real stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from pywa import errors
from pywa.client import WhatsApp
from support.proxies import ProxyProcess

pytestmark = pytest.mark.e2e
ADA, BOB = "99900001", "99900002"
Sender = Callable[..., WhatsApp]


@pytest.fixture
def sender(edge: ProxyProcess) -> Iterator[Sender]:
    """A client for a business's number, by that number's id."""
    with ExitStack() as stack:

        def made(number: str = "106540352242922") -> WhatsApp:
            session = stack.enter_context(httpx.Client(trust_env=False, timeout=20))
            client = WhatsApp(phone_id=number, token="sk-test-1", session=session)
            session.base_url = f"{edge.url}/whatsapp/v25.0"  # pywa has set Meta's own
            return client

        yield made


def limit(reason: str, burst: int) -> dict[str, Any]:
    """An allowance that does not fill again while a test lasts."""
    bucket = {"rate": 0.0001, "burst": burst}
    return {"fault": "rate_limit", "on": "whatsapp.messages", "reason": reason, "bucket": bucket}


def test_a_number_sends_so_much_and_no_more(edge: ProxyProcess, sender: Sender) -> None:
    edge.play(limit("throughput", 2))
    client = sender()
    for user in (ADA, BOB):
        client.send_message(user, "Hello")

    with pytest.raises(errors.RateLimitHit) as raised:
        client.send_message(ADA, "Hello?")

    assert raised.value.code == 130429
    assert raised.value.raw_response is not None
    assert raised.value.raw_response.status_code == 429
    assert raised.value.details is not None
    assert sender("206540352242922").send_message(ADA, "From another number").id


def test_a_user_gets_so_much_from_a_number_and_no_more(edge: ProxyProcess, sender: Sender) -> None:
    edge.play(limit("pair", 2))
    client = sender()
    ids = {client.send_message(ADA, f"Number {number}").id for number in range(2)}

    with pytest.raises(errors.TooManyMessages) as raised:
        client.send_message(ADA, "Number 3")

    assert raised.value.code == 131056
    assert len(ids) == 2
    assert client.send_message(BOB, "Hello").id


def test_messages_that_are_found_to_be_spam(edge: ProxyProcess, sender: Sender) -> None:
    edge.play({"fault": "rate_limit", "on": "whatsapp.messages", "reason": "spam"})

    with pytest.raises(errors.SpamRateLimitHit) as raised:
        sender().send_message(ADA, "Buy!")

    assert raised.value.code == 131048
