"""Which layers make many calls of one question: the SDK, a transport below it, a loop above it, or an agent's turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Literal, TypeAlias

from brownout.checkers.base import Record
from brownout.checkers.case import count

Layer: TypeAlias = Literal["sdk", "transport", "loop", "look", "turn", "elsewhere"]

_WORDS: dict[Layer, str] = {
    "sdk": "by the SDK, which numbers its retries",
    "transport": "below the SDK, under a number that it had sent before",
    "loop": "around the SDK, by the application or its framework",
    "look": "to look again after a look in vain",
    "turn": "after a whole answer: next turns, and no retries",
    "elsewhere": "for another model or service",
}
_REPEATING: tuple[Layer, ...] = ("loop", "sdk", "transport")
# What a user sends again is begun anew: its first call is nobody's retry.
_SENDING = (
    "(SELECT count(*) FROM journey AS step WHERE step.canary = call.canary AND step.attempt > 0 "
    "AND step.t + step.sent <= call.t)"
)
_TURNS = ("wrong_tool_call",)
"""Faults whose answer is whole, and which an agent answers with another turn."""


@dataclass(frozen=True)
class Layers:
    """How many calls each layer made beyond the first of each question; and the longest chain, for the advice."""

    calls: Counter[Layer]
    service: str
    begun: int
    retries: int
    below: int
    worst: int

    @property
    def words(self) -> str:
        """What made the calls beyond the first of each question, the most frequent first; all of them are counted."""
        total = sum(self.calls.values())
        if not total:
            return ""
        told = "; ".join(f"{number:,} {_WORDS[layer]}" for layer, number in self.calls.most_common())
        return f" Of {count(total, 'call')} beyond the first of each question: {told}."

    @property
    def advice(self) -> str:
        """What to do about the layer that made most of them, and about those that multiply with it."""
        if not self.calls:
            return "Look at the evidence rows: which of these calls are needed?"
        main = self.calls.most_common(1)[0][0]
        many = [layer for layer in _REPEATING if self.calls[layer] * 10 >= sum(self.calls.values())]
        if main in _REPEATING and len(many) > 1:
            return f"{('Two', 'Three')[len(many) - 2]} layers multiply: {self._multiplied(many)}. {_ONE_LAYER}"
        return {
            "sdk": f"The SDK retries up to {self.retries} times by itself: lower max_retries, and stop at a deadline.",
            "transport": f"A transport below the SDK sends each of its calls to {self.service} up to {self.below} times"
            ": an HTTP client, a gateway or a sidecar with retries of its own. Switch these off, or the SDK's.",
            "loop": f"The application or its framework sends {self.service} the same question {self.worst} times: "
            "bound the attempts, add backoff, and open a circuit breaker while the platform is down.",
            "look": f"The application looks at what {self.service} is making again and again, also while that fails: "
            "look less often after each look in vain, and stop at a deadline.",
            "turn": "Most of these are turns of an agent whose last call was answered, not retries: bound the turns of "
            "a question, and give up where the model repeats an impossible tool call.",
            "elsewhere": "Most of these are fallbacks to other models or services: bound how many are tried for one "
            "question, and remember which of them is down.",
        }[main]

    def _multiplied(self, many: list[Layer]) -> str:
        begun = f"{count(self.begun, 'call')} of the SDK to {self.service}"
        parts = [f"{begun}, each retried up to {self.retries} times by the SDK itself"] if "sdk" in many else [begun]
        below = f"each of these sent up to {self.below} times by a transport below it"
        return ", and ".join([*parts, *([below] if "transport" in many else [])])


_ONE_LAYER = "Retry in one layer only: max_retries=0 in the SDK, or no loop around it."


def layers(record: Record, canaries: list[str], worst: str) -> Layers:
    """Which layers made the calls of these questions; ``worst`` is the one with the longest chain."""
    rows = record.rows(
        'SELECT canary, service, model, attempt, status, "end", injected, fault, '
        f"tied AND method = 'GET' AS looks, {_SENDING} AS sending FROM exchange AS call "
        "WHERE list_contains(?::VARCHAR[], canary) AND via <> 'inbound' ORDER BY canary, t, rowid",
        [canaries],
    )
    counted: Counter[Layer] = Counter()
    for _, calls in groupby(rows, key=lambda row: (row["canary"], row["sending"])):
        counted.update(_of_question(list(calls)))
    mine = [row for row in rows if row["canary"] == worst]
    service = Counter(row["service"] for row in mine).most_common(1)[0][0]
    sending = Counter(row["sending"] for row in mine if row["service"] == service).most_common(1)[0][0]
    chain = [row for row in mine if (row["service"], row["sending"]) == (service, sending)]
    kinds = list(_of_question(chain))
    return Layers(
        calls=+counted,
        service=service,
        begun=1 + kinds.count("loop"),
        retries=max((row["attempt"] or 0 for row in chain), default=0),
        below=max((len(list(run)) for _, run in groupby(row["attempt"] for row in chain)), default=1),
        worst=len(chain),
    )


def _of_question(calls: list[dict[str, Any]]) -> Iterator[Layer]:
    """What made each call but the first of one question, in their order."""
    last: dict[tuple[str, str | None, bool], dict[str, Any]] = {}
    below = _is_sent_below(calls)
    for number, call in enumerate(calls):
        where = (call["service"], call["model"], call["looks"])
        before = last.get(where)
        last[where] = call
        if call["looks"]:  # to look again at what is still being made is patience
            if before is not None and not _is_whole(before):
                yield "look"
        elif before is not None:
            yield _between(before, call, below)
        elif number:
            yield "elsewhere"


def _between(before: dict[str, Any], call: dict[str, Any], below: bool) -> Layer:
    """What made a call that follows another one of the same question to the same model."""
    attempt = call["attempt"] or 0
    if attempt and attempt != before["attempt"]:
        return "sdk"
    if call["attempt"] is not None and attempt == before["attempt"] and (attempt or below):
        return "transport"
    if _is_whole(before) and (not before["injected"] or before["fault"] in _TURNS):
        return "turn"
    return "loop"


def _is_whole(call: dict[str, Any]) -> bool:
    return bool(call["end"] == "complete" and 200 <= (call["status"] or 0) < 300)


def _is_sent_below(calls: list[dict[str, Any]]) -> bool:
    """Whether a retry of the SDK comes twice in a row: nothing above it sends the same number again."""
    return any(earlier["attempt"] and earlier["attempt"] == later["attempt"] for earlier, later in pairwise(calls))
