"""What OpenAI says of things that are not there: files, stores, batches, threads, stored completions. Pure."""

from __future__ import annotations

from collections.abc import Callable

from brownout.dialects.openai.error import Error
from brownout.dialects.paths import below
from brownout.exchange import Call, Failure, FailureKind


def gone(call: Call) -> Error:
    """What is said of a path that is no more, as the Assistants' since 26 August 2026, or never was."""
    return Error(404, f"Invalid URL ({call.request.method} {call.request.path})")


def _named(call: Call, segment: str, otherwise: str) -> str:
    segments = below(call.request.path, segment)
    return segments[0] if segments else otherwise


def _file(call: Call, failure: Failure) -> Error:
    if upload := _named(call, "uploads", ""):
        return Error(404, f"No such Upload object: {upload}", param="id")
    return Error(404, f"No such File object: {_named(call, 'files', f'file-{failure.id}')}", param="id")


def _store(call: Call, failure: Failure) -> Error:
    id = _named(call, "vector_stores", f"vs_{failure.id}")
    return Error(404, f"Vector store with id '{id}' not found.", param="vector_store_id")


def _batch(call: Call, failure: Failure) -> Error:
    return Error(404, f"No batch found with id '{_named(call, 'batches', f'batch_{failure.id}')}'.")


def _thread(call: Call, failure: Failure) -> Error:
    """A fault that takes a path away says so; one that takes history away names the thread."""
    if failure.kind is FailureKind.NOT_FOUND:
        return gone(call)
    if assistant := _named(call, "assistants", ""):
        return Error(404, f"No assistant found with id '{assistant}'.")
    thread = _named(call, "threads", "")
    return Error(404, f"No thread found with id '{f'thread_{failure.id}' if thread in ('', 'runs') else thread}'.")


def _completion(call: Call, failure: Failure) -> Error | None:
    stored = below(call.request.path, "completions")
    return Error(404, f"Chat completion with id '{stored[0]}' not found.") if stored else None


_COLLECTIONS = ("batches", "files", "uploads", "vector_stores")
_BY_PART: dict[str, Callable[[Call, Failure], Error | None]] = {
    "assistants": _thread,
    "batches": _batch,
    "chat": _completion,
    "files": _file,
    "vector_stores": _store,
}


def missing(call: Call, failure: Failure) -> Error | None:
    """The error of a thing that is not there; None for a call that is about no such thing."""
    made = _BY_PART.get(call.part)
    if made is None:
        return None
    named = any(below(call.request.path, segment) for segment in _COLLECTIONS)
    if failure.kind is FailureKind.NOT_FOUND and call.part != "chat" and not named:
        return gone(call)
    return made(call, failure)
