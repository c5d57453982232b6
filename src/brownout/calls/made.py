"""Which of a platform's things a call names, and which its answer made: by that, calls are tied to a question. Pure.

Whoever looks what became of a job, a file or a background response names it by its id, and says nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from brownout.calls.histories import Opening, named
from brownout.exchange import Call

MOST = 8
"""So many ids are kept of one call."""
_DEEPEST = 4
# Parts of a platform whose answers are words and nothing that could be looked up afterwards.
_FLEETING = frozenset(
    (
        "audio",
        "chat",
        "converse",
        "count_tokens",
        "embeddings",
        "fim",
        "generate",
        "images",
        "invoke",
        "login",
        "messages",
    )
)
# Keys under which bodies name what was made before. No others are read: what they hold may be about people.
_NAMED_BY = frozenset(
    (
        *("batch_id", "conversation", "conversation_id", "file_id", "file_ids", "file_name", "file_uri", "fileName"),
        *("fileUri", "input_file_id", "part_ids", "previous_response_id", "response_id", "run_id", "thread_id"),
        *("training_file", "validation_file", "vector_store_id", "vector_store_ids"),
    )
)
# What a look finds that was made meanwhile: the results of a batch, of a fine-tune.
_RESULTS = re.compile(rb'"(?:output_file_id|error_file_id|result_files)"\s*:\s*\[?\s*"([^"\\]{1,200})"')


def names_of(call: Call, canary: str | None) -> list[str]:
    """What a call is about, as far as its path does not say it: ids in its body, or the conversation that it goes on.

    A call with a ``canary`` belongs to a question as it is.
    """
    if canary is not None:
        id = named(call)
        return [id] if id and id not in call.request.path.split("/") else []
    return list(dict.fromkeys(_ids(call.body)))[:MOST]


def made_by(call: Call, opening: Opening) -> list[str]:
    """The ids in the beginning of an answer that said yes: what the call has made, or a job that it looked at has."""
    if call.request.method == "GET":
        return [id.decode("utf-8", "replace") for id in dict.fromkeys(opening.all(_RESULTS))][:MOST]
    if call.request.method != "POST" or (call.part in _FLEETING and call.body.get("store") is not True):
        return []
    return opening.ids[:MOST]


def _ids(value: Any, key: str = "", depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if key in _NAMED_BY and 0 < len(value) <= 200:
            yield value.rstrip("/").rpartition("/")[2]
    elif depth < _DEEPEST and isinstance(value, list):
        for item in value:
            yield from _ids(item, key, depth + 1)
    elif depth < _DEEPEST and isinstance(value, dict):
        for name, item in value.items():
            yield from _ids(item, name, depth + 1)
