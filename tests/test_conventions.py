"""What CONTRIBUTING promises about the shape of the project, held by tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from brownout.checkers import CHECKERS
from brownout.dialects import DIALECTS
from brownout.faults import FAULTS
from brownout.library.library import scenarios
from brownout.report import RENDERERS

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "brownout"
DOCS = ROOT / "docs"
MODULES = sorted(path for path in SRC.rglob("*.py") if "_bundled" not in path.parts)
BY_PATH = sorted([*(ROOT / "proxy_addons").glob("*.py"), *(ROOT / "loadtests").glob("*.py")])


@cache
def _tree(path: Path) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse(path.read_text())


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a file, methods among them."""
    return (node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _at(path: Path, line: int, what: str) -> str:
    """A place that somebody can click on."""
    return f"{path.relative_to(ROOT)}:{line}: {what}"


def _imports(path: Path) -> set[str]:
    """Modules named by any import statement of a file, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize(("engine", "room"), [("mitmproxy", "proxy"), ("locust", "load"), ("gevent", "load")])
def test_each_engine_has_its_own_room(engine: str, room: str) -> None:
    importers = {
        path.relative_to(SRC).parts[0] for path in MODULES if any(n.split(".")[0] == engine for n in _imports(path))
    }

    assert importers <= {room}


@pytest.mark.parametrize(
    "module", ["brownout", "brownout.cli", "brownout.pytest_plugin", "brownout.checkers", "brownout.report"]
)
def test_the_light_part_imports_no_engine(module: str) -> None:
    code = f"import {module}, sys; print([n for n in ('mitmproxy', 'locust', 'gevent', 'aiohttp') if n in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert result.stdout.strip() == "[]"


def test_the_pytest_plugin_is_cheap_to_have_installed() -> None:
    heavy = ("pydantic", "duckdb", "jinja2", "typer")
    code = f"import brownout.pytest_plugin, sys; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_has_its_file_test_and_docs(name: str) -> None:
    assert FAULTS[name].__module__ == f"brownout.faults.{name}"
    assert (ROOT / "tests" / "faults" / f"test_{name}.py").is_file()
    assert f"\n## {name}\n" in (DOCS / "faults.md").read_text()
    assert FAULTS[name].__doc__


@pytest.mark.parametrize("name", sorted(CHECKERS))
def test_every_checker_has_its_file_test_and_docs(name: str) -> None:
    assert (SRC / "checkers" / f"{name}.py").is_file()
    assert (ROOT / "tests" / "checkers" / f"test_{name}.py").is_file()
    assert f"\n## {name}\n" in (DOCS / "checkers.md").read_text()


@pytest.mark.parametrize("registry", [FAULTS, CHECKERS, DIALECTS])
def test_registries_are_alphabetical(registry: dict[str, object]) -> None:
    assert list(registry) == sorted(registry)


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_every_renderer_has_its_file_and_test(name: str) -> None:
    assert (SRC / "report" / f"{name}.py").is_file() or (SRC / "report" / f"{name}_report.py").is_file()
    assert list((ROOT / "tests" / "report").glob(f"test_{name}*.py"))


def test_every_service_is_documented() -> None:
    text = (DOCS / "providers.md").read_text()

    assert [name for name in DIALECTS if f"`{name}`" not in text] == []


def test_every_shipped_scenario_loads_under_its_own_name() -> None:
    listed = {name for name, *_ in scenarios()}

    assert listed == {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert "baseline" in listed


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scenario_names_its_schema(path: Path) -> None:
    assert path.read_text().startswith("# yaml-language-server: $schema=")


@pytest.mark.parametrize("path", BY_PATH, ids=lambda path: path.name)
def test_a_script_loaded_by_path_is_short_and_shadows_nothing(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 15
    assert text.startswith('"""Run as follows: ')
    assert path.stem not in {"brownout", "locust", "mitmproxy"} | set(sys.stdlib_module_names)


def test_files_are_of_a_size_one_can_read() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in MODULES}

    assert [_at(path, size, "split this file") for path, size in sizes.items() if size > 300] == []


def test_functions_are_of_a_size_one_can_read() -> None:
    long = []
    for path in MODULES:
        for node in _functions(path):
            documented = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1 if documented else 0]  # a command's options and its help are no code
            if (node.end_lineno or 0) - first.lineno >= 40:
                long.append(_at(path, node.lineno, node.name))

    assert long == []


def test_nine_of_ten_functions_fit_in_fifteen_lines() -> None:
    sizes = sorted((node.end_lineno or 0) - node.lineno + 1 for path in MODULES for node in _functions(path))

    assert sizes[len(sizes) * 9 // 10] <= 15


def test_public_things_say_what_they_are() -> None:
    silent = [
        _at(path, getattr(node, "lineno", 1), getattr(node, "name", path.stem))
        for path in MODULES
        for node in [_tree(path), *_tree(path).body]
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
    ]

    assert silent == []


SAYS_NOTHING = frozenset({"found", "kept", "one", "said"})
"""Names that say that there is something, and not what. Fields of rows may bear them."""


def _names(path: Path) -> list[tuple[int, str]]:
    """Variables and arguments of a file, with their lines."""
    nodes = list(ast.walk(_tree(path)))
    fields = {
        id(field.target)
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for field in node.body
        if isinstance(field, ast.AnnAssign)
    }
    stored = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    variables = [(node.lineno, node.id) for node in stored if id(node) not in fields]
    return variables + [(node.lineno, node.arg) for node in nodes if isinstance(node, ast.arg)]


def test_variables_say_what_they_hold() -> None:
    assert [_at(path, line, name) for path in MODULES for line, name in _names(path) if name in SAYS_NOTHING] == []


def test_a_docstring_of_a_function_says_more_than_its_name() -> None:
    """A method that does what its protocol says, and no more, has none."""
    docstrings = [(path, node, ast.get_docstring(node)) for path in MODULES for node in _functions(path)]

    assert [
        _at(path, node.lineno, node.name) for path, node, words in docstrings if words and len(words.split()) <= 5
    ] == []


PURE = ("calls", "dialects", "effects.py", "exchange.py", "faults", "rule.py", "scenario.py", "wire")
"""What is the same in every run; ``deciding`` too, but for the one file that asks what time it is."""


def _pure() -> list[Path]:
    files = [path for name in PURE for path in ([SRC / name] if name.endswith(".py") else (SRC / name).rglob("*.py"))]
    return sorted([*files, *(path for path in (SRC / "deciding").glob("*.py") if path.stem != "decider")])


def _asks_the_clock(path: Path) -> bool:
    attributes = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)]
    asked = {node.attr for node in attributes if isinstance(node.value, ast.Name) and "date" in node.value.id}
    return bool(asked & {"now", "utcnow", "today"})


def test_decisions_draw_no_luck_and_read_no_clock() -> None:
    assert len(_pure()) > 100
    assert [str(path) for path in _pure() if _imports(path) & {"random", "time", "secrets", "uuid"}] == []
    assert [str(path) for path in _pure() if _asks_the_clock(path)] == []


def test_docs_link_only_to_pages_that_exist() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md"), *(ROOT / "examples").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
