"""Can every accepted message be read afterwards, in order, once, and nobody else's?"""

from __future__ import annotations

from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.checkers.conversations import Looks, advice
from brownout.checkers.failed_turns import Turns, turns
from brownout.expect import AnyExpect, HistoryKept
from brownout.verdict import Verdict

_ADVICE = "Store the user's message before calling the platform, in a store of your own; keep it when the call fails."
_SAID = (
    "Store what the user says before anything else can fail, and keep it where its turn fails or is refused: shown as "
    "not answered, with a way to send it again, so that nobody has to write it once more."
)
_OLD = (
    "Find which copy was shown: a cache, a replica, a page made earlier. Show what is in the store that took the "
    "messages, or say that this is an old version."
)


class HistoryKeptChecker:
    """What users found when they looked at their conversation again."""

    name = "history_kept"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one lost, doubled, misplaced or foreign message; UNKNOWN where nobody looked."""
        assert isinstance(expectation, HistoryKept)
        whole = expectation.keeps == "said"
        what = "everything that was said" if whole else "every accepted message"
        objective = f"{what} can be read afterwards, in order, once, by its user only"
        case = Case(record, expectation, objective, edges=False)
        if (unreached := case.unreached()) is not None:
            return unreached
        failed = turns(case) if whole else Turns()
        looks = Looks(case, "history", gone=failed.gone)
        figures = looks.figures()
        if not figures["n"]:
            return case.unknown(
                "no history was read",
                "No user looked at a conversation afterwards, so it is not known whether messages were kept.",
                next_step="Add a history section to the journey in brownout.yaml: where to read the conversation.",
            )
        gone = f", {len(failed.gone):,} of {count(failed.number, 'failed turn')} left no trace of what was said"
        measured = (
            f"{figures['bad']:,} of {count(figures['n'], 'look')} found damage, {figures['acknowledged']:,} accepted"
            f"{gone if whole else ''}"
        )
        if figures["bad"]:
            return _broken(looks, figures, measured)
        if not figures["acknowledged"] and not failed.number:
            return case.unknown(measured, "The application accepted no message, so there was none to keep.")
        finding = f"All {count(figures['acknowledged'], 'accepted message')} could be read again by their own users"
        more = f", and what was said in {count(failed.number, 'turn')} that failed" if failed.number else ""
        return case.held(measured, f"{finding}{more}.", samples=figures["n"])


def _broken(looks: Looks, figures: dict[str, int], measured: str) -> Verdict:
    own = figures["missing"] + figures["duplicated"] + figures["reordered"] + figures["foreign"] + figures["errors"]
    return looks.case.broken(
        measured,
        _finding(looks, figures),
        samples=figures["n"],
        evidence=looks.proof(),
        next_step=advice(figures, _ADVICE, _OLD) if own or figures["unreadable"] else _SAID,
    )


def _finding(looks: Looks, figures: dict[str, int]) -> str:
    parts = looks.damage(figures)
    if figures["unreadable"]:
        parts.append(f"{count(figures['unreadable'], 'look')} could not read it at all")
    return (
        f"{figures['bad']:,} of {count(figures['n'], 'look')} at a conversation found it damaged: {', '.join(parts)}."
    )
