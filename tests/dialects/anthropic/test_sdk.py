"""The real Anthropic client against what the dialects put on the wire, over a loopback socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic

from brownout.dialects import Voice, dialect_for
from brownout.exchange import Answer, Failure, FailureKind, Headers, Request
from brownout.services import BUILT_IN

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)
ASKED: dict[str, Any] = {
    "model": "claude-haiku-4-5-20251001",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Hello"}],
}
TOOL = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
# Its own class in some versions, an InternalServerError in others; this is the base that all of them share.
OVERLOADED = anthropic.APIStatusError
Answering = Callable[[Request], tuple[int, Headers, list[bytes]]]


@dataclass
class Platform:
    """A loopback server that answers every request through one function and keeps what it was asked."""

    answering: Answering
    seen: list[Request] = field(default_factory=list)
    port: int = 0

    def client(self, retries: int = 0) -> Anthropic:
        return Anthropic(base_url=f"http://127.0.0.1:{self.port}", api_key="sk-test-1", max_retries=retries, timeout=20)


def healthy(request: Request, answer: Answer = ANSWER) -> tuple[int, Headers, list[bytes]]:
    """What the stand-in would do."""
    dialect = dialect_for(BUILT_IN.service_of("anthropic", request.method, request.path))
    call = dialect.read(request)
    if call.stream:
        head = dialect.stream_head(call, answer)
        return head.status, head.headers, list(dialect.stream(call, answer))
    reply = dialect.answer(call, answer)
    return reply.status, reply.headers, [reply.body]


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.partition("?")[0]
            request = Request(self.command, "api.anthropic.com", path, headers=headers, body=body)
            platform.seen.append(request)
            status, fields, parts = platform.answering(request)
            self.send_response_only(status)
            for name, value in fields:
                if name != "content-length":
                    self.send_header(name, value)
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for part in (*filter(None, parts), b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    running = Platform(healthy)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(running)) as server:
        running.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        server.shutdown()
        thread.join(timeout=10)
        assert not thread.is_alive()


def failing(failure: Failure) -> Answering:
    def answer(request: Request) -> tuple[int, Headers, list[bytes]]:
        call = dialect_for("anthropic.messages").read(request)
        reply = Voice(call).failure(failure)
        return reply.status, reply.headers, [reply.body]

    return answer


def test_a_plain_message_arrives_whole(platform: Platform) -> None:
    with platform.client() as client:
        message = client.messages.create(**ASKED)

    assert message.content[0].type == "text"
    assert message.content[0].text == "Hello there!"
    assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 3)
    assert message._request_id is not None
    assert message._request_id.startswith("req_011C")


def test_a_stream_adds_up_to_the_same_message(platform: Platform) -> None:
    with platform.client() as client, client.messages.stream(**ASKED) as stream:
        said = "".join(stream.text_stream)
        message = stream.get_final_message()

    assert said == "Hello there!"
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == ("end_turn", 8, 3)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tools_use_is_understood(platform: Platform, streamed: bool) -> None:
    arguments = Answer("ab" * 16, 1_763_000_000, ('{"city":', ' "Paris"}'), 8, "tool_calls", "get_weather")
    platform.answering = lambda request: healthy(request, arguments)
    asked = {**ASKED, "tools": [TOOL], "tool_choice": {"type": "any"}}

    with platform.client() as client:
        if streamed:
            with client.messages.stream(**asked) as stream:
                message = stream.get_final_message()
        else:
            message = client.messages.create(**asked)

    (block,) = message.content
    assert block.type == "tool_use"
    assert (block.name, block.input) == ("get_weather", {"city": "Paris"})
    assert message.stop_reason == "tool_use"


@pytest.mark.parametrize("streamed", [False, True])
def test_an_answer_without_words_is_valid(platform: Platform, streamed: bool) -> None:
    def answer(request: Request) -> tuple[int, Headers, list[bytes]]:
        head, events = Voice(dialect_for("anthropic.messages").read(request)).say("ab" * 16)
        return head.status, head.headers, [head.body, *events]

    platform.answering = answer
    with platform.client() as client:
        if streamed:
            with client.messages.stream(**ASKED) as stream:
                message = stream.get_final_message()
        else:
            message = client.messages.create(**ASKED)

    assert message.content == []
    assert message.stop_reason == "end_turn"


def test_tokens_are_counted(platform: Platform) -> None:
    asked = {key: value for key, value in ASKED.items() if key != "max_tokens"}
    with platform.client() as client:
        assert client.messages.count_tokens(**asked).input_tokens == 8


def test_models_are_listed_and_described(platform: Platform) -> None:
    with platform.client() as client:
        listed = [model.id for model in client.models.list()]
        model = client.models.retrieve(listed[0])

    assert "claude-haiku-4-5-20251001" in listed
    assert model.id == listed[0]
    assert model.display_name == "Claude Sonnet 5"


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("failure", "kind", "status", "type"),
    [
        (Failure(FailureKind.SERVER_ERROR), anthropic.InternalServerError, 500, "api_error"),
        (Failure(FailureKind.OVERLOADED), OVERLOADED, 529, "overloaded_error"),
        (Failure(FailureKind.SERVER_ERROR, status=504), anthropic.InternalServerError, 504, "timeout_error"),
        (Failure(FailureKind.RATE_LIMIT_REQUESTS), anthropic.RateLimitError, 429, "rate_limit_error"),
        (Failure(FailureKind.RATE_LIMIT_TOKENS, limit=9), anthropic.RateLimitError, 429, "rate_limit_error"),
        (Failure(FailureKind.NOT_FOUND), anthropic.NotFoundError, 404, "not_found_error"),
        (Failure(FailureKind.HISTORY_MISSING), anthropic.NotFoundError, 404, "not_found_error"),
        (Failure(FailureKind.INVALID_REQUEST), anthropic.BadRequestError, 400, "invalid_request_error"),
        (
            Failure(FailureKind.INVALID_REQUEST, status=401),
            anthropic.AuthenticationError,
            401,
            "authentication_error",
        ),
    ],
)
def test_each_failure_raises_the_clients_own_error(
    platform: Platform, failure: Failure, kind: type[anthropic.APIStatusError], status: int, type: str, streamed: bool
) -> None:
    platform.answering = failing(failure)

    with platform.client() as client, pytest.raises(kind) as caught:
        client.messages.create(**ASKED, stream=streamed)

    assert caught.value.status_code == status
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["error"]["type"] == type
    assert caught.value.request_id == caught.value.body["request_id"]


def test_the_client_retries_an_overload_and_numbers_its_attempts(platform: Platform) -> None:
    platform.answering = failing(Failure(FailureKind.OVERLOADED, retry_after=0.01, retry_form="fractional"))

    with platform.client(retries=2) as client, pytest.raises(OVERLOADED):
        client.messages.create(**ASKED)

    calls = [dialect_for("anthropic.messages").read(request) for request in platform.seen]
    assert [call.attempt for call in calls] == [0, 1, 2]
    assert {call.text for call in calls} == {"Hello"}
    assert len({call.api_key for call in calls}) == 1


def test_an_error_in_a_stream_is_raised_and_not_retried(platform: Platform) -> None:
    def answer(request: Request) -> tuple[int, Headers, list[bytes]]:
        status, headers, events = healthy(request)
        call = dialect_for("anthropic.messages").read(request)
        error = Voice(call).stream_failure(Failure(FailureKind.OVERLOADED), ())
        return status, headers, [*events[:4], error]

    platform.answering = answer
    with platform.client(retries=2) as client, pytest.raises(anthropic.APIStatusError) as caught:
        for _ in client.messages.create(**ASKED, stream=True):
            pass

    assert caught.value.status_code == 200
    assert "overloaded_error" in str(caught.value)
    assert len(platform.seen) == 1


@pytest.mark.parametrize(("status", "page"), [(502, "html"), (520, "empty"), (522, "problem"), (503, "nginx")])
def test_a_gateways_page_is_an_error_without_a_request_id(platform: Platform, status: int, page: Any) -> None:
    def answer(request: Request) -> tuple[int, Headers, list[bytes]]:
        reply = Voice(dialect_for("anthropic.messages").read(request)).gateway(status, page, "ab" * 16)
        return reply.status, reply.headers, [reply.body]

    platform.answering = answer
    with platform.client() as client, pytest.raises(anthropic.InternalServerError) as caught:
        client.messages.create(**ASKED)

    assert caught.value.status_code == status
    assert caught.value.request_id is None


def test_the_client_asks_for_json_even_of_a_stream(platform: Platform) -> None:
    with platform.client() as client:
        list(client.messages.create(**ASKED, stream=True))
        reply = Voice(dialect_for("anthropic.messages").read(platform.seen[0])).gateway(522, "auto", "ab")

    assert reply.body.startswith(b"{")
