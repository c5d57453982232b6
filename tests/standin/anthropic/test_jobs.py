"""Where the results of a batch are, for each way of reaching the platform."""

from __future__ import annotations

import pytest

from brownout.dialects.anthropic.batches import AnthropicBatches
from brownout.exchange import Request
from brownout.standin.address import address_of
from brownout.standin.anthropic.jobs import wrong


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"host": "api.anthropic.com"}, "https://api.anthropic.com"),
        ({"host": "127.0.0.1:9", "x-brownout-asked-host": "api.anthropic.com"}, "https://api.anthropic.com"),
        ({"host": "127.0.0.1:9", "x-brownout-asked-host": "127.0.0.1:4000"}, "http://127.0.0.1:4000/anthropic"),
        ({"host": "127.0.0.1:9"}, "http://127.0.0.1:9/anthropic"),
        ({}, "https://api.anthropic.com"),
    ],
)
def test_addresses_lead_to_where_the_caller_found_the_platform(headers: dict[str, str], found: str) -> None:
    request = Request("GET", "api.anthropic.com", "/v1/messages/batches/msgbatch_1", headers=headers)
    assert address_of(AnthropicBatches().read(request)) == found


def test_every_request_of_a_batch_needs_a_name_of_its_own() -> None:
    assert wrong([{"custom_id": "a"}, {"custom_id": "b"}]) is None
    assert wrong([{"custom_id": "a"}, {}]) == "requests.1.custom_id: Field required"
    assert wrong([{"custom_id": "a"}, {"custom_id": "a"}]) == "requests: custom_id must be unique in a batch"
    assert wrong([]) is not None
