"""What users are told of an answer that a fallback gave: that it did, whose model it is, and how many tokens it took.

Each is a clause of its own, and only where the profile says how the application tells it. What could be explained
otherwise is left out: answers to which somebody else may have contributed, and labels that name no model.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from brownout.checkers import clauses
from brownout.checkers.base import Record
from brownout.checkers.breaker_times import ENOUGH, HABIT
from brownout.checkers.case import Case, percent
from brownout.checkers.clauses import Clause
from brownout.checkers.model_names import is_given, whose
from brownout.checkers.shown_usage import figures_of, is_calibrated, judged
from brownout.checkers.ways import Way, clusters, proof
from brownout.expect import Breaker
from brownout.verdict import Evidence, Status

TOLD = 0.95
"""The share of answers that say it, and say it right: the rest is chance."""


@dataclass(frozen=True)
class Answers:
    """Whole answers that the fallback alone ``gave``, and those that the service alone did in healthy phases."""

    case: Case
    wanted: Breaker
    primary: frozenset[str]
    fallback: frozenset[str]
    given: list[Way]
    usual: list[Way]

    @property
    def whole(self) -> list[Way]:
        """Those of the fallback's to which no part of an answer came from elsewhere before."""
        return [each for each in self.given if not any(call["broke_off"] for call in each.to(self.primary))]

    @property
    def where(self) -> str:
        """Which answers are meant, in words."""
        return f"where only {self.wanted.fallback} answered"


def asked_for(record: Record, wanted: Breaker) -> list[str]:
    """What is asked of a fallback's answers, in words: no more than the profile says how to read."""
    if not wanted.fallback:
        return []
    row = record.rows(
        "SELECT bool_or(disclosed IS NOT NULL) AS disclosed, bool_or(model IS NOT NULL) AS model, "
        "bool_or(usage IS NOT NULL) AS usage FROM journey WHERE asks AND (?::VARCHAR IS NULL OR journey = ?)",
        [wanted.journey, wanted.journey],
    )[0]
    words = {
        "disclosed": f"{percent(TOLD)} of answers by {wanted.fallback} alone disclose it, and as many by "
        f"{wanted.primary} alone, in healthy phases, are not called a fallback's",
        "model": f"{percent(TOLD)} by {wanted.fallback} alone show another model than {wanted.primary}'s",
        "usage": f"{percent(TOLD)} by {wanted.fallback} alone show the tokens of its own calls",
    }
    return [text for key, text in words.items() if row[key]]


def answers(
    case: Case, wanted: Breaker, services: tuple[frozenset[str], frozenset[str]], asked: list[Way], since: float
) -> Answers:
    """Who gave which answer; ``services`` are primary and fallback, ``since`` is when the first was first down."""
    primary, fallback = services
    well = [each for each in asked if each.well]
    beside = _beside([each for each in well if each.t < since])
    models = {model for each in well if each.t < since for model in _models(each, primary)}
    hidden = {name: _unjoined(case.record, names) for name, names in (("primary", primary), ("fallback", fallback))}

    def gave(way: Way, by: frozenset[str], not_by: frozenset[str]) -> bool:
        if way.row["outcome"] != "ok" or way.row["phase_name"] is None or beside[way.kind] & fallback:
            return False
        good = {call["service"] for call in way.calls if call["good"]}
        return bool(good & by) and not good - by - (beside[way.kind] - not_by)

    given = [
        each
        for each in asked
        if each.t >= since and gave(each, fallback, primary) and not _during(each, hidden["primary"])
    ]
    talks = {_talk(each) for each in asked if each.to(fallback)}
    usual = [
        each
        for each in well
        if _talk(each) not in talks
        and gave(each, primary, fallback)
        and _models(each, primary) <= models  # a smaller one of the same service is a fallback, too
        and not _during(each, hidden["fallback"])
    ]
    return Answers(case, wanted, primary, fallback, given, usual)


def _talk(way: Way) -> tuple[str, int, int]:
    """The conversation of a question: what it was told once may be shown with what follows."""
    return way.row["journey"], way.row["user"], way.row["iteration"]


def _models(way: Way, services: frozenset[str]) -> set[str | None]:
    return {call["model"] for call in way.to(services)}


def _beside(well: list[Way]) -> defaultdict[tuple[str, str], set[str]]:
    """The services that more than a few questions of each step call on a good day."""
    asked: defaultdict[tuple[str, str], list[Way]] = defaultdict(list)
    for each in well:
        asked[each.kind].append(each)
    beside: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, ways in asked.items():
        called = Counter(name for each in ways for name in {call["service"] for call in each.calls})
        beside[kind] = {name for name, times in called.items() if times > (1 - HABIT) * len(ways)}
    return beside


def _unjoined(record: Record, services: frozenset[str]) -> list[float]:
    """When calls began that went well, and belong to no question that is known."""
    rows = record.rows(
        "SELECT t FROM exchange WHERE canary IS NULL AND via <> 'inbound' AND status BETWEEN 200 AND 299 "
        "AND list_contains(?::VARCHAR[], service) ORDER BY t",
        [sorted(services)],
    )
    return [row["t"] for row in rows]


def _during(way: Way, times: list[float]) -> bool:
    at = bisect_left(times, way.t)
    return at < len(times) and times[at] <= way.t + way.row["duration"]


def told_of(answers: Answers) -> Iterator[Clause | None]:
    """The clauses that were put to the test, each judged by itself."""
    if answers.given:
        yield _disclosed(answers)
        yield _model(answers)
        yield _usage(answers)
    yield _not_disclosed(answers)


def _disclosed(answers: Answers) -> Clause | None:
    asked = [each for each in answers.given if each.row["disclosed"] is not None]
    return _share(answers, asked, _says_so, ("disclosed it", answers.where), _DISCLOSE)


def _not_disclosed(answers: Answers) -> Clause | None:
    asked = [each for each in answers.usual if each.row["disclosed"] is not None]
    where = f"where only {answers.wanted.primary} answered in healthy phases"
    return _share(answers, asked, lambda way: not _says_so(way), ("were not called a fallback's", where), _OWN)


def _says_so(way: Way) -> bool:
    return bool(way.row["disclosed"])


def _model(answers: Answers) -> Clause | None:
    """Who shows the same label on good days, and that one names no model, says nothing of who answered."""
    both = [*answers.usual, *answers.given]
    others = {model for each in both for model in _models(each, answers.primary) if model}
    labels = {each.row["model"] for each in answers.usual}
    right: dict[int, bool] = {}
    untold: list[Way] = []
    for each in answers.whole:
        calls = [call for call in each.to(answers.fallback) if call["good"]]
        shown = each.row["model"]
        if shown is None or not all(call["model"] for call in calls):
            continue
        answer = whose(shown, {call["model"] for call in calls}, others)
        given = any(is_given(call["service"], call["model"]) for call in calls)
        if (answer == "other's" and given) or (answer == "nobody's" and shown in labels):
            untold.append(each)
        else:
            right[each.row["r"]] = answer != "other's"
    if untold and not right:
        words = f"{untold[0].row['model']!r} is shown as the model {answers.where}, and names none that was called"
        return _open(words, untold, _NAME)
    asked = [each for each in answers.given if each.row["r"] in right]
    what = f"showed another model than {answers.wanted.primary}'s"
    return _share(answers, asked, lambda way: right[way.row["r"]], (what, answers.where), _MODEL)


def _usage(answers: Answers) -> Clause | None:
    """A figure counts where it is known to be a platform's: as on good days, or where nobody else was called."""
    alone = [each for each in answers.whole if not each.to(answers.primary)]
    usual = is_calibrated(answers.usual, answers.primary, ENOUGH, HABIT)
    known = is_calibrated(alone, answers.fallback, ENOUGH, HABIT)
    right: dict[int, bool] = {}
    untold: list[Way] = []
    for each in answers.whole:
        own = figures_of(each.to(answers.fallback))
        if each.row["usage"] is None or own is None:
            continue
        answer = judged(each.row["usage"], own, each.to(answers.primary), usual=usual, known=known)
        if answer is None:
            untold.append(each)
        else:
            right[each.row["r"]] = answer
    if untold and not right:
        words = f"{untold[0].row['usage']:,} tokens and the like are shown {answers.where}, and are no call's"
        return _open(words, untold, _COUNT)
    asked = [each for each in answers.given if each.row["r"] in right]
    what = "showed the tokens of its own calls"
    return _share(answers, asked, lambda way: right[way.row["r"]], (what, answers.where), _USAGE)


def _share(
    answers: Answers, asked: Sequence[Way], good: Callable[[Way], bool], words: tuple[str, str], advice: str
) -> Clause | None:
    """Which part of these is good; None where there are none."""
    if not asked:
        return None
    told = clauses.on_share(answers.case, TOLD, clusters(asked, good), *words)
    rows = proof(answers.case.record, asked, lambda way: not good(way))
    return replace(told, advice=advice, proof=lambda: tuple(map(_with_source, rows())))


def _with_source(shown: Evidence) -> Evidence:
    """The row in words, and what its user was told of who answered."""
    row, parts = shown.row, []
    if "model" in row:
        parts.append(f"shown as {row['model']}")
    if "usage" in row:
        parts.append(f"{row['usage']:,} tokens")
    if "disclosed" in row:
        parts.append("called a fallback's" if row["disclosed"] else "not called a fallback's")
    return replace(shown, text=f"{shown.text}; {', '.join(parts)}")


def _open(words: str, untold: list[Way], settle: str) -> Clause:
    finding = f"{words[:1].upper()}{words[1:]}: whether that is right cannot be told."
    return Clause(Status.UNKNOWN, words, finding, len(untold), settle=settle)


_DISCLOSE = (
    "Say with each answer that another model gave it: keep who answered beside the text, and hand both to whatever "
    "shows or stores it."
)
_OWN = "Take back that a fallback answers with the first answer that is the usual model's again."
_MODEL = "Take the model's name from the answer that is shown, and not from the settings of who was to give it."
_USAGE = "Take the usage from the call whose answer is shown; what failed before it is counted apart."
_NAME = "Let reply.model in brownout.yaml lead to the name of the model that answered, or leave it out."
_COUNT = "Let reply.usage in brownout.yaml lead to the platform's own count of tokens, or leave it out."
