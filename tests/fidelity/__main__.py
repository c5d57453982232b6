"""A fresh run of every cell, printed as docs/wire-fidelity.md. Fails where a promise is broken or the page is stale."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from fidelity import page, table
from fidelity.openings import Opening, open_all
from fidelity.run import Cell, cells, look_at_all, platform
from fidelity.run_sdks import sdk_cells, try_all
from rich.console import Console
from rich.progress import Progress


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m fidelity", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/wire-fidelity.md instead of comparing with it")
    parser.add_argument("--only", default="", help="cases whose name holds this; nothing is compared or written")
    parser.add_argument("--no-sdks", action="store_true", help="sockets only; nothing is compared or written")
    return parser.parse_args()


def _broken(found: Mapping[Cell, str], opened: Mapping[Opening, Mapping[str, str]]) -> list[str]:
    """The promises that were not kept."""
    bad = [
        f"{cell.place}: {seen}; promised: {cell.claim}" for cell, seen in found.items() if not table.proved(cell, seen)
    ]
    for opening, by_platform in opened.items():
        bad += [
            f"{opening.name} | {platform}: {seen}; promised: {opening.claim}"
            for platform, seen in by_platform.items()
            if not re.fullmatch(opening.claim, seen)
        ]
    return bad


def main() -> int:
    """0 where all is proved and as the page says."""
    given = _arguments()
    chosen = [cell for cell in cells() if given.only in cell.case.name]
    by_sdk = [] if given.no_sdks else [cell for cell in sdk_cells() if given.only in cell.case.name]
    with tempfile.TemporaryDirectory() as folder, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cells", total=len(chosen) + len(by_sdk))
        with platform(Path(folder)) as proxy:
            found = look_at_all(proxy, chosen, lambda: bar.advance(task))
            raised = try_all(proxy, by_sdk, lambda: bar.advance(task))
            opened = open_all(proxy)
    found = {cell: found[cell] for cell in chosen}
    bad = _broken(found, opened)
    made = page.write({"sockets": table.sockets(found), "sdks": table.sdks(raised), "openings": table.openings(opened)})
    print(made)
    print(*bad, f"{len(chosen) - len(bad)} of {len(chosen)} cells proved", sep="\n", file=sys.stderr)
    if given.only or given.no_sdks:
        return 1 if bad else 0
    return _compare(made, given.write) or (1 if bad else 0)


def _compare(made: str, write: bool) -> int:
    if write:
        page.PAGE.write_text(made)
        return 0
    there = page.PAGE.read_text().splitlines() if page.PAGE.exists() else []
    changed = [line for line in made.splitlines() if line not in there]
    if changed:
        print("docs/wire-fidelity.md says otherwise; now:", *changed, "", sep="\n", file=sys.stderr)
        print("If that is meant: make fidelity ARGS=--write", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
