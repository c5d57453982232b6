"""From a journal to a result: every expectation is put to its checker, and all that a report needs is counted."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from brownout import __version__
from brownout.checkers import CHECKERS
from brownout.checkers.base import Checker, Record
from brownout.checkers.deaths import deaths_in
from brownout.checkers.injection_proof import OWN
from brownout.checkers.rules import rule_results
from brownout.config.complaints import in_one_line
from brownout.expect import AnyExpect, Expectation
from brownout.journal import home_of
from brownout.judging import doubt, figures, guesses
from brownout.judging.carried import carried_into, excused
from brownout.judging.figures import lines_aside
from brownout.judging.record import open_record, set_aside
from brownout.judging.shadows import GUARDS, UNSEEN, cast_by, lead, under
from brownout.orders import KEPT
from brownout.result import Result
from brownout.verdict import ExitCode, Status, Verdict, exit_code, merge

_NEXT = {
    "stopped": None,
    "aborted": "Repair what ended the drill, or take the bound or the order back; then run it again.",
}
_EXPECTATION: TypeAdapter[AnyExpect] = TypeAdapter(Expectation, config=ConfigDict(defer_build=True))


def judge(path: Path) -> Result:
    """The result of the drill whose journal is at ``path`` (its folder, its journal folder, or one file).

    Raises FileNotFoundError where there is no journal, and reading.JournalError where it says nothing of its drill.
    """
    record = open_record(path)
    try:
        return _result(record, path)
    finally:
        record.db.close()


def verdicts(record: Record) -> tuple[Verdict, ...]:
    """What makes others void, the proof of injection, then every expectation of the profile, in its order.

    Takes out of the record what proves nothing any more.
    """
    expected = record.drill["expect"]
    guards = [verdict for name in GUARDS if (verdict := _ask(CHECKERS[name], record, None)).samples]
    proof = _ask(CHECKERS["injection_proof"], record, None)  # of all that happened, as the table of rules has it
    if record.end is not None and record.end.get("since") is not None:
        set_aside(record, record.end["since"])  # calls that were let go, and what their users met by that
    shadows = cast_by(record, guards)
    judged = [proof, *_answers(record, expected)]
    if all(_showed_nothing(verdict) for verdict in judged[1:]):
        judged.append(_nothing_shown(len(expected)))
    carried = carried_into(record)
    judged = [excused(record, carried, under(shadows, verdict)) for verdict in judged]
    if record.torn:
        judged = [_with_rows_missing(verdict, record) for verdict in judged]
    if outcome_of(record) != "completed":
        judged = [_cut_short(verdict, outcome_of(record)) for verdict in judged]
    return tuple(_with_own_ids([*guards, *judged]))


def expectation_of(item: dict[str, Any]) -> AnyExpect | None:
    """An item of ``expect`` as it stands in the drill row, or None for one that this version cannot read."""
    try:
        return _EXPECTATION.validate_python(item)
    except ValidationError:
        return None


def expectations_in(drill: Mapping[str, Any]) -> list[AnyExpect]:
    """What a drill row expects, as far as this version can read it."""
    read = map(expectation_of, drill["expect"])
    return [expectation for expectation in read if expectation is not None]


def _answers(record: Record, expected: Sequence[dict[str, Any]]) -> list[Verdict]:
    """The verdicts on all that is expected, each with its line in the profile where the drill row has that."""
    lines = chain(record.drill.get("expect_lines") or (), repeat(0))
    return [replace(_answer(record, item), line=line) for item, line in zip(expected, lines, strict=False)]


def _answer(record: Record, item: dict[str, Any]) -> Verdict:
    """The verdict on one item of ``expect``, as it stands in the drill row."""
    try:
        expectation = _EXPECTATION.validate_python(item)
    except ValidationError as error:
        name = str(item.get("check", "unnamed"))
        return _undecided(name, name, f"brownout {__version__} cannot read this expectation: {in_one_line(error)}")
    checker = CHECKERS[expectation.check]
    ask = partial(_ask, checker, record, expectation)
    return guesses.reconsider(record, doubt.reconsider(record, ask(), ask), ask)


def _ask(checker: Checker, record: Record, expectation: AnyExpect | None) -> Verdict:
    try:
        return checker.check(record, expectation)
    except Exception as error:
        what = expectation.id if expectation else checker.name
        verdict = _undecided(checker.name, what, f"The checker failed: {type(error).__name__}: {error}")
        return replace(verdict, journey=expectation.journey, during=expectation.during) if expectation else verdict


def _undecided(check: str, id: str, why: str) -> Verdict:
    return Verdict(check, id, Status.UNKNOWN, "could be judged", "could not be judged", why)


def _showed_nothing(verdict: Verdict) -> bool:
    return verdict.status is Status.SKIPPED or (verdict.status is Status.HELD and not verdict.samples)


def _nothing_shown(expected: int) -> Verdict:
    """A drill in which nothing could break is no proof that anything held."""
    why = (
        "None of the profile's expectations was put to the test by this scenario."
        if expected
        else "The app profile expects nothing, so nothing was judged."
    )
    return Verdict(
        check="expect",
        id="expect",
        status=Status.UNKNOWN,
        objective="at least one expectation put to the test",
        measured="none",
        finding=why,
        next_step="Add to expect in brownout.yaml what this scenario can show, for example "
        "{check: success, at_least: 90%} or {check: no_hang, within: 20s}.",
    )


def _cut_short(verdict: Verdict, outcome: str) -> Verdict:
    """What broke stays broken; what held might have broken later."""
    finding = f"The drill was {outcome} before its end; until then: {verdict.finding}"
    return _not_held(verdict, finding, _NEXT.get(outcome, "Run the drill again and let it end."))


def _with_rows_missing(verdict: Verdict, record: Record) -> Verdict:
    """What broke is proved by rows that are there; what held might have broken by those that are not."""
    finding = f"{lines_aside(record)} What stood there might have broken this. By the rest: {verdict.finding}"
    return _not_held(verdict, finding, "Run the drill again; nobody but brownout should write to its journal.")


def _not_held(verdict: Verdict, finding: str, next_step: str | None) -> Verdict:
    """UNKNOWN where it was HELD, as the drill did not see everything; every other verdict as it is."""
    if verdict.status is not Status.HELD:
        return verdict
    return replace(verdict, status=Status.UNKNOWN, void=True, finding=finding, next_step=next_step)


def _with_own_ids(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Two expectations about the very same thing are told apart by their order."""
    seen: Counter[str] = Counter()
    result = []
    for verdict in verdicts:
        seen[verdict.id] += 1
        again = seen[verdict.id] > 1
        result.append(replace(verdict, id=f"{verdict.id} ({seen[verdict.id]})") if again else verdict)
    return result


def outcome_of(record: Record) -> str:
    """How the drill ended: ``completed``, ``stopped``, ``interrupted``, ``failed``, or ``killed`` without a word."""
    return "killed" if record.end is None else str(record.end["outcome"])


def _headed(outcome: str, status: Status) -> Status:
    """What heads a drill: one in which a part of ours failed accuses nobody, though what broke before is told."""
    return Status.UNKNOWN if outcome == "failed" and status is Status.BROKEN else status


def _exit_code(outcome: str, status: Status) -> int:
    if outcome == "interrupted":
        return ExitCode.INTERRUPTED
    if outcome == "failed":
        # Whatever users met after a part of ours had failed proves nothing against the application.
        return ExitCode.HARNESS
    return exit_code(status)


def _result(record: Record, path: Path) -> Result:
    told = _told(record, path)
    answers = judged(record)
    status = _headed(told.outcome, merge(verdict.status for verdict in answers))
    code = _exit_code(told.outcome, status)
    answers = tuple(replace(each, again=_again(each, path, told.command)) for each in answers)
    return replace(told, verdicts=answers, status=status, exit_code=code, lead=lead(record, answers))


def _again(verdict: Verdict, path: Path, command: str) -> str:
    """What to type to see just this again; the whole drill, where nothing is left of it but the journal."""
    if verdict.status is not Status.BROKEN:
        return ""
    home = home_of(path)
    if not any((home / "orders").glob("proxy-*.json")):
        return command
    return shlex.join(["brownout", "replay", str(home), "--finding", verdict.id])


def judged(record: Record) -> tuple[Verdict, ...]:
    """The verdicts on what proves something against the application, and on nothing else; takes the rest out."""
    return verdicts(_ours(record))


def _ours(record: Record) -> Record:
    """The record that proves something against the application: a part of ours that died takes what follows with it."""
    died = record.value(
        f"SELECT min(t) FROM process WHERE {OWN} AND w = 'drill' AND event = 'exited' AND code IS DISTINCT FROM 0"
    )
    if outcome_of(record) == "failed" and died is not None:
        set_aside(record, died - UNSEEN)
    return record


def _why(record: Record) -> str:
    """Why it ended as it did, and what is lost by that."""
    if record.end is not None:
        return str(record.end.get("why", ""))
    why = "the drill was killed before it could write its end"
    was_ready = record.value("SELECT count(*) FROM process WHERE name = 'stand-in' AND event = 'ready'")
    return f"{why}; {KEPT} is gone with it" if was_ready else why


def _told(record: Record, path: Path) -> Result:
    """All that is on record, before it is judged."""
    drill, numbers = record.drill, figures.totals(record)
    return Result(
        brownout=__version__,
        scenario=drill["scenario"],
        title=drill.get("title", ""),
        app=drill.get("app", ""),
        seed=drill["seed"],
        speed=drill["speed"],
        started_at=drill["at"],
        duration=figures.duration(record),
        outcome=outcome_of(record),
        why=_why(record),
        status=Status.UNKNOWN,
        exit_code=ExitCode.UNKNOWN,
        command=_command(drill),
        journal=str(path),
        verdicts=(),
        phases=figures.phases(record),
        rules=rule_results(record),
        seconds=figures.seconds(record),
        sources=tuple(drill.get("sources", ())),
        totals=numbers,
        faults=figures.counts(record, "SELECT fault, count(*) FROM exchange WHERE injected GROUP BY fault"),
        outcomes=figures.counts(record, "SELECT outcome, count(*) FROM journey WHERE asks GROUP BY outcome"),
        by_phase=figures.by_phase(record),
        other_hosts=figures.other_hosts(record),
        notes=figures.notes(record, numbers),
        versions=drill.get("versions", {}),
        status_posts=figures.status_posts(record),
        zero=drill["zero"],
        looks=drill.get("looks") or 1,
        restarts=deaths_in(record).restarts,
        joins=figures.joins(record),
        app_file=drill.get("app_file", ""),
        scenario_file=drill.get("scenario_file", ""),
    )


def _command(drill: dict[str, Any]) -> str:
    """What to type to run this very drill again."""
    scenario = drill.get("scenario_file") or drill["scenario"]
    app = ["--app", drill["app_file"]] if drill.get("app_file") else []
    users = ["--users", str(drill["users"])] if drill.get("users") else []
    ways = [
        word
        for name, usual in (("proxies", 1), ("port", 0))
        if (value := drill.get(name) or usual) != usual
        for word in (f"--{name}", str(value))
    ]
    ways += ["--until-settled"] * ((drill.get("looks") or 1) > 1)
    rest = ["--seed", str(drill["seed"]), "--speed", f"{drill['speed']:g}", *users, *ways]
    return shlex.join(["brownout", "run", scenario, *app, *rest])
