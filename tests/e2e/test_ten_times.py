"""The same drill again and again: a verdict may stay open, and never flips between HELD and BROKEN."""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from support.drills import a_desk
from support.fixes import SOME
from support.seeds import elsewhere

pytestmark = [pytest.mark.e2e, pytest.mark.heavy, pytest.mark.timeout(1200)]

TIMES = int(os.environ.get("BROWNOUT_TIMES", "10"))


def _statuses(folder: Path, chat: str) -> dict[str, str]:
    """What one drill of it says, by the verdict's id."""
    folder.mkdir()
    with a_desk(folder) as desk:
        desk.write("brownout.yaml", elsewhere(f"examples/{chat}/brownout.yaml"))
        desk.write("some-of-it.yaml", SOME)
        done = desk.brownout("run", "some-of-it.yaml", "--out", "out", timeout=110)
        assert done.returncode in (0, 1, 3), done.stdout + done.stderr
        return {verdict["id"]: verdict["status"] for verdict in desk.result()["verdicts"]}


def _table(seen: dict[str, Counter[str]]) -> str:
    words = ("HELD", "BROKEN", "UNKNOWN", "SKIPPED")
    rows = [[name, *(str(counts[word]) for word in words)] for name, counts in sorted(seen.items())]
    return "\n".join(" | ".join(row) for row in [["verdict", *words], *rows])


@pytest.mark.parametrize("chat", ["fragile_chat", "sturdy_chat"])
def test_the_same_drill_never_holds_and_breaks_the_same(
    tmp_path: Path, chat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number in range(TIMES):
        for name, status in _statuses(tmp_path / str(number), chat).items():
            seen[name][status] += 1

    with capsys.disabled():
        sys.stdout.write(f"\n{chat}, {TIMES} times\n{_table(seen)}\n")
    assert not [name for name, counts in seen.items() if counts["HELD"] and counts["BROKEN"]], _table(seen)
    assert any(counts["HELD"] for counts in seen.values())
    assert any(counts["BROKEN"] for counts in seen.values()) is (chat == "fragile_chat"), _table(seen)
