"""Who imports whom: the table of docs/architecture.md, held."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from support.pages import table

import brownout

SRC = Path(brownout.__file__).parent
PAGE = SRC.parents[1] / "docs" / "architecture.md"
FILES = {".".join(path.relative_to(SRC).with_suffix("").parts): path for path in sorted(SRC.rglob("*.py"))}
"""By dotted name below brownout; a package is ``NAME.__init__``."""
ROOMS = {name.partition(".")[0] for name in FILES}


def _rows() -> dict[str, frozenset[str]]:
    rows: dict[str, frozenset[str]] = {}
    for names, _, allowed in table(PAGE.read_text(), "room"):
        words = frozenset(re.findall(r"`(\w+)`", allowed))
        for name in re.findall(r"`(\w+)/?`", names):
            assert name not in rows, f"{name} has two rows"
            rows[name] = words
    return rows


ALLOWED = _rows()


def _file_of(module: str) -> str | None:
    """The file that holds a module or a name in one: ``faults.base`` of ``faults.base.Fault``."""
    parts = module.split(".")
    while parts:
        for name in (".".join(parts), ".".join([*parts, "__init__"])):
            if name in FILES:
                return name
        parts.pop()
    return None


def _imports(name: str) -> set[str]:
    """Files of brownout that a file imports: in functions and for types only, too."""
    found: set[str | None] = set()
    for node in ast.walk(ast.parse(FILES[name].read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "brownout":
            inside = node.module.removeprefix("brownout").lstrip(".")
            found |= {_file_of(f"{inside}.{alias.name}".lstrip(".")) or "__init__" for alias in node.names}
        elif isinstance(node, ast.Import):
            ours = [alias.name for alias in node.names if alias.name.partition(".")[0] == "brownout"]
            found |= {_file_of(each.removeprefix("brownout").lstrip(".")) or "__init__" for each in ours}
    return {each for each in found if each is not None} - {name}


GRAPH = {name: _imports(name) for name in FILES}


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Some circle of the graph; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_circle_is_found_where_there_is_one() -> None:
    assert circle({"a": "b", "b": "c", "c": ""}) == []
    assert circle({"a": "bc", "b": "d", "c": "d", "d": ""}) == []
    assert circle({"a": "b", "b": "c", "c": "b"}) in (["b", "c", "b"], ["c", "b", "c"])


def test_every_room_has_a_row_and_no_row_names_a_room_that_is_not_there() -> None:
    assert set(ALLOWED) == ROOMS
    assert set().union(*ALLOWED.values()) <= ROOMS


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    for name in (name for name in FILES if name.partition(".")[0] == room):
        rooms = {each.partition(".")[0] for each in GRAPH[name]} - {room, "__init__"}
        assert rooms <= ALLOWED[room], f"{name} imports {sorted(rooms - ALLOWED[room])}"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_what_a_room_may_import_it_does_import(room: str) -> None:
    mine = [name for name in FILES if name.partition(".")[0] == room]
    shared = {name for name, allowed in ALLOWED.items() if allowed == ALLOWED[room]}
    used = {each.partition(".")[0] for name in FILES if name.partition(".")[0] in shared for each in GRAPH[name]}
    assert mine
    assert ALLOWED[room] <= used, f"never imported: {sorted(ALLOWED[room] - used)}"


def test_rooms_do_not_go_round_in_a_circle() -> None:
    rooms: dict[str, set[str]] = {room: set() for room in sorted(ROOMS)}
    for name, imported in GRAPH.items():
        room = name.partition(".")[0]
        rooms[room] |= {each.partition(".")[0] for each in imported} - {room, "__init__"}
    assert circle(rooms) == []


def test_files_do_not_go_round_in_a_circle() -> None:
    assert circle({name: sorted(imported - {"__init__"}) for name, imported in GRAPH.items()}) == []


def test_proxy_load_and_standin_never_import_each_other() -> None:
    rooms = {"proxy", "load", "standin"}
    assert [ALLOWED[room] & rooms for room in sorted(rooms)] == [set(), set(), set()]
