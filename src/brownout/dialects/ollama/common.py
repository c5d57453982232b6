"""What all Ollama services share on the wire: lines of JSON, reading a request, what it insists on. Pure.

Bodies follow https://docs.ollama.com/api.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects import toolbox
from brownout.dialects.base import PlainDialect
from brownout.dialects.encoding import dump
from brownout.dialects.headers import hexadecimal, rfc3339
from brownout.dialects.ollama import errors as ollama_errors
from brownout.dialects.openai import tools as openai_tools
from brownout.dialects.reading import attempt_of, digest_of_history, digest_of_key, last_said, string
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Asked, Call, Failure, Finish, Reply, Request, Turn

JSON = "application/json; charset=utf-8"
LINES = "application/x-ndjson"
DEFAULT_MODEL = "llama3.2"
_GAP = 0.02  # seconds between two tokens, as the lines of a stream are dated


def line(value: dict[str, Any]) -> bytes:
    """One line of a stream: JSON and a line feed."""
    return dump(value) + b"\n"


def ok(value: Any, write: Callable[[Any], bytes] = dump) -> Reply:
    """A healthy JSON answer, whose bytes ``write`` makes. Ollama sends no headers of its own."""
    return Reply(200, (("content-type", JSON),), write(value))


def created_at(answer: Answer, number: int = 0) -> str:
    """When a line was made, to the microsecond."""
    micro = int(hexadecimal("micro", answer.id, 5), 16) + round(number * _GAP * 1_000_000)
    return f"{rfc3339(answer.created + micro // 1_000_000)[:-1]}.{micro % 1_000_000:06d}Z"


def _done_reason(finish: Finish) -> str:
    return "length" if finish == "length" else "stop"


def done(answer: Answer) -> dict[str, Any]:
    """What the last line tells: why it ended, and how long each part took, in nanoseconds."""
    load = 20_000_000 + int(hexadecimal("load", answer.id, 6), 16)
    read, generated = answer.input_tokens * 1_500_000, answer.output_tokens * round(_GAP * 1_000_000_000)
    return {
        "done_reason": _done_reason(answer.finish),
        "done": True,
        "total_duration": load + read + generated + 1_200_000,
        "load_duration": load,
        "prompt_eval_count": answer.input_tokens,
        "prompt_eval_duration": read,
        "eval_count": answer.output_tokens,
        "eval_duration": generated,
    }


def model_of(call: Call, answer: Answer) -> str:
    """The model named in an answer."""
    return answer.model or call.model or DEFAULT_MODEL


def read(service: str, request: Request, turns: tuple[Turn, ...], streams: bool = False) -> Call:
    """The parts of a call that all services write alike. What can stream does, unless it is told not to."""
    body = request.json
    return Call(
        service=service,
        request=request,
        model=string(body.get("model")) or string(body.get("name")),
        stream=streams and body.get("stream") is not False,
        text=last_said(turns),
        turns=turns,
        conversation=digest_of_history(turns),
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
        step=toolbox.step_of(openai_tools.messages(body)),
    )


def merged(thought: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Thought and words in one object."""
    inner = {"message": {**thought["message"], **words["message"]}} if "message" in words else {}
    return {**thought, **words, **inner}


def asked(call: Call) -> Asked:
    """The form and the length that the caller insists on. No tool: Ollama has no way to insist on one."""
    form, options = call.body.get("format"), call.body.get("options")
    schema = form if isinstance(form, dict) else {} if form == "json" else None
    limit = options.get("num_predict") if isinstance(options, dict) else None
    positive = isinstance(limit, int) and not isinstance(limit, bool) and limit > 0
    thinks = call.body.get("think") not in (None, False)
    return Asked(schema=schema, limit=limit if positive else None, thinks=thinks)


class OllamaDialect(PlainDialect):
    """Base of every Ollama service, and itself ``ollama.other``: to pull, create and delete models, and the rest."""

    service: str = "ollama.other"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return read(self.service, request, ())

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an empty object, which is what services without a dialect of their own can say."""
        return ok({})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Ollama's error body. It sends no Retry-After."""
        error = ollama_errors.error_of(call, failure)
        return Reply(error.status, (("content-type", JSON),), dump({"error": error.message}))


class OllamaWords(OllamaDialect):
    """Base of chat and generate, which answer by a stream of JSON lines unless ``stream`` is false."""

    def asked(self, call: Call) -> Asked:
        """The form and the length that the caller insists on."""
        return asked(call)

    def said(self, answer: Answer, text: str) -> dict[str, Any]:
        """These words of an answer in the service's own form."""
        return {"response": text}

    def thought(self, text: str) -> dict[str, Any]:
        """These words of what the model thinks: https://docs.ollama.com/capabilities/thinking."""
        return {"response": "", "thinking": text}

    def pieces(self, answer: Answer) -> Iterable[str]:
        """The words of each line of the stream."""
        return answer.pieces

    def last(self, answer: Answer) -> dict[str, Any]:
        """What a last line holds besides figures, and a plain answer besides its words."""
        return self.said(answer, "")

    def _line(self, call: Call, answer: Answer, number: int, rest: dict[str, Any]) -> dict[str, Any]:
        return {"model": model_of(call, answer), "created_at": created_at(answer, number), **rest}

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All words at once, with the figures."""
        message = {**self.last(answer), **self.said(answer, answer.text)}
        if answer.thinking:
            message = merged(self.thought(answer.thought), message)
        return ok(self._line(call, answer, answer.output_tokens, {**message, **done(answer)}))

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return Reply(200, (("content-type", LINES),))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """A line a token, and a last one with the figures."""
        parts = [*map(self.thought, answer.thinking), *(self.said(answer, piece) for piece in self.pieces(answer))]
        for number, part in enumerate(parts, 1):
            yield line(self._line(call, answer, number, {**part, "done": False}))
        yield line(self._line(call, answer, len(parts) + 1, {**self.last(answer), **done(answer)}))

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """A line with an error; the client raises from it, with the status -1, and retries nothing."""
        return line({"error": ollama_errors.error_of(call, failure).message})

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The last line, which tells why the model stopped."""
        lines = values_of(sent)
        answer = replace(answer, pieces=("",) * len(lines))
        first = {name: value for name, value in (lines or [{}])[-1].items() if name in ("model", "created_at")}
        made = self._line(call, answer, len(lines) + 1, {**self.last(answer), **done(answer)})
        return line({**made, **first})
