"""Images: https://platform.openai.com/docs/api-reference/images and its streaming events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.multipart import form_of
from brownout.dialects.openai import common as openai
from brownout.dialects.reading import string
from brownout.dialects.sent import Sent
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request

# A PNG of one red pixel.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
_BLOBS = "https://oaidalleapiprodscus.blob.core.windows.net/private"
_MAX_IMAGES = 10
_MAX_PARTIAL = 3


def _given(call: Call, name: str) -> Any:
    """A setting of the request, from its JSON or its form."""
    return call.body.get(name, form_of(call.request).texts.get(name))


def _count(value: Any, most: int, default: int) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9:
        value = int(value)
    return min(max(value, 0), most) if isinstance(value, int) and not isinstance(value, bool) else default


def _usage(answer: Answer, images: int) -> dict[str, Any]:
    output = 272 * images
    return {
        "input_tokens": answer.input_tokens,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": answer.input_tokens},
        "output_tokens": output,
        "output_tokens_details": {"image_tokens": output, "text_tokens": 0},
        "total_tokens": answer.input_tokens + output,
    }


PICTURE = {"size": "1024x1024", "quality": "low", "background": "opaque", "output_format": "png"}


def _wants_url(call: Call) -> bool:
    wanted = _given(call, "response_format")
    return wanted == "url" or (wanted is None and (call.model or "").startswith("dall-e"))


class OpenAIImages(openai.OpenAIDialect):
    """``openai.images``: pictures of one pixel, as base64 or, for DALL·E and on request, by URL."""

    service = "openai.images"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for, as JSON or as a form; ``text`` is the prompt."""
        call = openai.read(self.service, request, ())
        form = form_of(request).texts
        prompt = request.json.get("prompt")
        return replace(
            call,
            model=call.model or string(form.get("model")),
            stream=call.stream or form.get("stream") == "true",
            text=prompt if isinstance(prompt, str) else form.get("prompt", ""),
        )

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The answer with as many pictures as ``n`` says; one without words has none."""
        count = max(1, _count(_given(call, "n"), _MAX_IMAGES, 1)) if answer.pieces else 0
        if _wants_url(call):
            host = _BLOBS if call.provider == "openai" else f"https://{call.request.host}/files"
            data = [
                {"revised_prompt": call.text, "url": f"{host}/img-{openai.digest(answer.id, str(index))}.png"}
                for index in range(count)
            ]
            return openai.ok(call, answer, {"created": answer.created, "data": data})
        pictures = [{"b64_json": PNG} for _ in range(count)]
        value = {"created": answer.created, "data": pictures, **PICTURE, "usage": _usage(answer, count)}
        return openai.ok(call, answer, value)

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return openai.head(call, answer)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """The partial pictures asked for, then the whole one; nothing for an answer without words."""
        if not answer.pieces:
            return
        picture = {"b64_json": PNG, "created_at": answer.created, **PICTURE}
        kind = "image_edit" if call.request.path.endswith("/edits") else "image_generation"
        for index in range(_count(_given(call, "partial_images"), _MAX_PARTIAL, 0)):
            partial = f"{kind}.partial_image"
            yield openai.event({"type": partial, **picture, "partial_image_index": index}, partial)
        whole = f"{kind}.completed"
        yield openai.event({"type": whole, **picture, "usage": _usage(answer, 1)}, whole)

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An ``error`` event, from which the SDKs raise ``APIError``."""
        error = openai.error_of(call, failure)
        return openai.event({"type": "error", "error": error.body}, "error")

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The error of the safety system: a picture is whole, or there is none."""
        return self.stream_failure(call, Failure(FailureKind.CONTENT_REFUSED, id=answer.id), sent)
