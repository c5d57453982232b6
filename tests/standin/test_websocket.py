"""The stand-in's WebSockets, with the official SDK: pace, cancelling, order, and a clean end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from support.standins import running_standin
from support.websockets import TEXT_ONLY, ask, hear, said
from websockets.exceptions import InvalidStatus

from brownout.calls.canary import SENTINEL
from brownout.orders import Pace

SLOW = Pace(first_token=0.01, first_token_jitter=0.0, tokens_per_second=2.0)
DIRECT: Any = {"proxy": None}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    with running_standin(tmp_path_factory.mktemp("standin")) as url:
        yield openai.OpenAI(api_key="sk-test-0000", base_url=f"{url}/openai/v1")


def test_an_answer_can_be_cancelled_and_the_next_one_comes(tmp_path: Path) -> None:
    with running_standin(tmp_path, pace=SLOW) as url:
        client = openai.OpenAI(api_key="sk-test-0000", base_url=f"{url}/openai/v1")
        with client.realtime.connect(model="gpt-realtime", websocket_connection_options=DIRECT) as session:
            session.session.update(session=TEXT_ONLY)
            ask(session, "Hello")
            assert next(event for event in session if event.type == "response.created")
            session.response.create()
            busy = hear(session)[-1]
            session.response.cancel()
            done: Any = hear(session)[-1]

    assert busy.error.code == "conversation_already_has_active_response"
    assert (done.response.status, done.response.status_details.reason) == ("cancelled", "client_cancelled")


def test_a_stand_in_that_ends_goes_away_politely(tmp_path: Path) -> None:
    with running_standin(tmp_path) as url:
        client = openai.OpenAI(api_key="sk-test-0000", base_url=f"{url}/openai/v1")
        session = client.realtime.connect(model="gpt-realtime", websocket_connection_options=DIRECT).enter()
        assert session.recv().type == "session.created"

    assert list(session) == []  # 1001 ends the loop without an exception


def test_sound_is_a_transcript_and_silence(client: openai.OpenAI) -> None:
    with client.realtime.connect(model="gpt-realtime", websocket_connection_options=DIRECT) as session:
        ask(session, "Hello")
        events = hear(session)

    words = [event.delta for event in events if event.type == "response.output_audio_transcript.delta"]
    assert "".join(words).endswith(SENTINEL)
    assert sum(event.type == "response.output_audio.delta" for event in events) == len(words)


def test_the_former_generation_has_its_own_words(client: openai.OpenAI) -> None:
    beta: Any = {"OpenAI-Beta": "realtime=v1"}
    with client.realtime.connect(
        model="gpt-realtime", websocket_connection_options=DIRECT, extra_headers=beta
    ) as session:
        past: Any = {"modalities": ["text"]}
        session.session.update(session=past)
        ask(session, "Hello")
        kinds = {event.type for event in hear(session)}

    assert {"conversation.item.created", "response.text.delta"} <= kinds
    assert "response.output_text.delta" not in kinds


def test_responses_over_one_connection_come_one_after_the_other(client: openai.OpenAI) -> None:
    with client.responses.connect(websocket_connection_options=DIRECT) as connection:
        connection.response.create(model="gpt-4o-mini", input="First bo-aaaaaaaaaaaa")
        connection.response.create(model="gpt-4o-mini", input="Second bo-bbbbbbbbbbbb")
        first, second = hear(connection), hear(connection)
        connection.send_raw('{"type": "nonsense"}')
        odd: Any = hear(connection)[-1]

    assert "bo-aaaaaaaaaaaa" in said(first)
    assert "bo-bbbbbbbbbbbb" in said(second)
    assert odd.error["param"] == "type" if isinstance(odd.error, dict) else odd.error.param == "type"


def test_without_a_key_nothing_opens(client: openai.OpenAI) -> None:
    silent: Any = {"Authorization": openai.Omit()}
    with (
        pytest.raises(InvalidStatus) as refused,
        client.realtime.connect(model="gpt-realtime", websocket_connection_options=DIRECT, extra_headers=silent),
    ):
        pass

    assert refused.value.response.status_code == 401


def test_a_secret_for_a_browser_is_made(client: openai.OpenAI) -> None:
    assert client.realtime.client_secrets.create(session={"type": "realtime"}).value.startswith("ek_")
