"""What is seen of one kill, as it was: processes, exit codes, and the bytes of the journal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from brownout.journal import parse
from kills.points import Point

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """One drill, and what became of it.

    ``killed`` is the monotonic second of the kill, None where its victim was gone by then. ``exit`` is the drill's exit
    code, None where it did not end in time; ``took`` how many seconds passed from the kill until nothing of it ran.
    ``files`` is the journal by writer, ``before`` the same at the moment of the kill. ``result`` is what the drill
    wrote for machines, ``report`` what 'brownout report' says of the journal afterwards, with the exit code ``judged``.
    """

    point: Point
    killed: float | None
    exit: int | None
    took: float
    survivors: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    before: Mapping[str, bytes] = field(default_factory=dict)
    result: Mapping[str, Any] | None = None
    report: Mapping[str, Any] | None = None
    judged: int = 2

    @cached_property
    def rows(self) -> list[Row]:
        """All whole rows, in the order of time."""
        found = (parse(line) for data in self.files.values() for line in data.splitlines())
        return sorted((row for row in found if row is not None), key=lambda row: float(row["t"]))

    def of(self, kind: str, **more: Any) -> list[Row]:
        """The rows of a kind with these values."""
        wanted = {"kind": kind, **more}
        return [row for row in self.rows if all(row.get(name) == value for name, value in wanted.items())]

    @cached_property
    def torn(self) -> int:
        """Last lines without their end."""
        return sum(bool(data) and not data.endswith(b"\n") for data in self.files.values())

    @cached_property
    def spoilt(self) -> int:
        """Lines with an end that are no rows."""
        whole = (line for data in self.files.values() for line in data.split(b"\n")[:-1])
        return sum(parse(line) is None for line in whole)

    @property
    def zero(self) -> float | None:
        """When the timeline began, or would have."""
        drill = self.of("drill")
        return float(drill[0]["zero"]) if drill else None

    @property
    def end(self) -> Row | None:
        """The last row."""
        return next(iter(self.of("end")), None)

    @property
    def outcome(self) -> str:
        """How the drill ended, as its journal has it."""
        return "killed" if self.end is None else str(self.end["outcome"])

    @property
    def verdicts(self) -> list[Row]:
        """The verdicts of the report."""
        return list(self.report["verdicts"]) if self.report else []

    @property
    def status(self) -> str:
        """The verdict on the drill; a dash where there is no journal."""
        return str(self.report["status"]) if self.report else "–"

    @property
    def deaths(self) -> list[Row]:
        """The drill's word on the parts of ours that ended by themselves, and not well."""
        return [
            row
            for row in self.of("process", event="exited", w="drill")
            if row["name"] != "application" and row["code"] != 0
        ]

    def spoke(self, part: str) -> bool:
        """Whether a part wrote its own end: nothing of what it saw can be missing."""
        return bool(self.of("process", event="exited", name=part, w=part))

    @property
    def load_ended(self) -> float | None:
        """When the last user was done, as the load has it."""
        said = [row for row in self.of("process", event="exited", name="load", code=0) if row["w"] != "drill"]
        return float(said[0]["t"]) if said else None
