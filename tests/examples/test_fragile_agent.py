"""The mistakes that the agent's README names are really made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.agent_drills import LATER, MARK, PLEASE, SEARCHING, agent, rule
from support.chat_app import User
from support.proxies import ProxyProcess


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[User, ProxyProcess]]:
    with agent("tool_agent/fragile", tmp_path_factory.mktemp("fragile")) as found:
        yield found


@pytest.fixture
def user(running: tuple[User, ProxyProcess]) -> User:
    return running[0]


@pytest.fixture
def platform(running: tuple[User, ProxyProcess]) -> ProxyProcess:
    running[1].play()
    return running[1]


def test_with_a_healthy_platform_one_refund_is_made_and_told(user: User, platform: ProxyProcess) -> None:
    conversation = user.begin()
    reply = user.ask(conversation, PLEASE)
    assert (reply.status, "[end of answer]" in reply.text) == (200, True)
    assert user.refunds(conversation) == [{"for": PLEASE, "parcel": "P-1001", "cents": 1250}]
    assert MARK in user.ask(conversation, f"Reference {LATER}. And the other one?").text, "the platform remembers"


def test_a_search_that_is_down_makes_it_refund_again_and_again(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("content_refused", when=SEARCHING))
    conversation = user.begin()
    assert user.ask(conversation, PLEASE).status == 500
    assert [refund["for"] for refund in user.refunds(conversation)] == [PLEASE] * 3


def test_tool_arguments_are_trusted_and_the_raw_error_is_shown(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("wrong_tool_call"))
    reply = user.ask(user.begin(), PLEASE)
    assert (reply.status, reply.raw) == (500, '{"error":"\'parcel\'"}')


def test_the_platforms_error_is_shown(user: User, platform: ProxyProcess) -> None:
    platform.play(rule("auth_error", reason="flagged"))
    reply = user.ask(user.begin(), PLEASE)
    assert "account_deactivated" in reply.raw


def test_when_the_platform_forgets_so_does_it(user: User, platform: ProxyProcess) -> None:
    conversation = user.begin()
    user.ask(conversation, PLEASE)
    platform.play(rule("history_missing", limit=1))
    reply = user.ask(conversation, f"Reference {LATER}. What did I ask before?")
    assert reply.status == 200
    assert MARK not in reply.text
    assert user.history(conversation)[0]["text"] == PLEASE, "though it has it all the time"
