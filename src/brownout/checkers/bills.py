"""What each question cost: the calls that its canary joins to it, in tokens and in money, and what they were for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal, TypeAlias

from brownout.checkers.base import Record
from brownout.checkers.channels import QUESTION
from brownout.checkers.scope import Scope
from brownout.checkers.timeline import PHASE
from brownout.prices import Price, price_of

Waste: TypeAlias = Literal["retries", "duplicates", "abandoned streams", "answers that reached nobody"]
WASTES: tuple[Waste, ...] = ("retries", "duplicates", "abandoned streams", "answers that reached nobody")

_CALLS = f"""
SELECT canary, model, step, tokens_in, tokens_out, estimated, "end", injected, {PHASE} AS phase_name FROM exchange
WHERE via <> 'inbound' AND tokens_in IS NOT NULL AND tokens_out IS NOT NULL ORDER BY t
"""


@dataclass(frozen=True)
class Call:
    """One call that is billed by tokens; ``whole``: its answer came to its end."""

    model: str
    tokens_in: int
    tokens_out: int
    estimated: bool
    whole: bool
    struck: bool
    step: int

    @property
    def tokens(self) -> int:
        """All of its tokens, in and out."""
        return self.tokens_in + self.tokens_out


@dataclass
class Question:
    """One question, whether it was ``answered`` whole, and its calls in their order."""

    journey: str
    user: int
    canary: str
    answered: bool
    calls: list[Call] = field(default_factory=list)

    @property
    def prompt(self) -> int:
        """The longest of its prompts, in tokens: what healthy phases would have paid grows with it."""
        return max((call.tokens_in for call in self.calls), default=0)


@dataclass(frozen=True)
class Bills:
    """The questions of some phases, and what is in the calls of these that no question explains."""

    questions: Sequence[Question]
    loose: Sequence[Call]

    @property
    def answered(self) -> int:
        """How many of these questions were answered whole."""
        return sum(question.answered for question in self.questions)

    @property
    def calls(self) -> list[Call]:
        """All calls of its questions, in no order."""
        return [call for question in self.questions for call in question.calls]


class Tariff:
    """What a call costs: in dollars where all models that are called have a price, else in tokens."""

    def __init__(self, calls: Sequence[Call], own: Mapping[str, Price]) -> None:
        models = Counter(call.model for call in calls if call.tokens)
        self.prices = {model: price_of(model, own) for model in models}
        self.unpriced = sorted(model for model, price in self.prices.items() if price is None)
        self.listed = any(price_of(model) == price for model, price in self.prices.items())
        self.usual = models.most_common(1)[0][0] if models else ""

    def cost(self, call: Call) -> float:
        """What a call costs, in dollars or tokens."""
        return self._of(call.model, call.tokens_in, call.tokens_out)

    def needed(self, prompt: float, answer: float) -> float:
        """What one call of the usual model costs with a prompt and an answer of such a length."""
        return self._of(self.usual, prompt, answer)

    def _of(self, model: str, tokens_in: float, tokens_out: float) -> float:
        price = self.prices.get(model)
        if self.unpriced or price is None:
            return tokens_in + tokens_out
        return price.of(tokens_in, tokens_out)


def bills(record: Record, scopes: Sequence[Scope]) -> list[Bills]:
    """The bills of each of some scopes; a question that was asked again is answered where it was asked last."""
    calls: dict[str | None, list[tuple[Call, str | None]]] = defaultdict(list)
    for row in record.rows(_CALLS):
        calls[row["canary"]].append((_call(row), row["phase_name"]))
    known = {row["canary"] for row in record.rows("SELECT DISTINCT canary FROM journey WHERE asks")} - {None}
    loose = [pair for canary, pairs in calls.items() if canary not in known for pair in pairs]
    return [
        Bills(
            _questions(record, scope, lambda canary: [call for call, _ in calls.get(canary, ())]),
            [call for call, phase in loose if phase in scope.names],
        )
        for scope in scopes
    ]


def _call(row: dict[str, Any]) -> Call:
    return Call(
        row["model"] or "",
        row["tokens_in"],
        row["tokens_out"],
        bool(row["estimated"]),
        row["end"] == "complete",
        bool(row["injected"]),
        row["step"] or 0,
    )


def _questions(record: Record, scope: Scope, calls: Callable[[str], list[Call]]) -> list[Question]:
    rows = record.rows(
        f"SELECT journey, \"user\", canary, bool_or({QUESTION} AND outcome = 'ok') AS answered FROM journey "
        f"WHERE asks AND canary IS NOT NULL AND {scope.steps} GROUP BY ALL ORDER BY min(t)",
        scope.parameters,
    )
    return [Question(**row, calls=calls(row["canary"])) for row in rows]


def usual_calls(questions: Sequence[Question]) -> dict[str, int]:
    """How many whole answers one question needs on a healthy platform, by journey: their median."""
    counts: dict[str, list[int]] = defaultdict(list)
    for question in questions:
        if question.answered:
            counts[question.journey].append(sum(call.whole and call.tokens > 0 for call in question.calls))
    return {journey: max(1, round(median(numbers))) for journey, numbers in counts.items()}


def wasted(question: Question, usual: int | None) -> list[tuple[Call, Waste]]:
    """The calls of a question that its answer did not need, each with what it was.

    Of whole answers the last ones are needed, so many as are ``usual`` for a healthy question, and one for each step of
    an agent; all of them where nothing is known of healthy ones. One before them is a retry where it
    was spoiled, or a call after it failed: what failed was asked for again with all that goes with it.
    """
    broken = [index for index, call in enumerate(question.calls) if call.tokens and not call.whole]
    whole = [index for index, call in enumerate(question.calls) if call.tokens and call.whole]
    waste: list[tuple[Call, Waste]] = [(question.calls[index], "abandoned streams") for index in broken]
    if not question.answered:
        return waste + [(question.calls[index], "answers that reached nobody") for index in whole]
    failed = max((index for index, call in enumerate(question.calls) if not (call.tokens and call.whole)), default=-1)
    steps = len({question.calls[index].step for index in whole})
    needed = len(whole) if usual is None else max(usual, steps)
    for index in whole[: max(0, len(whole) - needed)]:
        again = question.calls[index].struck or failed > index
        waste.append((question.calls[index], "retries" if again else "duplicates"))
    return waste
