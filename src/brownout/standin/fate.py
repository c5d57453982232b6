"""How work ends that a fault has doomed: in each platform's words. Pure."""

from __future__ import annotations

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.responses import broke_off
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.wire.edits_fate import Doomed, doom_of

_KINDS = {"rate_limit": FailureKind.RATE_LIMIT_TOKENS}


def fate_of(call: Call) -> Doomed | None:
    """How the work will end that a call orders; None where nothing is in its way."""
    return doom_of(call.body)


def failure_of(doom: Doomed, answer: Answer) -> Failure:
    """The failure that the work ends with."""
    return Failure(_KINDS.get(doom.error, FailureKind.SERVER_ERROR), answer.id, message=doom.message)


def error_of(call: Call, answer: Answer, doom: Doomed) -> dict[str, str]:
    """Code and text of it, as OpenAI has them in an object that has failed."""
    code, message = broke_off(call, failure_of(doom, answer))
    return {"code": code, "message": message}


def run_error_of(call: Call, answer: Answer, doom: Doomed) -> dict[str, str]:
    """Of a run: the codes are two, and the text of a server error is none of the model's."""
    error = openai.error_of(call, failure_of(doom, answer))
    if doom.error == "rate_limit":
        return {"code": "rate_limit_exceeded", "message": error.message}
    return {"code": "server_error", "message": doom.message or "Sorry, something went wrong."}
