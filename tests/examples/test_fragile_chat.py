"""The mistakes that the example's README names are really made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.chat_app import User, running
from support.chat_platform import ANSWER, PAGE_OF_THE_EDGE, Act, Upstream


@pytest.fixture(scope="module")
def user(platform: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    with running("fragile_chat", platform, tmp_path_factory.mktemp("fragile")) as user:
        yield user


def test_with_a_healthy_platform_all_is_well(user: User, upstream: Upstream) -> None:
    conversation = user.begin()
    assert user.ask(conversation, "Why is the sky blue?").text == ANSWER
    streamed = user.stream(conversation, "Again, please.")
    assert (streamed.status, streamed.text, streamed.done) == (200, ANSWER, True)
    assert [message["role"] for message in user.history(conversation)] == ["user", "assistant"] * 2
    assert upstream.calls[-1].body["messages"][0] == {"role": "user", "content": "Why is the sky blue?"}
    assert len(upstream.calls[-1].body["messages"]) == 3


def test_a_failed_answer_shows_the_raw_error_and_loses_the_question(user: User, upstream: Upstream) -> None:
    upstream.always["openai"] = Act("status", 500)
    conversation = user.begin()
    reply = user.ask(conversation, "Why is the sky blue?")
    assert reply.status == 500
    assert "req_secret123" in reply.raw
    assert user.history(conversation) == []
    assert upstream.made("openai") == 3, "the SDK's own two retries"


def test_a_failed_stream_is_acknowledged_with_200_and_then_lost(user: User, upstream: Upstream) -> None:
    upstream.always["openai"] = Act("status", 500)
    conversation = user.begin()
    reply = user.stream(conversation, "Why is the sky blue?")
    assert reply.status == 200
    assert "req_secret123" in (reply.error or "")
    assert user.history(conversation) == []


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_half_an_answer_is_shown_and_stored_as_a_whole_one(user: User, upstream: Upstream, kind: str) -> None:
    upstream.acts["openai"] = [Act(kind)]
    conversation = user.begin()
    reply = user.stream(conversation, "Why is the sky blue?")
    assert reply.done
    assert reply.error is None
    assert reply.text == "The sky is blue"
    assert user.history(conversation)[1]["text"] == "The sky is blue"


def test_an_empty_answer_is_shown_as_it_is(user: User, upstream: Upstream) -> None:
    upstream.acts["openai"] = [Act("empty"), Act("empty")]
    conversation = user.begin()
    plain = user.ask(conversation, "Why is the sky blue?")
    assert (plain.status, plain.text) == (200, "")
    streamed = user.stream(conversation, "Why is the sky blue?")
    assert (streamed.done, streamed.text) == (True, "")


def test_a_page_instead_of_an_answer_is_shown_as_a_python_error(user: User, upstream: Upstream) -> None:
    upstream.acts["openai"] = [Act("html")]
    reply = user.ask(user.begin(), "Why is the sky blue?")
    assert reply.status == 500
    assert PAGE_OF_THE_EDGE not in reply.raw
    assert "'str' object has no attribute" in reply.raw


@pytest.mark.parametrize("stream", [False, True])
def test_a_hanging_platform_hangs_the_user(user: User, upstream: Upstream, stream: bool) -> None:
    upstream.always["openai"] = Act("hang")
    conversation = user.begin()
    with pytest.raises(httpx.ReadTimeout):
        user.http.post(
            f"/api/conversations/{conversation}/messages",
            json={"text": "Why is the sky blue?", "stream": stream},
            timeout=1.5,
        )
    assert user.history(conversation) == []


def test_it_creates_its_database_where_it_is_told(upstream: Upstream, tmp_path: Path) -> None:
    with running("fragile_chat", upstream, tmp_path) as user:
        conversation = user.begin()
    with sqlite3.connect(tmp_path / "chat.db") as db:
        assert db.execute("SELECT id, user FROM conversations").fetchall() == [(conversation, "ada")]
    db.close()
