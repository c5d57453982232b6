"""Journals: a drill written by hand, damaged as disks and editors do, is judged or refused in one line."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from support.journals import EXPECTATION, LOOSELY, Handwritten, rule

from brownout import events
from brownout.report import EXTRAS, RENDERERS
from fuzz.mutations import LONG, ODD, mutated, rows
from fuzz.target import Fell, Target
from fuzz.texts import said_by

_EXPECT: tuple[dict[str, Any], ...] = (
    {"check": "success", "at_least": 0.9, "min_samples": 1, **LOOSELY},
    {"check": "latency", "p95": 2.0, **LOOSELY},
    {"check": "first_token", "p95": 2.0, **LOOSELY},
    {"check": "failover", "at_least": 0.5, **LOOSELY},
    {"check": "retry_amplification", "at_most": 2.0, **LOOSELY},
    {"check": "recovery", "within": 5.0},
    {"check": "told_in_time"},
    {"check": "no_hang", "within": 5.0},
    {"check": "cost", "at_most": "1.5x"},
    {"check": "breaker", "primary": "openai.chat"},
    *({"check": name} for name in (
        "answered_once", "blame", "bulkhead", "context_kept", "export_complete", "history_kept", "honest_errors",
        "no_duplicate_effects", "no_futile_retries", "no_leaks", "resources", "retry_after_honoured", "storm",
        "whole_answers",
    )),
)  # fmt: skip
_TOKENS = (
    b"\n", b"\n\n", b"\r\n", b"\0", b"{", b"}", b"[", b'"', b",", b"null", b"1e999", b"NaN", b"\xff",
    b'{"v":2,"kind":"x"}\n', b"\xef\xbb\xbf",
)  # fmt: skip
_TIMES = (-1e6, 0.0, 1e-9, 999.0, 1001.0, 1015.0, 1015.5, 1059.9, 1e6)
_HUGE = ("é" * LONG, list(range(3000)), {str(number): number for number in range(3000)}, 2**63, -(2**63))
FORMATS: Final = tuple(name for name in RENDERERS if not RENDERERS[name].is_folder and name not in EXTRAS)
"""All that are one file and need nothing besides, at once: judging anew for each takes too long."""
GROUPS: Final = 4
"""So many drills have the checks among them: one with all takes seconds to be judged."""


@cache
def whole(group: int = 0) -> bytes:
    """The journal of a drill that has something of everything: lines of JSON. Each group has some of all checks."""
    with TemporaryDirectory(prefix="brownout-fuzz-") as name:
        drill = Handwritten(Path(name))
        drill.drill |= {"rules": [rule()], "expect": [_item(each) for each in _EXPECT[group::GROUPS]]}
        drill.channel()
        drill.before(0.5, 0)
        drill.asks(1, ["ok", "ok", "ok"], canary="bo-healthy")
        for second, outcome in enumerate(["ok", "error", "hung", "refused", "ok"], 11):
            canary = f"bo-{second:012d}"
            drill.exchange(second, canary, "server_error" if second % 2 else None)
            drill.ask(second, outcome, canary, user=second)
            drill.says(second, canary, outcome)
            drill.webhook(second, canary)
            drill.tool(second, canary)
        drill.history(40, missing=["bo-a"])
        drill.export(41)
        drill.chat(42, ["bo-a"])
        drill.effects(43, made=2)
        drill.add(events.Users(3), events.OtherHost("example.com"), events.Process("load", "ready"))
        return (drill.write() / "journal" / "drill.jsonl").read_bytes()


def _item(item: dict[str, Any]) -> Any:
    return EXPECTATION.validate_python(item).model_dump(mode="json")


class Journals(Target):
    """A journal of one file, judged and told in every format of one file by ``brownout report``."""

    name, suffix, kind = "journal", ".jsonl", "journals"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "journal" / "drill.jsonl"
        self.path.parent.mkdir(parents=True)

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        drills = [whole(group) for group in range(GROUPS)]
        read = [[json.loads(line) for line in drill.splitlines()] for drill in drills]
        damaged = rows(read, (*ODD, *_HUGE, *_TIMES)).map(_lines)
        moved = st.permutations(read[0][1:]).map(lambda others: _lines([read[0][0], *others]))
        torn = mutated(drills, _TOKENS) | mutated([*drills, *corpus], _TOKENS)
        return st.integers(0, 4).flatmap(lambda draw: (torn, moved, damaged)[min(draw, 2)])

    def check(self, case: bytes) -> None:
        self.path.write_bytes(case)
        with patch("brownout.report.STANDARD", FORMATS):
            code, _, err = said_by("report", str(self.folder), "--out", str(self.folder / "out"))
        if code == 2:
            if len(err.splitlines()) != 1 or not err.startswith(str(self.folder)):
                raise Fell(f"refused without one line and a place: {err[:200]!r}")
            return
        _judged(json.loads((self.folder / "out" / "result.json").read_bytes()), code)
        json.loads((self.folder / "out" / "brownout.sarif").read_bytes())
        for name in ("junit.xml", "timeline.svg"):
            ElementTree.parse(self.folder / "out" / name)


def _judged(result: dict[str, Any], code: int) -> None:
    failed = [each["finding"] for each in result["verdicts"] if "The checker failed" in each["finding"]]
    if failed:
        raise Fell(f"a checker failed: {failed[0][:200]}")
    held = [each["id"] for each in result["verdicts"] if each["status"] == "HELD"]
    if result["totals"]["torn"] and held:
        raise Fell(f"HELD with rows missing: {held}")
    if code not in (0, 1, 3, 4):
        raise Fell(f"exit code {code} of report")


def _lines(rows: Any) -> bytes:
    return b"".join(_encoded(rows))


def _encoded(rows: Any) -> Iterator[bytes]:
    for row in rows if isinstance(rows, list) else [rows]:
        yield json.dumps(row, default=str).encode("utf-8", "surrogatepass") + b"\n"
