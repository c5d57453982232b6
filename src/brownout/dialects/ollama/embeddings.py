"""Embeddings, by the newer path and by the older: https://docs.ollama.com/api/embed."""

from __future__ import annotations

import struct
from dataclasses import replace

from brownout.dialects.base import Pace
from brownout.dialects.encoding import dump_stepwise
from brownout.dialects.ollama import common as ollama
from brownout.dialects.openai.embeddings import vector
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply, Request

_USUAL = 768  # of nomic-embed-text
_LONGEST = 4096
_MAX_INPUTS = 2048
_NAN = b'{"error":"failed to encode response: json: unsupported value: NaN"}'


def _newer(call: Call) -> bool:
    return call.request.path.rstrip("/").endswith("/embed")


def _inputs(request: Request) -> list[str]:
    given = request.json.get("input", request.json.get("prompt"))
    if isinstance(given, str):
        return [given]
    return [str(text) for text in given[:_MAX_INPUTS]] if isinstance(given, list) else []


def _length(call: Call, answer: Answer) -> int:
    wanted = call.body.get("dimensions")
    asked = wanted if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 0 else _USUAL
    return answer.dimensions or min(asked, _LONGEST)


def _embedding(text: str, length: int, answer: Answer) -> list[float]:
    return [0.0] * length if answer.vectors else list(struct.unpack(f"<{length}f", vector(text, length)))


class OllamaEmbeddings(ollama.OllamaDialect):
    """``ollama.embeddings``: a vector for each text. The older path takes one prompt."""

    service = "ollama.embeddings"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` holds all inputs."""
        call = ollama.read(self.service, request, ())
        return replace(call, text="\n".join(_inputs(request)))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The vectors; an answer without words has none. Numbers that mean nothing are a 500: Go cannot write them."""
        if answer.vectors == "nan":
            return Reply(500, (("content-type", ollama.JSON),), _NAN)
        texts = _inputs(call.request) if answer.pieces else []
        vectors = [_embedding(text, _length(call, answer), answer) for text in texts]
        if not _newer(call):
            return ollama.ok({"embedding": vectors[0] if vectors else []})
        figures = ollama.done(answer)
        durations = {name: figures[name] for name in ("total_duration", "load_duration", "prompt_eval_count")}
        body = {"model": string(ollama.model_of(call, answer)), "embeddings": vectors, **durations}
        return ollama.ok(body, dump_stepwise)
