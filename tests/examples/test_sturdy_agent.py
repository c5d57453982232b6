"""Whatever the platform does, an effect happens once, and users are told what was done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.agent_drills import LATER, MARK, PLEASE, SEARCHING, agent, rule
from support.chat_app import Reply, User
from support.proxies import ProxyProcess

QUICK = {"AGENT_DEADLINE": "6", "AGENT_CALL": "1"}
INTERNALS = ("req_", "Traceback", "openai", "sk-", "status", "Error code", 'parcel"', "account_")
REFUND = {"for": PLEASE, "parcel": "P-1001", "cents": 1250}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[User, ProxyProcess]]:
    with agent("tool_agent/sturdy", tmp_path_factory.mktemp("sturdy"), **QUICK) as found:
        yield found


@pytest.fixture
def user(running: tuple[User, ProxyProcess]) -> User:
    return running[0]


@pytest.fixture
def platform(running: tuple[User, ProxyProcess]) -> ProxyProcess:
    running[1].play()
    return running[1]


def calls(platform: ProxyProcess, before: int) -> list[dict[str, Any]]:
    return platform.wait_for_rows(before + 1)[before:]


def assert_honest(reply: Reply, words: str) -> None:
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) >= 1
    assert words in reply.raw
    assert not [word for word in INTERNALS if word in reply.raw]


def test_with_a_healthy_platform_one_refund_is_made_and_told(user: User, platform: ProxyProcess) -> None:
    conversation = user.begin()
    reply = user.ask(conversation, PLEASE)
    assert (reply.status, "[end of answer]" in reply.text) == (200, True)
    assert user.refunds(conversation) == [REFUND]
    assert MARK in user.ask(conversation, f"Reference {LATER}. And the other one?").text, "the platform remembers"
    assert [message["role"] for message in user.history(conversation)] == ["user", "assistant"] * 2


def test_a_search_that_is_down_is_left_out(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("server_error", when=SEARCHING))
    conversation = user.begin()
    assert "[end of answer]" in user.ask(conversation, PLEASE).text
    assert user.refunds(conversation) == [REFUND]


@pytest.mark.parametrize("wrong", ["invalid_json", "wrong_arguments", "invented_tool"])
def test_a_tool_call_that_cannot_be_carried_out_is_asked_for_again(
    user: User, platform: ProxyProcess, wrong: str
) -> None:
    platform.play(rule("wrong_tool_call", wrong=wrong, limit=1))
    conversation = user.begin()
    assert "[end of answer]" in user.ask(conversation, PLEASE).text
    assert user.refunds(conversation) == [REFUND]


def test_tool_calls_that_stay_wrong_lead_to_nothing(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("wrong_tool_call"))
    before, conversation = len(platform.rows()), user.begin()
    assert_honest(user.ask(conversation, PLEASE), "Nothing has been refunded.")
    assert user.refunds(conversation) == []
    assert len(calls(platform, before)) == 3


def test_a_failure_after_the_refund_says_that_it_is_booked(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("server_error", after="1 call"))
    conversation = user.begin()
    assert_honest(user.ask(conversation, PLEASE), "Your refund of 12.50 euros for P-1001 is booked (reference ")
    assert user.refunds(conversation) == [REFUND]
    assert [message["text"] for message in user.history(conversation)] == [PLEASE]


def test_errors_between_the_steps_never_refund_twice(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("server_error", share="50%"))
    for number in range(8):
        conversation = user.begin()
        user.ask(conversation, f"{PLEASE} Number {number}.")
        assert len(user.refunds(conversation)) <= 1


@pytest.mark.parametrize("reason", ["expired", "flagged", "region"])
def test_a_refused_key_is_not_tried_again(user: User, platform: ProxyProcess, reason: str) -> None:
    platform.play(rule("auth_error", reason=reason))
    before = len(platform.rows())
    assert_honest(user.ask(user.begin(), PLEASE), "Your message is kept.")
    assert len(calls(platform, before)) == 1


def test_when_the_platform_forgets_the_conversation_is_rebuilt(user: User, platform: ProxyProcess) -> None:
    conversation = user.begin()
    user.ask(conversation, PLEASE)
    platform.play(rule("history_missing"))
    reply = user.ask(conversation, f"Reference {LATER}. What did I ask before?")
    assert (reply.status, MARK in reply.text) == (200, True)
    assert len(user.refunds(conversation)) == 2, "one for each message"


def test_a_hanging_platform_does_not_hang_the_user(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("hang"))
    assert_honest(user.ask(user.begin(), PLEASE), "Nothing has been refunded.")


def test_a_short_wait_is_waited_for(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("rate_limit", retry_after="1s", limit=1))
    assert "[end of answer]" in user.ask(user.begin(), PLEASE).text


def test_what_is_no_message_is_refused(user: User, platform: ProxyProcess) -> None:
    conversation = user.begin()
    assert user.http.post(f"/api/conversations/{conversation}/messages", json={"text": 7}).status_code == 400
    assert user.http.post("/api/conversations/none/messages", json={"text": "Hello"}).status_code == 404
