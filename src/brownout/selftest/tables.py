"""The matrix as tables: rows of cells, for a terminal, a page and machines alike. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from brownout.library.pages import put_between
from brownout.selftest.defect import Defect
from brownout.selftest.matrix import CALM, COLUMNS, GUARDS, PLANTED, TWIN, Matrix

Row = tuple[str, ...]
HEAD: Row = ("defect", "check", "fault", "found", "said", "its twin", "without the fault")
MISTAKES: Row = ("defect", "what the application does wrong", "brought out by", "found by", "verdict", "found")
MARKS = {False: "selftest", True: "selftest under load"}
"""Between which comments of a page the tables of a quiet, or a loaded, machine stand."""


def defect_rows(matrix: Matrix, defects: Mapping[str, Defect]) -> Iterator[Row]:
    """A row for each defect that was played: how often it was found, and what was said of it and of its twin."""
    for name, defect in _played(matrix, defects):
        told = _of(matrix, name, PLANTED, GUARDS)
        twin, calm = _of(matrix, name, TWIN), _of(matrix, name, CALM)
        yield name, defect.check, defect.fault or "–", _hits(matrix, name), _said(told), _said(twin), _said(calm)


def mistake_rows(matrix: Matrix, defects: Mapping[str, Defect]) -> Iterator[Row]:
    """The same for readers who want to know what was planted."""
    for name, defect in _played(matrix, defects):
        told = _said(_of(matrix, name, PLANTED, GUARDS))
        yield f"`{name}`", defect.mistake, defect.fault or "nothing", f"`{defect.check}`", told, _hits(matrix, name)


def confusion_rows(matrix: Matrix) -> Iterator[Row]:
    """What was there, and which verdicts came."""
    for row, counts in matrix.confusion.items():
        yield row, *(str(counts[column]) for column in COLUMNS)


def problems(matrix: Matrix) -> Iterator[str]:
    """A sentence for each thing that is not as it should be, and for what the machine had no time for."""
    for accused in matrix.accused:
        yield f"accused: {accused.who} by {accused.check} ({accused.drill}, seed {accused.seed}): {accused.text}"
    for case in matrix.missed:
        yield f"missed: {case.defect.name} by {case.defect.check} (seed {case.seed}): {_in_words(case.answer.text)}"
    for case in matrix.unproved:
        yield f"no verdict: {case.defect.name} by {case.defect.check} (seed {case.seed}): {_in_words(case.answer.text)}"
    for verdict in matrix.silent:
        yield f"unexplained: {verdict} is UNKNOWN and does not say why"
    for busy in matrix.busy:
        yield f"the machine was busy: {busy}"


def markdown(head: Row, rows: Iterable[Row]) -> str:
    """Head and rows as a table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(matrix: Matrix, defects: Mapping[str, Defect]) -> str:
    """What stands between the marks of a page."""
    confusion = markdown(("what was there", *COLUMNS), confusion_rows(matrix))
    if matrix.loaded:
        return confusion
    return f"{markdown(MISTAKES, mistake_rows(matrix, defects))}\n\n{confusion}"


def put_into(text: str, matrix: Matrix, defects: Mapping[str, Defect]) -> str:
    """A page with these tables between its marks. Raises ValueError where it has none."""
    return put_between(text, MARKS[matrix.loaded], page(matrix, defects))


def as_json(matrix: Matrix, defects: Mapping[str, Defect]) -> dict[str, Any]:
    """All that the tables say, as plain values."""
    return {
        "exit_code": matrix.exit_code,
        "defects": [dict(zip(HEAD, row, strict=True)) for row in defect_rows(matrix, defects)],
        "confusion": {row: {name: counts[name] for name in COLUMNS} for row, counts in matrix.confusion.items()},
        "found": sum(case.hit for case in matrix.cases),
        "planted": len(matrix.cases),
        "problems": list(problems(matrix)),
    }


def _played(matrix: Matrix, defects: Mapping[str, Defect]) -> Iterator[tuple[str, Defect]]:
    names = {case.defect.name for case in matrix.cases}
    return ((name, defect) for name, defect in defects.items() if name in names)


def _of(matrix: Matrix, name: str, *rows: str) -> Counter[str]:
    return sum((matrix.told.get((name, row), Counter()) for row in rows), Counter[str]())


def _hits(matrix: Matrix, name: str) -> str:
    mine = [case.hit for case in matrix.cases if case.defect.name == name]
    return f"{sum(mine)} of {len(mine)}"


def _said(counts: Counter[str]) -> str:
    """The verdicts, the most frequent first; with numbers where they differ."""
    if len(counts) <= 1:
        return next(iter(counts), "–")
    return ", ".join(f"{amount} {status}" for status, amount in counts.most_common())


def _in_words(text: str) -> str:
    return text.strip(": ") or "nothing was said"
