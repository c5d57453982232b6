"""A conversation that the platform has lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Head, Send
from brownout.exchange import Call
from brownout.faults import Fault, Strike


def answered(fault: Fault, strike: Strike) -> tuple[int, dict[str, Any]]:
    head, body, _ = fault.program(strike)
    assert isinstance(head, Head)
    assert isinstance(body, Send)
    return head.status, json.loads(body.data)


def test_an_old_thread_and_a_stored_completion_are_not_found_by_their_own_names(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    thread = call_for("openai.assistants", method="GET", path="/v1/threads/thread_1/messages")
    completion = call_for("openai.chat", method="GET", path="/v1/chat/completions/chatcmpl-7")

    said = [answered(fault_for("history_missing"), strike_for(call=call)) for call in (thread, completion)]

    assert [status for status, _ in said] == [404, 404]
    assert "No thread found with id 'thread_1'" in said[0][1]["error"]["message"]
    assert "Chat completion with id 'chatcmpl-7' not found" in said[1][1]["error"]["message"]


def test_a_conversation_is_not_found(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    status, body = answered(fault_for("history_missing"), strike_for(call=call_for("openai.conversations")))

    assert status == 404
    assert body["error"]["message"] == "Conversation with id 'conv_1' not found."


def test_a_previous_response_is_not_found(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.responses", input="And now?", previous_response_id="resp_7")

    status, body = answered(fault_for("history_missing"), strike_for(call=call))

    assert status == 400
    assert body["error"]["code"] == "previous_response_not_found"
    assert "resp_7" in body["error"]["message"]


def test_a_list_can_come_back_empty_instead(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    status, body = answered(fault_for("history_missing", shows="empty"), strike)

    assert status == 200
    assert (body["object"], body["data"]) == ("list", [])


def test_what_is_no_reading_is_not_found_even_so(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.responses", input="And now?", conversation="conv_1")

    assert answered(fault_for("history_missing", shows="empty"), strike_for(call=call))[0] == 404


@pytest.mark.parametrize(
    "reference", [{"previous_response_id": "resp_7"}, {"conversation": "conv_1"}, {"conversation": {"id": "conv_1"}}]
)
def test_a_call_that_refers_to_something_kept_can_miss_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], reference: dict[str, Any]
) -> None:
    assert fault_for("history_missing").applies(call_for("openai.responses", input="And now?", **reference))


@pytest.mark.parametrize(
    ("service", "method", "path", "applies"),
    [
        ("openai.responses", "POST", "/v1/responses", False),
        ("openai.responses", "GET", "/v1/responses/resp_7", True),
        ("openai.conversations", "POST", "/v1/conversations", False),
        ("openai.conversations", "GET", "/v1/conversations/conv_1", True),
        ("openai.conversations", "DELETE", "/v1/conversations/conv_1", True),
        ("openai.assistants", "POST", "/v1/threads", False),
        ("openai.assistants", "GET", "/v1/assistants/asst_1", False),
        ("openai.assistants", "POST", "/v1/threads/thread_1/runs", True),
        ("openai.assistants", "GET", "/v1/threads/thread_1/messages/msg_1", True),
        ("openai.chat", "POST", "/v1/chat/completions", False),
        ("openai.chat", "GET", "/v1/chat/completions", False),
        ("openai.chat", "GET", "/v1/chat/completions/chatcmpl-7", True),
        ("openai.chat", "GET", "/v1/chat/completions/chatcmpl-7/messages", True),
        ("openai.images", "POST", "/v1/images/generations", False),
        ("directline.conversations", "GET", "/v3/directline/conversations/abc/activities", True),
    ],
)
def test_a_call_that_refers_to_nothing_cannot(
    fault_for: Callable[..., Fault],
    call_for: Callable[..., Call],
    service: str,
    method: str,
    path: str,
    applies: bool,
) -> None:
    call = call_for(service, method=method, path=path, input=[{"role": "user", "content": "Hello"}])

    assert fault_for("history_missing").applies(call) is applies


def test_a_conversation_that_only_the_client_names_is_kept_by_nobody(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.chat", metadata={"conversation_id": "conv_1"}, user="conv_1")

    assert not fault_for("history_missing").applies(call)


def test_the_list_of_stored_completions_can_be_empty_and_one_of_them_not_found(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    fault = fault_for("history_missing", shows="empty")
    listing = call_for("openai.chat", method="GET", path="/v1/chat/completions")
    single = call_for("openai.chat", method="GET", path="/v1/chat/completions/chatcmpl-7")

    assert fault.applies(listing)
    assert answered(fault, strike_for(call=listing))[1]["data"] == []
    assert answered(fault, strike_for(call=single))[0] == 404


def test_another_way_to_show_it_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="shows"):
        fault_for("history_missing", shows="garbage")
