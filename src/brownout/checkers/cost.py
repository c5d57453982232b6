"""What does an answered question cost while the platform fails, against healthy phases?"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.bills import WASTES, Bills, Question, Tariff, Waste, bills, usual_calls, wasted
from brownout.checkers.case import EVIDENCE, Case, count, percent
from brownout.checkers.ratio import FEWEST, Estimate, Spent, average, factor, ruled
from brownout.checkers.scope import Scope
from brownout.expect import AnyExpect, Cost
from brownout.prices import READ, Price
from brownout.verdict import Evidence, Status, Verdict

LOOSE = 0.2
"""Where calls that no question explains are more than this part of all that was spent, nothing can be told."""
_TELLING = 0.05
"""A waste of less than this part of what is needed is not worth a word."""
_ADVICE: dict[Waste, str] = {
    "retries": "Keep what has been answered: repeat the one call that failed, and not the turn with all its calls.",
    "duplicates": "Ask once: no second call beside one that is under way (hedging, two layers that both retry, a "
    "message that is worked on twice), and none after an answer that came whole.",
    "abandoned streams": "A stream that breaks off or is left is paid for: let timeouts be longer than healthy answers "
    "take, go on from what has come where the platform can, and retry it once at most.",
    "answers that reached nobody": "Stop when the user has gone or the deadline has passed: cancel the call, and do "
    "not work on for an answer that nobody reads.",
}
_DEARER = "Look at the models that are called instead, and at what their prices are."


@dataclass(frozen=True)
class _Account:
    """All that one verdict is about: what was spent ``calm``, in healthy phases, and what was ``met`` by faults."""

    expectation: Cost
    calm: Bills
    met: Bills
    tariff: Tariff

    def money(self, amount: float) -> str:
        """An amount in words: dollars, or tokens where a model has no price."""
        if self.tariff.unpriced:
            return f"{amount:,.0f} tokens"
        digits = 2 if amount >= 1 else min(8, 1 - math.floor(math.log10(amount))) if amount > 0 else 2
        return f"${amount:,.{digits}f}"

    @property
    def listed(self) -> str:
        """By which prices it all goes."""
        if self.tariff.unpriced:
            names = ", ".join(self.tariff.unpriced[:3])
            return f"Counted in tokens: no price is known of {names} (prices in the profile)."
        return f"At list prices of {READ}." if self.tariff.listed else "At the prices of the profile."

    def spent(self, questions: Sequence[Question]) -> float:
        """What these questions cost with all their calls."""
        return sum(self.tariff.cost(call) for question in questions for call in question.calls)


class CostChecker:
    """What answers cost, with all calls that led to none, by users; against what they cost on a healthy platform."""

    name = "cost"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where the interval is beyond ``at_most``; UNKNOWN where it is open, or calls cannot be joined."""
        assert isinstance(expectation, Cost)
        case = Case(record, expectation, _objective(expectation), True)
        if (unreached := case.unreached()) is not None:
            return unreached
        names = case.scope.names if expectation.during else [rule["phase"] for rule in record.drill["rules"]]
        names = list(dict.fromkeys(names))
        calm = [
            phase["name"]
            for phase in record.drill["phases"]
            if phase["impact"] == "operational" and phase["name"] not in names
        ]
        if not names:
            return case.not_exercised("this scenario injects no fault")
        if not calm and expectation.times is not None:
            return case.not_exercised("this scenario has no healthy phase to compare with")
        scopes = [_scope(record, expectation, those) for those in (calm, names) if those]
        *before, met = bills(record, scopes)
        account = _account(expectation, before[0] if before else Bills((), ()), met)
        return _doubt(case, account) or _judged(case, account)


def _objective(expectation: Cost) -> str:
    if expectation.dollars is not None:
        return f"at most {expectation.at_most} for each answered question"
    return f"at most {expectation.at_most} what an answered question costs in healthy phases"


def _scope(record: Record, expectation: Cost, names: Sequence[str]) -> Scope:
    return Scope(record, expectation.model_copy(update={"during": tuple(names)}), True)


def _account(expectation: Cost, calm: Bills, met: Bills) -> _Account:
    own = {name: Price(price.input, price.output) for name, price in expectation.prices.items()}
    calls = [*calm.calls, *calm.loose, *met.calls, *met.loose]
    return _Account(expectation, calm, met, Tariff(calls, own))


def _doubt(case: Case, account: _Account) -> Verdict | None:
    """Why nothing can be told; None where it can."""
    met, calm, least = account.met, account.calm, account.expectation.min_samples
    if not any(call.tokens for call in (*met.calls, *met.loose)):
        return case.unknown(
            "no call that is billed by tokens",
            "No call with a known model was answered in these phases, so there is nothing to count: what passes on "
            "WebSockets, and journals of older versions, have no tokens.",
            samples=met.answered,
        )
    if account.expectation.dollars is not None and account.tariff.unpriced:
        names = ", ".join(account.tariff.unpriced[:3])
        return case.unknown(
            f"no price of {names}",
            f"Dollars are asked for, and no price is known of {names}.",
            next_step="Add it to prices in brownout.yaml: {MODEL: {input: 2.5, output: 10}}, in dollars for a million.",
        )
    sides = (met, calm) if account.expectation.times is not None else (met,)
    for side in sides:
        if (hidden := _hidden(case, account, side)) is not None:
            return hidden
        if side.answered < least:
            where = "" if side is met else "healthy "
            return case.too_few(side.answered, least, f"{where}answered question")
        if len({(question.journey, question.user) for question in side.questions}) < FEWEST:
            return case.too_few(len({question.user for question in side.questions}), FEWEST, "user")
    return None


def _hidden(case: Case, account: _Account, side: Bills) -> Verdict | None:
    loose = sum(account.tariff.cost(call) for call in side.loose)
    whole = loose + account.spent(side.questions)
    if loose <= LOOSE * whole:
        return None
    words = f"{percent(loose / whole)} of what was spent belongs to no question"
    return case.unknown(
        words,
        f"{words} ({count(len(side.loose), 'call')} without a canary of a user's): the user's text does not reach the "
        "prompt, or the application asks for itself.",
        samples=side.answered,
    )


def _judged(case: Case, account: _Account) -> Verdict:
    expectation, confidence = account.expectation, samples.sampling_of(case).confidence
    margin, users = samples.sampling_of(case).margin, _users(account)
    if expectation.dollars is not None:
        estimate, at_most = average(users, confidence), expectation.dollars
    else:
        estimate, at_most = factor(users, confidence), expectation.times or 1.0
    if estimate is None:
        return case.unknown("nothing to compare", "No journey was answered in healthy phases and while faults struck.")
    status, measured = ruled(estimate, at_most, margin), _measured(case, account, estimate)
    wastes = _wastes(account)
    finding = _finding(account, estimate, wastes)
    if status is Status.HELD:
        return case.held(measured, finding, samples=account.met.answered)
    if status is Status.UNKNOWN:
        return _open_still(case, measured, finding, account.met.answered)
    most = max(wastes, key=lambda waste: wastes[waste])
    return case.broken(
        measured,
        finding,
        samples=account.met.answered,
        evidence=_proof(case.record, account),
        next_step=_ADVICE[most] if wastes[most] > 0 else _DEARER,
    )


def _users(account: _Account) -> list[Spent]:
    """What each user had; only of journeys that were answered in healthy phases, where these are compared with."""
    dollars = account.expectation.dollars is not None
    answers = [call.tokens_out for call in account.calm.calls if call.whole and call.tokens]
    answer = sum(answers) / len(answers) if answers else 0.0
    sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for at, side in ((0, account.calm), (2, account.met)):
        for question in side.questions:
            mine = sums[question.journey, question.user]
            mine[at] += account.spent([question])
            weight = 1.0 if dollars else account.tariff.needed(question.prompt, answer)
            mine[at + 1] += weight * question.answered
    spent = [Spent(journey, *four) for (journey, _), four in sorted(sums.items())]
    known = {user.stratum for user in spent if user.calm_answers > 0}
    paid = {user.stratum for user in spent if user.calm > 0}
    return [user for user in spent if dollars or user.stratum in known & paid]


def _measured(case: Case, account: _Account, estimate: Estimate) -> str:
    sure = samples.sure(case)
    if account.expectation.dollars is not None:
        money = account.money
        return f"{money(estimate.value)} ({money(estimate.low)} to {money(estimate.high)} {sure})"
    low, high = samples.outwards(estimate.low, estimate.high)
    return f"{estimate.value:.2f}x ({low:.2f}x to {high:.2f}x {sure})"


def _finding(account: _Account, estimate: Estimate, wastes: dict[Waste, float]) -> str:
    met, calm = account.met, account.calm
    calls, tokens = (sum(map(what, met.calls)) / met.answered for what in (lambda call: 1, lambda call: call.tokens))
    words = f"Each answered question took {calls:.1f} calls, {tokens:,.0f} tokens"
    words += "" if account.tariff.unpriced else f" and {account.money(account.spent(met.questions) / met.answered)}"
    if calm.answered:
        usual = sum(call.tokens for call in calm.calls) / calm.answered
        money = account.money(account.spent(calm.questions) / calm.answered)
        words += f"; in healthy phases {len(calm.calls) / calm.answered:.1f} calls, {usual:,.0f} tokens"
        words += "" if account.tariff.unpriced else f" and {money}"
    return f"{words}.{_excess(account, estimate, wastes)} {account.listed}{_apart(account)}"


def _excess(account: _Account, estimate: Estimate, wastes: dict[Waste, float]) -> str:
    """What the rest was spent on, in multiples of what is needed; in dollars, of all that was spent."""
    spent = account.spent(account.met.questions)
    times = account.expectation.times is not None
    whole = spent / estimate.value if times and estimate.value else spent
    parts: list[tuple[str, float]] = [
        (name, wastes[name] / whole) for name in WASTES if whole and wastes[name] / whole >= _TELLING
    ]
    rest = estimate.value - 1 - sum(wastes.values()) / whole if times and whole else 0.0
    if rest >= _TELLING:
        parts.append(("dearer models or longer answers", rest))
    told = ", ".join(f"{part:.1f}x {name}" if times else f"{part:.0%} {name}" for name, part in parts)
    if not told:
        return ""
    return f" Beyond what is needed: {told}." if times else f" Of it: {told}."


def _wastes(account: _Account) -> dict[Waste, float]:
    """What was spent on each kind of waste."""
    usual = usual_calls(account.calm.questions)
    totals: dict[Waste, float] = dict.fromkeys(WASTES, 0.0)
    for question in account.met.questions:
        for call, waste in wasted(question, usual.get(question.journey)):
            totals[waste] += account.tariff.cost(call)
    return totals


def _apart(account: _Account) -> str:
    """What is estimated, and what belongs to no question."""
    spent, calls = account.spent(account.met.questions), account.met.calls
    guessed = sum(account.tariff.cost(call) for call in calls if call.estimated)
    words = f" {guessed / spent:.0%} of it is estimated, from answers without usage." if spent and guessed else ""
    loose = len(account.met.loose)
    return f"{words} Left out: {count(loose, 'call')} of no question." if loose else words


def _open_still(case: Case, measured: str, finding: str, answered: int) -> Verdict:
    return case.unknown(
        measured,
        f"{finding} What is asked for lies within what so few leave open.",
        samples=answered,
        longer=2.0,
        next_step="Raise load.users, let the drill last longer (a lower --speed), or allow a wider margin.",
    )


def _proof(record: Record, account: _Account) -> tuple[Evidence, ...]:
    """The dearest questions, with what they met."""
    dearest = sorted(account.met.questions, key=lambda question: -account.spent([question]))[:EVIDENCE]
    return evidence.questions(record, [question.canary for question in dearest])
