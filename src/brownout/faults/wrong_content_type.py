"""A success that is no JSON."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Program
from brownout.exchange import Reply
from brownout.faults.base import Fault, Strike, answer_with
from brownout.faults.making import content_type, retyped

_BODIES = {
    "html": (
        "text/html; charset=utf-8",
        b"<!doctype html>\n<html><head><title>Welcome</title></head><body><h1>Welcome</h1></body></html>\n",
    ),
    "text": ("text/plain; charset=utf-8", b"Service is starting. Please try again in a moment.\n"),
}


class WrongContentType(Fault):
    """Something in front of the platform answers 200 with a page or a text, where JSON or a stream was promised."""

    body: Literal["html", "text"] = "html"
    """What comes: a web page, or plain text."""
    declared: Literal["honest", "promised"] = "honest"
    """What its Content-Type says: what it is, or what the caller was promised, among the platform's own headers."""

    def program(self, strike: Strike) -> Program:
        """The page or the text instead of an answer."""
        honest, body = _BODIES[self.body]
        if self.declared == "honest":
            return answer_with(Reply(200, (("content-type", honest),), body))
        head = strike.platform.say(strike.id)[0]
        return answer_with(Reply(200, retyped(head.headers, content_type(head.headers)), body))
