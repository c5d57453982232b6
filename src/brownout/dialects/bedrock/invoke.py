"""InvokeModel and InvokeModelWithResponseStream.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.bedrock import common as bedrock
from brownout.dialects.bedrock.bodies import family_of
from brownout.dialects.encoding import JSON, dump
from brownout.dialects.sent import Sent, text_in, values_of
from brownout.exchange import Answer, Asked, Call, Reply, Request
from brownout.wire import eventstream


def _chunks(id: str, values: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, value in enumerate(values):
        held = base64.b64encode(dump(value)).decode()
        yield eventstream.event("chunk", dump({"bytes": held, "p": bedrock.padding(id, number)}))


def _decoded(chunk: str) -> str:
    try:
        return base64.b64decode(chunk).decode()
    except ValueError:
        return ""


class BedrockInvoke(bedrock.BedrockDialect):
    """``bedrock.invoke``: the body is in the form of the model's maker, and so is the answer."""

    service = "bedrock.invoke"
    pace: Pace = "tokens"
    timeouts = True

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        family = family_of(bedrock.model_of(request.path), request.json)
        streams = request.path.rstrip("/").endswith("/invoke-with-response-stream")
        return bedrock.read(self.service, request, family.turns(request.json), streams)

    def asked(self, call: Call) -> Asked:
        """What the model's own body can insist on."""
        return family_of(call.model, call.body).asked(call)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The model's own body; its tokens are in the headers too."""
        counts = (
            ("x-amzn-bedrock-input-token-count", str(answer.input_tokens)),
            ("x-amzn-bedrock-invocation-latency", str(bedrock.latency(answer.id))),
            ("x-amzn-bedrock-output-token-count", str(answer.output_tokens)),
        )
        return bedrock.ok(answer, family_of(call.model, call.body).answer(call, answer), counts)

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream. Raises ValueError where the call asks for none."""
        head = super().stream_head(call, answer)
        return Reply(head.status, (*head.headers, ("x-amzn-bedrock-content-type", JSON)))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """The model's own events, each in a chunk. Raises ValueError where none is asked for."""
        if not call.stream:
            return super().stream(call, answer)
        return _chunks(answer.id, family_of(call.model, call.body).events(call, answer))

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The closing events in the words of the model's own family."""
        if not call.stream:
            return super().stream_incomplete(call, answer, sent)
        family = family_of(call.model, call.body)
        chunks = [text_in(value, "bytes") for value in values_of(sent)]
        ending = family.closing(call, answer, [bedrock.object_of(_decoded(chunk)) for chunk in chunks])
        return b"".join(_chunks(f"{answer.id}|end", ending))
