"""The fidelity tables as Markdown, made from what was seen. Services where everything looked the same share a row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from fidelity.openings import Opening
from fidelity.run import CARRIERS, Cell
from fidelity.run_sdks import SdkCell
from fidelity.sdks import SDKS

_NAMES = {"http": "HTTP/1.1", "tls": "HTTP/1.1, TLS", "h2": "HTTP/2, TLS"}
_COLUMNS = [(carrier, stream) for stream in (False, True) for carrier in CARRIERS]
_NOTHING = "–"


def proved(cell: Cell, seen: str) -> bool:
    """Whether what was seen is what the fault promises."""
    return re.fullmatch(cell.claim or "", seen) is not None


def _lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _text(cell: Cell, seen: str) -> str:
    if not proved(cell, seen):
        return f"**not proved:** {seen}"
    # What comes with pauses may begin late as well, on a machine that is busy.
    return seen.replace(", late", "") if "with pauses" in seen else seen


def sockets(found: Mapping[Cell, str]) -> str:
    """What sockets saw: a row for each case and each group of services where all looked the same."""
    heads = [f"{'streamed' if stream else 'plain'}, {_NAMES[carrier]}" for carrier, stream in _COLUMNS]
    by_place: dict[str, dict[str, dict[tuple[str, bool], str]]] = defaultdict(lambda: defaultdict(dict))
    for cell, seen in found.items():
        by_place[cell.case.name][cell.service][cell.carrier, cell.stream] = _text(cell, seen)
    rows = []
    for case, by_service in by_place.items():
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for service, there in by_service.items():
            groups[tuple(there.get(column, _NOTHING) for column in _COLUMNS)].append(service)
        everybody = len(groups) == 1 and len(by_service) > 1
        rows += [[case, "all" if everybody else ", ".join(names), *row] for row, names in groups.items()]
    return _lines(["fault", "service", *heads], rows)


def sdks(found: Mapping[SdkCell, str]) -> str:
    """What SDKs raised: a row for each case, plain and streamed where they differ."""
    by_place: dict[str, dict[bool, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for cell, said in found.items():
        by_place[cell.case.name][cell.stream][cell.sdk] = said
    rows = []
    for case, by_kind in by_place.items():
        made = {kind: [said.get(sdk, _NOTHING) for sdk in SDKS] for kind, said in by_kind.items()}
        if made.get(False) == made.get(True):
            rows.append([case, "both", *made[True]])
        else:
            rows += [[case, "streamed" if kind else "plain", *row] for kind, row in made.items()]
    return _lines(["fault", "call", *SDKS], rows)


def openings(found: Mapping[Opening, Mapping[str, str]]) -> str:
    """What opening a connection came to."""
    rows = []
    for opening, by_platform in found.items():
        groups: dict[str, list[str]] = defaultdict(list)
        for platform, seen in by_platform.items():
            good = re.fullmatch(opening.claim, seen)
            groups[seen if good else f"**not proved:** {seen}"].append(platform)
        rows += [
            [opening.name, "all" if len(groups) == 1 else ", ".join(names), seen] for seen, names in groups.items()
        ]
    return _lines(["fault", "platform", "what the client saw"], rows)
