"""Embeddings of Mistral: https://docs.mistral.ai/api/endpoint/embeddings."""

from __future__ import annotations

import json
from dataclasses import replace

from brownout.dialects.encoding import dump
from brownout.dialects.openai.embeddings import OpenAIEmbeddings
from brownout.exchange import Answer, Call, Reply

_DIMENSIONS, _MOST = 1024, 3072


class MistralEmbeddings(OpenAIEmbeddings):
    """``mistral.embeddings``: vectors of 1024 numbers, with an id."""

    service = "mistral.embeddings"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The vectors, of another length where ``output_dimension`` says so."""
        wanted = call.body.get("output_dimension")
        given = wanted if isinstance(wanted, int) and 0 < wanted <= _MOST else _DIMENSIONS
        reply = super().answer(call, replace(answer, dimensions=answer.dimensions or given))
        whole = {"id": answer.id, **json.loads(reply.body)}
        whole["usage"]["completion_tokens"] = 0
        return Reply(reply.status, reply.headers, dump(whole))
