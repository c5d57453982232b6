"""Every failure of the OpenAI and the Anthropic dialect, and every fault at 200, as the official clients see it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anthropic
import openai
import pytest
from anthropic import Anthropic
from openai import OpenAI

from brownout.chance import uniform
from brownout.dialects import Voice, dialect_for
from brownout.effects import Forward, Head, Program, Send
from brownout.exchange import Call, Failure, FailureKind, Request
from brownout.faults import Strike
from brownout.faults.base import answer_with
from brownout.rule import rule_of
from brownout.services import BUILT_IN
from brownout.wire.edits import Instead

KEY = "sk-test-catalogue-0001"
MESSAGES: list[Any] = [{"role": "user", "content": "Where is my parcel?"}]
SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}
Answering = Callable[[Call], Program]


def refusing(failure: Failure) -> Answering:
    """Every call fails in this way."""
    return lambda call: answer_with(Voice(call).failure(failure))


def striking(fault: str, **settings: Any) -> Answering:
    """Every call is struck by this fault."""
    rule = rule_of(fault, {"fault": fault, "on": "*", **settings})

    def answer(call: Call) -> Program:
        assert rule.kind.applies(call)
        assert call.service in rule.covers
        program = rule.kind.program(Strike(call, Voice(call), "ab" * 16, lambda name: uniform(1, name)))
        match program:
            case (Forward(edit=Instead() as edit),):
                return in_place_of_its_own(call, edit)
        return program

    return answer


def in_place_of_its_own(call: Call, edit: Instead) -> Program:
    """The platform's own answer, which it keeps, changed by such an edit."""
    reply, events = Voice(call).say("cd" * 16, "It is on its way.")
    if not events:
        return answer_with(replace(reply, body=edit.body(reply.body)))
    editor = edit.editor()
    changed = [part for index, event in enumerate(events) for part in editor.feed(index, event)]
    return answer_with(reply, tuple(changed))


@dataclass
class Platform:
    """A loopback server that answers by one function, and a client of each kind for it."""

    answering: Answering
    seen: list[Call] = field(default_factory=list)
    port: int = 0

    @cached_property
    def openai(self) -> OpenAI:
        """OpenAI's client."""
        return OpenAI(base_url=f"http://127.0.0.1:{self.port}/openai/v1", api_key=KEY, timeout=20)

    @cached_property
    def anthropic(self) -> Anthropic:
        """Anthropic's client."""
        return Anthropic(base_url=f"http://127.0.0.1:{self.port}/anthropic", api_key=KEY, timeout=20)


def read(method: str, target: str, headers: dict[str, str], body: bytes) -> Call:
    """A request of a base-URL client, as its dialect reads it."""
    path, _, query = target.partition("?")
    found = BUILT_IN.provider_of_path(path)
    assert found
    provider, own = found
    request = Request(method, provider.hosts[0], own, query, headers, body)
    return dialect_for(BUILT_IN.service_of(provider.name, method, own)).read(request)


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = read(self.command, self.path, headers, body)
            platform.seen.append(call)
            head, *rest = platform.answering(call)
            assert isinstance(head, Head)
            parts = [effect.data for effect in rest if isinstance(effect, Send) and effect.data]
            self.send_response_only(head.status)
            for name, value in head.headers:
                if name != "content-length":
                    self.send_header(name, value)
            if not parts:
                self.send_header("content-length", "0")
                self.end_headers()
                return
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for part in (*parts, b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture(scope="module")
def running() -> Iterator[Platform]:
    """One for all tests of this file: a client takes longer to make than to ask."""
    running = Platform(refusing(Failure(FailureKind.SERVER_ERROR)))
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(running)) as server:
        server.daemon_threads = True
        running.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
                patch.delenv(name, raising=False)
            with running.openai, running.anthropic:
                yield running
        server.shutdown()
        thread.join(10)


@pytest.fixture
def platform(running: Platform) -> Platform:
    """The server, with nothing seen yet."""
    running.seen.clear()
    return running


def chat(platform: Platform, stream: bool, retries: int = 0) -> Any:
    """A chat completion, or the list of its chunks."""
    create: Any = platform.openai.with_options(max_retries=retries).chat.completions.create
    tools = [{"type": "function", "function": {"name": "find", "parameters": SCHEMA}}]
    answer = create(model="gpt-5", messages=MESSAGES, tools=tools, stream=stream)
    return list(answer) if stream else answer


def responses(platform: Platform, stream: bool, retries: int = 0) -> Any:
    """A response, or the list of its events."""
    create: Any = platform.openai.with_options(max_retries=retries).responses.create
    tools = [{"type": "function", "name": "find", "parameters": SCHEMA, "strict": False}]
    answer = create(model="gpt-5", input="Where is my parcel?", tools=tools, stream=stream)
    return list(answer) if stream else answer


def messages(platform: Platform, stream: bool, retries: int = 0) -> Any:
    """A message, or the list of its events."""
    create: Any = platform.anthropic.with_options(max_retries=retries).messages.create
    tools = [{"name": "find", "input_schema": SCHEMA}]
    answer = create(model="claude-x", max_tokens=99, messages=MESSAGES, tools=tools, stream=stream)
    return list(answer) if stream else answer


Asking = Callable[..., Any]
CLIENTS = pytest.mark.parametrize("ask", [chat, responses, messages])
BOTH = pytest.mark.parametrize("stream", [False, True])
K = FailureKind
OpenAIError = type[openai.APIStatusError]
AnthropicError = type[anthropic.APIStatusError]
# Class of OpenAI's error and of Anthropic's (or the base that all versions of its client share), and who retries.
CATALOGUE: dict[FailureKind, tuple[OpenAIError, bool, AnthropicError, bool]] = {
    K.ACCOUNT_FLAGGED: (openai.AuthenticationError, False, anthropic.BadRequestError, False),
    K.AUTH_EXPIRED: (openai.AuthenticationError, False, anthropic.AuthenticationError, False),
    K.AUTH_REVOKED: (openai.AuthenticationError, False, anthropic.AuthenticationError, False),
    K.CONFLICT: (openai.ConflictError, True, anthropic.ConflictError, True),
    K.CONTENT_REFUSED: (openai.BadRequestError, False, anthropic.BadRequestError, False),
    K.CONTEXT_TOO_LONG: (openai.BadRequestError, False, anthropic.BadRequestError, False),
    K.HISTORY_MISSING: (openai.NotFoundError, False, anthropic.NotFoundError, False),
    K.INVALID_REQUEST: (openai.BadRequestError, False, anthropic.BadRequestError, False),
    K.MODEL_RETIRED: (openai.NotFoundError, False, anthropic.NotFoundError, False),
    K.NOT_FOUND: (openai.NotFoundError, False, anthropic.NotFoundError, False),
    K.OVERLOADED: (openai.InternalServerError, True, anthropic.APIStatusError, True),
    K.PERMISSION_DENIED: (openai.PermissionDeniedError, False, anthropic.PermissionDeniedError, False),
    K.PREFILL_REFUSED: (openai.BadRequestError, False, anthropic.BadRequestError, False),
    K.QUOTA_EXHAUSTED: (openai.RateLimitError, True, anthropic.BadRequestError, False),
    K.RATE_LIMIT_REQUESTS: (openai.RateLimitError, True, anthropic.RateLimitError, True),
    K.RATE_LIMIT_TOKENS: (openai.RateLimitError, True, anthropic.RateLimitError, True),
    K.REGION_BLOCKED: (openai.PermissionDeniedError, False, anthropic.PermissionDeniedError, False),
    K.SERVER_ERROR: (openai.InternalServerError, True, anthropic.InternalServerError, True),
    K.TIMEOUT: (openai.APIStatusError, True, anthropic.APIStatusError, True),
    K.TOO_LARGE: (openai.APIStatusError, False, anthropic.APIStatusError, False),
}


def test_the_catalogue_has_every_kind() -> None:
    assert set(CATALOGUE) == set(FailureKind)


@BOTH
@pytest.mark.parametrize("kind", FailureKind)
def test_openais_client_raises_the_class_of_each_kind(platform: Platform, kind: FailureKind, stream: bool) -> None:
    error, retried, _, _ = CATALOGUE[kind]
    platform.answering = refusing(Failure(kind, retry_after=0.01))

    with pytest.raises(error) as caught:
        chat(platform, stream, retries=1)

    assert type(caught.value) is error
    assert caught.value.request_id == "req_0123456789abcdef0123456789abcdef"
    assert len(platform.seen) == 1 + retried


@BOTH
@pytest.mark.parametrize("kind", FailureKind)
def test_anthropics_client_raises_the_class_of_each_kind(platform: Platform, kind: FailureKind, stream: bool) -> None:
    _, _, error, retried = CATALOGUE[kind]
    platform.answering = refusing(Failure(kind, retry_after=0.01, retry_form="fractional"))

    with pytest.raises(error) as caught:
        messages(platform, stream, retries=1)

    assert (caught.value.request_id is None) is (kind in (K.REGION_BLOCKED, K.TOO_LARGE))
    assert len(platform.seen) == 1 + retried


@pytest.mark.parametrize("kind", [K.CONFLICT, K.CONTEXT_TOO_LONG])
def test_responses_have_words_of_their_own(platform: Platform, kind: FailureKind) -> None:
    platform.answering = refusing(Failure(kind))

    with pytest.raises(openai.BadRequestError) as caught:
        responses(platform, False)

    assert caught.value.param == ("conversation" if kind is K.CONFLICT else "input")


CONTENT: list[tuple[str, dict[str, Any]]] = [
    ("answer_refused", {}),
    ("answer_truncated", {}),
    ("broken_json", {}),
    ("gibberish", {}),
    ("model_swapped", {}),
    ("wrong_language", {}),
    ("wrong_tool_call", {"wrong": "invalid_json"}),
    ("wrong_tool_call", {"wrong": "wrong_arguments"}),
    ("wrong_tool_call", {"wrong": "invented_tool"}),
]


@CLIENTS
@BOTH
@pytest.mark.parametrize(("fault", "settings"), CONTENT)
def test_what_is_wrong_in_the_content_no_client_notices(
    platform: Platform, ask: Asking, stream: bool, fault: str, settings: dict[str, Any]
) -> None:
    platform.answering = striking(fault, **settings)

    answer = ask(platform, stream)

    assert not isinstance(answer, str)
    if stream:
        assert len(answer) >= 3
    else:
        assert answer.model == ("fallback-small-1" if fault == "model_swapped" else platform.seen[0].model)
    assert len(platform.seen) == 1


@CLIENTS
def test_json_off_the_schema_is_an_object_of_nothing(platform: Platform, ask: Asking) -> None:
    platform.answering = striking("off_schema")

    assert ask(platform, False).model is None
    assert len(ask(platform, True)) == (0 if ask is messages else 1)


@CLIENTS
def test_a_page_is_a_text_or_a_stream_without_events(platform: Platform, ask: Asking) -> None:
    platform.answering = striking("wrong_content_type")

    assert str(ask(platform, False)).startswith("<!doctype html>")
    assert ask(platform, True) == []


@CLIENTS
def test_a_page_that_pretends_to_be_json_is_a_bare_error(platform: Platform, ask: Asking) -> None:
    platform.answering = striking("wrong_content_type", declared="promised")

    with pytest.raises(ValueError, match="Expecting value"):
        ask(platform, False, retries=2)

    assert len(platform.seen) == 1
    assert ask(platform, True) == []


@CLIENTS
def test_a_circle_of_redirects_ends_as_a_broken_connection(platform: Platform, ask: Asking) -> None:
    platform.answering = striking("redirect")

    with pytest.raises((openai.APIConnectionError, anthropic.APIConnectionError)):
        ask(platform, False)

    assert len(platform.seen) > 2
    assert {call.request.path.rstrip("/") for call in platform.seen} == {platform.seen[0].request.path}
    assert {call.request.method for call in platform.seen} == {"POST"}


@CLIENTS
@pytest.mark.parametrize(
    ("fault", "settings", "status"),
    [
        ("client_closed_request", {"wait": 0}, 499),
        ("gateway_error", {"status": 530}, 530),
        ("gateway_error", {"page": "challenge"}, 403),
        ("http_status", {"status": 422}, 422),
        ("http_status", {"status": 304}, 304),
    ],
)
def test_other_statuses_are_errors_of_their_status(
    platform: Platform, ask: Asking, fault: str, settings: dict[str, Any], status: int
) -> None:
    platform.answering = striking(fault, **settings)

    with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)) as caught:
        ask(platform, False)

    assert getattr(caught.value, "status_code", None) == status


@pytest.mark.parametrize(("settings", "numbers"), [({}, 8), ({"wrong": "zero"}, 1536), ({"wrong": "nan"}, 1536)])
@pytest.mark.parametrize("form", ["float", "base64"])
def test_useless_vectors_are_read_like_any_other(
    platform: Platform, settings: dict[str, Any], numbers: int, form: Any
) -> None:
    platform.answering = striking("wrong_embedding", **settings)
    create: Any = platform.openai.embeddings.create

    answer = create(model="m", input="a", **({"encoding_format": "float"} if form == "float" else {}))

    assert len(answer.data[0].embedding) == numbers


@BOTH
def test_a_wait_that_is_no_number_is_ignored(platform: Platform, stream: bool) -> None:
    platform.answering = refusing(Failure(K.RATE_LIMIT_TOKENS, retry_after=3600, retry_form="invalid"))

    with pytest.raises(openai.RateLimitError) as caught:
        chat(platform, stream, retries=1)

    assert caught.value.response.headers["retry-after"] == "soon"
    assert len(platform.seen) == 2
