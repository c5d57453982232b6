"""What one step was for its user: an outcome, by what arrived and not by the status alone. Pure."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from brownout.calls import retry_after
from brownout.calls.canary import SENTINEL
from brownout.config.units import in_words
from brownout.fingerprints import SHOWN, fingerprints, whole
from brownout.keys_in_play import KeysInPlay
from brownout.leaks import ERRORS, IN_USE, leaks_in, redact, without_handed_out
from brownout.load.came import came_instead
from brownout.load.nothing import holds_nothing
from brownout.load.shown_reply import ShownReply, find, strings_in
from brownout.mistakes import NO_VALUE, NOWHERE
from brownout.terms import Outcome, Told

Ending = Literal["whole", "cut", "hung", "unreachable"]

# An answer that says itself that it is none, or not all: honest, but no answer.
_APOLOGY = re.compile(
    r"(?i)\b(?:try again|went wrong|(?:un|not )available|interrupted|incomplete|broke off|timed? ?out|overloaded"
    r"|could(?: not|n't) (?:be )?(?:answer|complete|finish|generate|reach|process|get)\w*|unable to"
    r"|apologi[sz]e|sorry|at capacity|an error|error:)"
)
_TAIL = 240


@dataclass(frozen=True)
class Received:
    """An answer as it came over the wire. Header names are lower case; times in seconds from the step's begin."""

    ending: Ending
    duration: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    why: str = ""  # of an ending that is not whole, in words
    first_text: float | None = None

    @property
    def accepted(self) -> bool:
        """Whether the application took the request: a 2xx head, whatever came after it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Reading:
    """What it was for the user: fields of the same names as in ``events.JourneyStep``."""

    outcome: Outcome
    leaks: list[str]
    detail: str = ""
    retry_after: float | None = None
    digest: str | None = None
    paths: list[str] = field(default_factory=list)
    prints: list[str] = field(default_factory=list)
    told: Told | None = None
    disclosed: bool | None = None
    model: str | None = None
    usage: int | None = None


@dataclass(frozen=True)
class _Judged:
    """An outcome, why in words, and by what a success shows that it is none."""

    outcome: Outcome
    detail: str = ""
    told: Told | None = None


def apology(text: str) -> str | None:
    """The words by which a text's end says that it is no answer, or no whole one; None where it does not."""
    match = _APOLOGY.search(text[-_TAIL:])
    return match.group() if match else None


@dataclass(frozen=True)
class Known:
    """The keys that are in use, and the texts that a user has anyway: what was sent, cookies, what is kept."""

    keys: KeysInPlay
    own: Callable[[], Iterable[str]] = tuple


def leaks_of(seen: str, hide: Iterable[str], known: Known | None) -> list[str]:
    """Names of what must not be shown: what looks like it, and keys that are in use, whatever they look like."""
    leaks = leaks_in(seen, hide)
    in_use = known is not None and "api_key" not in leaks and known.keys.shown(without_handed_out(seen), known.own)
    return sorted([*leaks, IN_USE]) if in_use else leaks


def reading_of(
    received: Received,
    reply: ShownReply,
    *,
    sentinel: bool,
    now: float,
    hide: tuple[str, ...] = (),
    known: Known | None = None,
) -> Reading:
    """The outcome of a step, by the rules of ``events.JourneyStep``; ``reply`` must be closed.

    ``sentinel`` says that whole answers end with it (the stand-in's do, the real platform's do not); ``now`` is in Unix
    seconds; ``hide`` holds the user's own words and the application's address, which are no leak.
    """
    body = reply.body.decode("utf-8", "replace")
    seen = "\n".join((body, reply.text, reply.error, *strings_in(reply.document)))
    leaks = leaks_of(seen, hide, known)
    keys = known.keys if known else None
    wait = retry_after.seconds(received.headers, now)
    judged = _outcome(received, reply, leaks, sentinel, wait)
    text = reply.text
    return Reading(
        outcome=judged.outcome,
        leaks=leaks,
        detail=redact(judged.detail, hide=hide, known=keys),
        retry_after=wait,
        digest=hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest() if text else None,
        paths=came_instead(reply) if judged.outcome == "empty" else [],
        prints=_prints(body, seen) if leaks or judged.outcome != "ok" else [],
        told="nothing" if judged.outcome == "empty" and holds_nothing(reply, hide) else judged.told,
        disclosed=reply.disclosed,
        model=redact(reply.model, hide=hide, known=keys) if reply.model else None,
        usage=reply.usage,
    )


def _prints(body: str, seen: str) -> list[str]:
    return [*whole(_decoded(body)), *fingerprints(_decoded(seen), SHOWN)]


def _decoded(seen: str) -> str:
    """What a page or a string in JSON says to a reader: without the marks by which it is kept from being markup."""
    return html.unescape(seen).replace("\\n", " ").replace('\\"', '"')


def _outcome(received: Received, reply: ShownReply, leaks: list[str], sentinel: bool, wait: float | None) -> _Judged:
    status = received.status
    if received.ending in ("unreachable", "hung") or status is None:
        return _Judged("cut" if received.ending == "whole" else received.ending, received.why)
    if status in (429, 503) and wait is not None:
        return _Judged("refused", f"HTTP {status}, to be asked again after {in_words(wait)}")
    if not received.accepted:
        return _Judged(
            "error", f"HTTP {status}: {reply.error or reply.body.decode('utf-8', 'replace') or received.why}"
        )
    if received.ending == "cut":
        return _Judged("cut", received.why)
    if reply.error:
        return _Judged("error", f"shown in HTTP {status}: {reply.error}", "shown")
    if reply.incomplete and not (sentinel and SENTINEL in reply.text):
        return _Judged("cut", "the application says itself that the answer is not whole")
    if reply.read is None:
        return _page(reply, leaks)
    if reply.read.value is not None:
        return _thing(reply, leaks, reply.read.value)
    return _answer(reply, leaks, sentinel)


def _page(reply: ShownReply, leaks: list[str]) -> _Judged:
    wrong = ERRORS.intersection(leaks)
    if not wrong:
        return _Judged("ok")
    return _Judged("error", f"{', '.join(sorted(wrong))} inside a success: {_words(reply)}", "words")


def _thing(reply: ShownReply, leaks: list[str], expression: str) -> _Judged:
    """An answer that is no text, and so has no end to look for."""
    if ERRORS.intersection(leaks):
        return _Judged("error", f"an error text inside a success: {_words(reply)}", "words")
    return _Judged("ok") if find(expression, reply.document) else _Judged("empty", f"{NO_VALUE}: {expression}")


def _answer(reply: ShownReply, leaks: list[str], sentinel: bool) -> _Judged:
    text = reply.text.strip()
    if sentinel and SENTINEL in text:
        return _Judged("ok")
    if ERRORS.intersection(leaks):
        return _Judged("error", f"an error text inside a success: {_words(reply)}", "words")
    if not text:
        return _Judged("empty", _why_empty(reply))
    excuse = apology(text) if sentinel or len(text) < _TAIL else None
    if excuse:
        return _Judged("error", f"an excuse inside a success: {excuse}", "excuse")
    if not sentinel:
        return _Judged("ok")
    return _Judged("half", f"ended well after {len(text)} characters, without the answer's end")


def _why_empty(reply: ShownReply) -> str:
    if not reply.body:
        return "a success without a body"
    if reply.in_place:
        return "a reply without text"
    if (read := reply.read) is None:
        return ""
    places = (read.json_, read.sse, read.ndjson, read.message)
    return f"{NOWHERE}: {next(filter(None, places), 'the body')}"


def _words(reply: ShownReply) -> str:
    return reply.text or reply.body.decode("utf-8", "replace")
