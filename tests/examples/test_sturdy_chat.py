"""Whatever the platform does, users get a whole answer or an honest apology, in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from support.chat_app import Reply, User, running
from support.chat_platform import ANSWER, Act, Upstream

Start = Callable[..., User]
QUICK = {
    "CHAT_DEADLINE": "6",
    "CHAT_FIRST_TOKEN": "1",
    "CHAT_BETWEEN_TOKENS": "1",
    "CHAT_WHOLE_ANSWER": "1",
    "CHAT_BREAKER_FAILURES": "1000",
}
HURRIED = {
    "CHAT_DEADLINE": "1",
    "CHAT_FIRST_TOKEN": "60",
    "CHAT_BETWEEN_TOKENS": "60",
    "CHAT_WHOLE_ANSWER": "60",
    "CHAT_BREAKER_FAILURES": "1000",
}
INTERNALS = ("req_secret123", "Traceback", "openai", "anthropic", "sk-", "status 5", "Error code", "html")


@pytest.fixture(scope="module")
def user(platform: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Of an application whose breaker stays closed, so that tests do not depend on one another."""
    with running("sturdy_chat", platform, tmp_path_factory.mktemp("sturdy"), **QUICK) as user:
        yield user


@pytest.fixture(scope="module")
def hurried(platform: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Of an application that has a second for all attempts together, and a minute for each."""
    with running("sturdy_chat", platform, tmp_path_factory.mktemp("hurried"), **HURRIED) as user:
        yield user


def question(user: User, *, streamed: bool) -> tuple[Reply, list[dict[str, str]]]:
    """One question: what the user got, and what is stored."""
    conversation = user.begin()
    reply = (user.stream if streamed else user.ask)(conversation, "Why is the sky blue?")
    return reply, user.history(conversation)


def assert_whole(reply: Reply, history: list[dict[str, str]]) -> None:
    assert reply.status == 200
    assert reply.text == ANSWER
    assert reply.error is None
    assert reply.done or not reply.events
    assert [(m["role"], m["text"], m.get("status")) for m in history] == [
        ("user", "Why is the sky blue?", "answered"),
        ("assistant", ANSWER, None),
    ]


def assert_honest_refusal(reply: Reply, history: list[dict[str, str]]) -> None:
    assert reply.status == 503
    assert reply.headers["content-type"] == "application/json"
    assert int(reply.headers["retry-after"]) >= 1
    assert "Your message is kept" in reply.raw
    assert not [word for word in INTERNALS if word in reply.raw]
    assert history == [{"role": "user", "text": "Why is the sky blue?", "status": "failed"}]


both_ways = pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])


@both_ways
def test_with_a_healthy_platform_the_first_provider_answers(user: User, upstream: Upstream, streamed: bool) -> None:
    assert_whole(*question(user, streamed=streamed))
    assert (upstream.made("openai"), upstream.made("anthropic")) == (1, 0)


def test_the_whole_conversation_is_sent(user: User, upstream: Upstream) -> None:
    conversation = user.begin()
    user.ask(conversation, "Why is the sky blue?")
    upstream.always["openai"] = Act("status", 503)
    user.ask(conversation, "And at night?")
    sent = [
        {"role": "user", "content": "Why is the sky blue?"},
        {"role": "assistant", "content": ANSWER},
        {"role": "user", "content": "And at night?"},
    ]
    assert [call.body["messages"] for call in upstream.calls[1:]] == [sent] * 3


@both_ways
def test_one_error_is_tried_again_with_the_same_provider(user: User, upstream: Upstream, streamed: bool) -> None:
    upstream.acts["openai"] = [Act("status", 500)]
    assert_whole(*question(user, streamed=streamed))
    assert (upstream.made("openai"), upstream.made("anthropic")) == (2, 0)


@both_ways
@pytest.mark.parametrize("act", [Act("status", 500), Act("html"), Act("empty")], ids=lambda act: act.kind)
def test_after_two_errors_the_other_provider_answers(user: User, upstream: Upstream, act: Act, streamed: bool) -> None:
    upstream.always["openai"] = act
    assert_whole(*question(user, streamed=streamed))
    assert (upstream.made("openai"), upstream.made("anthropic")) == (2, 1)


@both_ways
@pytest.mark.parametrize("act", [Act("hang"), Act("status", 401)], ids=lambda act: act.kind)
def test_what_a_retry_cannot_mend_goes_straight_to_the_other_provider(
    user: User, upstream: Upstream, act: Act, streamed: bool
) -> None:
    upstream.always["openai"] = act
    assert_whole(*question(user, streamed=streamed))
    assert (upstream.made("openai"), upstream.made("anthropic")) == (1, 1)


@pytest.mark.parametrize("kind", ["reset", "cut", "stall"])
def test_a_stream_that_breaks_is_begun_again_by_the_other_provider(user: User, upstream: Upstream, kind: str) -> None:
    upstream.always["openai"] = Act(kind)
    reply, history = question(user, streamed=True)
    assert_whole(reply, history)
    assert reply.events[0] == {"delta": "The"}
    assert [event for event in reply.events if "replace" in event] == [{"replace": True}]
    assert (upstream.made("openai"), upstream.made("anthropic")) == (1, 1)


@pytest.mark.parametrize("kind", ["reset", "cut", "stall"])
def test_a_stream_that_breaks_everywhere_ends_with_an_honest_error(user: User, upstream: Upstream, kind: str) -> None:
    upstream.always = {"openai": Act(kind), "anthropic": Act(kind)}
    reply, history = question(user, streamed=True)
    assert reply.status == 200
    assert reply.error is not None
    assert "broke off" in reply.error
    assert not reply.done
    assert not [word for word in INTERNALS if word in reply.raw]
    assert history == [{"role": "user", "text": "Why is the sky blue?", "status": "failed"}]


@both_ways
@pytest.mark.parametrize("act", [Act("status", 500), Act("empty"), Act("html"), Act("hang")], ids=lambda act: act.kind)
def test_when_nobody_answers_the_user_is_told_so(user: User, upstream: Upstream, act: Act, streamed: bool) -> None:
    upstream.always = {"openai": act, "anthropic": act}
    assert_honest_refusal(*question(user, streamed=streamed))
    assert len(upstream.calls) <= 4


def test_details_are_in_the_log(user: User, upstream: Upstream) -> None:
    upstream.always["openai"] = Act("status", 500)
    question(user, streamed=False)
    assert "req_secret123" in user.log.read_text()


def test_a_short_retry_after_is_waited_for(user: User, upstream: Upstream) -> None:
    upstream.acts["openai"] = [Act("status", 429, retry_after="0.6")]
    assert_whole(*question(user, streamed=False))
    first, second = (call.at for call in upstream.calls)
    assert second - first >= 0.6


def test_a_provider_is_left_alone_for_as_long_as_it_asked_and_the_user_told_how_long(
    start: Start, upstream: Upstream
) -> None:
    upstream.acts["openai"] = [Act("status", 429, retry_after="600")]
    user = start("sturdy_chat", **QUICK)
    for _ in range(3):
        assert_whole(*question(user, streamed=True))
    assert (upstream.made("openai"), upstream.made("anthropic")) == (1, 3)

    upstream.acts["anthropic"] = [Act("status", 529, retry_after="300")]
    for _ in range(2):
        reply, history = question(user, streamed=True)
        assert_honest_refusal(reply, history)
        assert 200 < int(reply.headers["retry-after"]) <= 301
    assert (upstream.made("openai"), upstream.made("anthropic")) == (1, 4)


def test_the_breaker_opens_after_a_few_failures_and_a_refused_request_is_none(start: Start, upstream: Upstream) -> None:
    user = start("sturdy_chat", **QUICK | {"CHAT_BREAKER_FAILURES": "3", "CHAT_BREAKER_REST": "600"})
    upstream.always["openai"] = Act("status", 400)
    for _ in range(4):
        assert_whole(*question(user, streamed=False))
    assert upstream.made("openai") == 4, "it says nothing about the provider"

    upstream.reset()
    upstream.always["openai"] = Act("status", 500)
    for _ in range(4):
        assert_whole(*question(user, streamed=True))
    assert (upstream.made("openai"), upstream.made("anthropic")) == (3, 4)


def test_the_breaker_closes_when_the_provider_is_well(start: Start, upstream: Upstream) -> None:
    upstream.acts["openai"] = [Act("status", 500)]
    user = start("sturdy_chat", **QUICK | {"CHAT_BREAKER_FAILURES": "1", "CHAT_BREAKER_REST": "0.3"})
    assert_whole(*question(user, streamed=False))
    assert upstream.made("anthropic") == 1
    deadline = time.monotonic() + 10
    while upstream.made("openai") < 3 and time.monotonic() < deadline:
        assert_whole(*question(user, streamed=False))
    assert upstream.made("openai") == 3


@both_ways
def test_the_deadline_holds_whatever_one_attempt_may_take(hurried: User, upstream: Upstream, streamed: bool) -> None:
    upstream.always = {"openai": Act("hang"), "anthropic": Act("hang")}
    assert_honest_refusal(*question(hurried, streamed=streamed))
    assert len(upstream.calls) == 1


def test_an_answer_whose_user_left_is_not_stored(hurried: User, upstream: Upstream) -> None:
    user = hurried
    upstream.always = {"openai": Act("stall"), "anthropic": Act("stall")}
    conversation = user.begin()
    path = f"/api/conversations/{conversation}/messages"
    with user.http.stream("POST", path, json={"text": "Hello", "stream": True}) as response:
        next(response.iter_text())
    deadline = time.monotonic() + 15
    while user.history(conversation)[0]["status"] == "waiting" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert user.history(conversation) == [{"role": "user", "text": "Hello", "status": "failed"}]
    upstream.reset()
    assert user.ask(conversation, "Are you there?").text == ANSWER


@pytest.mark.parametrize("body", [{}, {"text": "  "}, {"text": 7}, {"text": "x" * 8001}, []])
def test_a_message_without_text_is_refused(user: User, upstream: Upstream, body: object) -> None:
    conversation = user.begin()
    response = user.http.post(f"/api/conversations/{conversation}/messages", json=body)
    assert response.status_code == 400
    assert "1 to 8000 characters" in response.json()["error"]
    assert user.history(conversation) == []
    assert upstream.calls == []


def test_a_message_to_no_conversation_is_refused(user: User, upstream: Upstream) -> None:
    assert user.http.get("/api/conversations/nobody/messages").status_code == 404
    assert user.http.post("/api/conversations/nobody/messages", json={"text": "Hello"}).status_code == 404
    assert upstream.calls == []
