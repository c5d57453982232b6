"""The real OpenAI client against what the dialects put on the wire, over a loopback socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
import pytest
from openai import OpenAI
from support.every_call import begun

from brownout.dialects.openai.chat import OpenAIChat
from brownout.dialects.openai.common import OpenAIDialect
from brownout.dialects.openai.embeddings import OpenAIEmbeddings, vector
from brownout.dialects.openai.responses import OpenAIResponses
from brownout.exchange import Answer, Call, Failure, FailureKind, Headers, Request

ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)
Answering = Callable[[Request], tuple[int, Headers, list[bytes]]]


@dataclass
class Platform:
    """A loopback server that answers every request through one function and keeps what it was asked."""

    answering: Answering | None = None
    seen: list[Request] = field(default_factory=list)
    port: int = 0

    clients: ExitStack = field(default_factory=ExitStack)

    def client(self, retries: int = 0) -> OpenAI:
        """A client that is closed with the server."""
        url = f"http://127.0.0.1:{self.port}/v1"
        return self.clients.enter_context(OpenAI(base_url=url, api_key="sk-test-1", max_retries=retries, timeout=20))


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request("POST", "api.openai.com", self.path, headers=headers, body=body)
            platform.seen.append(request)
            assert platform.answering is not None
            status, fields, parts = platform.answering(request)
            self.send_response_only(status)
            for name, value in (*fields, ("transfer-encoding", "chunked")):
                self.send_header(name, value)
            self.end_headers()
            for part in (*parts, b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def platform() -> Iterator[Platform]:
    made = Platform()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(made)) as server:
        server.daemon_threads = True
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        with made.clients:
            yield made
        server.shutdown()
        thread.join(10)


def failing(dialect: OpenAIDialect, failure: Failure) -> Answering:
    def answering(request: Request) -> tuple[int, Headers, list[bytes]]:
        reply = dialect.failure(dialect.read(request), failure)
        return reply.status, reply.headers, [reply.body]

    return answering


def streaming(dialect: OpenAIDialect, cut: int | None = None, failure: Failure | None = None) -> Answering:
    def answering(request: Request) -> tuple[int, Headers, list[bytes]]:
        call = dialect.read(request)
        head = dialect.stream_head(call, ANSWER)
        events = list(dialect.stream(call, ANSWER))[:cut]
        return (
            head.status,
            head.headers,
            [*events, *([dialect.stream_failure(call, failure, begun(call, len(events)))] if failure else [])],
        )

    return answering


def say_hi(client: OpenAI) -> object:
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])


@pytest.mark.parametrize(
    ("failure", "error", "code", "type"),
    [
        (Failure(FailureKind.RATE_LIMIT_REQUESTS), openai.RateLimitError, "rate_limit_exceeded", "requests"),
        (Failure(FailureKind.RATE_LIMIT_TOKENS), openai.RateLimitError, "rate_limit_exceeded", "tokens"),
        (Failure(FailureKind.SERVER_ERROR), openai.InternalServerError, None, "server_error"),
        (
            Failure(FailureKind.OVERLOADED),
            openai.InternalServerError,
            "server_is_overloaded",
            "service_unavailable_error",
        ),
        (Failure(FailureKind.NOT_FOUND), openai.NotFoundError, "model_not_found", "invalid_request_error"),
        (Failure(FailureKind.HISTORY_MISSING), openai.NotFoundError, None, "invalid_request_error"),
        (Failure(FailureKind.INVALID_REQUEST), openai.BadRequestError, None, "invalid_request_error"),
        (Failure(FailureKind.INVALID_REQUEST, status=401), openai.AuthenticationError, None, "invalid_request_error"),
    ],
)
def test_each_failure_is_its_own_exception(
    platform: Platform, failure: Failure, error: type[openai.APIStatusError], code: str | None, type: str
) -> None:
    platform.answering = failing(OpenAIChat(), failure)
    with pytest.raises(error) as caught:
        say_hi(platform.client())
    assert (caught.value.code, caught.value.type) == (code, type)
    assert caught.value.request_id == f"req_{failure.id}"
    assert len(platform.seen) == 1


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        (FailureKind.RATE_LIMIT_REQUESTS, 3),
        (FailureKind.SERVER_ERROR, 3),
        (FailureKind.OVERLOADED, 3),
        (FailureKind.NOT_FOUND, 1),
        (FailureKind.INVALID_REQUEST, 1),
    ],
)
def test_the_client_retries_what_may_pass(platform: Platform, kind: FailureKind, attempts: int) -> None:
    dialect = OpenAIChat()
    platform.answering = failing(dialect, Failure(kind, retry_after=0.01))
    with pytest.raises(openai.APIStatusError):
        say_hi(platform.client(retries=2))
    assert [dialect.read(request).attempt for request in platform.seen] == list(range(attempts))


def test_a_wait_beyond_two_minutes_is_not_waited_for(platform: Platform) -> None:
    platform.answering = failing(OpenAIChat(), Failure(FailureKind.RATE_LIMIT_REQUESTS, retry_after=3600))
    with pytest.raises(openai.RateLimitError) as caught:
        say_hi(platform.client(retries=2))
    assert caught.value.response.headers["retry-after"] == "3600"
    assert len(platform.seen) == 1


def test_a_missing_previous_response_is_a_bad_request(platform: Platform) -> None:
    platform.answering = failing(OpenAIResponses(), Failure(FailureKind.HISTORY_MISSING))
    with pytest.raises(openai.BadRequestError) as caught:
        platform.client().responses.create(model="gpt-5", input="hi", previous_response_id="resp_x")
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


def test_a_chat_stream_reads_as_it_was_said(platform: Platform) -> None:
    platform.answering = streaming(OpenAIChat())
    with platform.client().chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "hi"}],
        stream=True,
        stream_options={"include_usage": True},
    ) as stream:
        chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Hello there!"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 11


def test_a_response_stream_reads_as_it_was_said(platform: Platform) -> None:
    platform.answering = streaming(OpenAIResponses())
    with platform.client().responses.stream(model="gpt-5", input="hi") as stream:
        final = stream.get_final_response()
    assert final.output_text == "Hello there!"


def test_an_error_in_a_chat_stream_is_raised_and_not_retried(platform: Platform) -> None:
    platform.answering = streaming(OpenAIChat(), 3, Failure(FailureKind.OVERLOADED))
    got: list[str] = []
    stream = platform.client(retries=2).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
    )
    with pytest.raises(openai.APIError) as caught:
        got.extend(chunk.choices[0].delta.content or "" for chunk in stream)
    assert "".join(got) == "Hello there"
    assert caught.value.code == "server_is_overloaded"
    assert not isinstance(caught.value, openai.APIStatusError)
    assert len(platform.seen) == 1


def test_an_error_in_a_response_stream_is_raised_and_not_retried(platform: Platform) -> None:
    platform.answering = streaming(OpenAIResponses(), 5, Failure(FailureKind.RATE_LIMIT_TOKENS))
    seen: list[str] = []
    stream = platform.client(retries=2).responses.create(model="gpt-5", input="hi", stream=True)
    with pytest.raises(openai.APIError) as caught:
        seen.extend(event.type for event in stream)
    assert seen[-1] == "response.output_text.delta"
    assert (caught.value.code, caught.value.type) == ("rate_limit_exceeded", "tokens")
    assert len(platform.seen) == 1


def test_the_client_decodes_the_base64_that_it_asks_for(platform: Platform) -> None:
    dialect = OpenAIEmbeddings()

    def answering(request: Request) -> tuple[int, Headers, list[bytes]]:
        call: Call = dialect.read(request)
        reply = dialect.answer(call, ANSWER)
        return reply.status, reply.headers, [reply.body]

    platform.answering = answering
    client = platform.client()
    packed = client.embeddings.create(model="text-embedding-3-small", input="hi", dimensions=8).data[0].embedding
    plain = (
        client.embeddings.create(model="text-embedding-3-small", input="hi", dimensions=8, encoding_format="float")
        .data[0]
        .embedding
    )
    assert [request.json.get("encoding_format") for request in platform.seen] == ["base64", "float"]
    assert packed == pytest.approx(plain)
    assert len(vector("hi", 8)) == 32
