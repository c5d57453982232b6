"""What CONTRIBUTING promises about the shape of the project, held by tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
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


def _imports(path: Path) -> set[str]:
    """Modules named by any import statement of a file, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_files_and_functions_are_of_a_size_one_can_read(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 300, "split this file"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1 if documented else 0]  # a command's options and its help are no code
            assert (node.end_lineno or 0) - first.lineno < 40, f"{node.name} is too long"


def test_nine_of_ten_functions_fit_in_fifteen_lines() -> None:
    sizes = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert sizes[len(sizes) * 9 // 10] <= 15


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_public_things_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text())
    public = [
        node
        for node in [tree, *tree.body]
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not getattr(node, "name", "").startswith("_")
    ]

    assert [getattr(node, "name", path.stem) for node in public if not ast.get_docstring(node)] == []


SAYS_NOTHING = frozenset({"found", "kept", "one", "said"})
"""Names that say that there is something, and not what. Fields of rows may bear them."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_variables_say_what_they_hold(path: Path) -> None:
    tree = ast.parse(path.read_text())
    fields = {
        id(field.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for field in node.body
        if isinstance(field, ast.AnnAssign)
    }
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    variables = [(node.lineno, node.id) for node in stored if id(node) not in fields]
    arguments = [(node.lineno, node.arg) for node in ast.walk(tree) if isinstance(node, ast.arg)]

    assert [(line, name) for line, name in sorted(variables + arguments) if name in SAYS_NOTHING] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_docstring_of_a_function_says_more_than_its_name(path: Path) -> None:
    """A method that does what its protocol says, and no more, has none."""
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    docstrings = [(node.name, ast.get_docstring(node)) for node in functions]

    assert [name for name, words in docstrings if words is not None and len(words.split()) <= 5] == []


PURE = ("calls", "dialects", "effects.py", "exchange.py", "faults", "rule.py", "scenario.py", "wire")
"""What is the same in every run; ``deciding`` too, but for the one file that asks what time it is."""


def _pure() -> list[Path]:
    files = [path for name in PURE for path in ([SRC / name] if name.endswith(".py") else (SRC / name).rglob("*.py"))]
    return sorted([*files, *(path for path in (SRC / "deciding").glob("*.py") if path.stem != "decider")])


@pytest.mark.parametrize("path", _pure(), ids=lambda path: str(path.relative_to(SRC)))
def test_decisions_draw_no_luck_and_read_no_clock(path: Path) -> None:
    attributes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
    asked = {node.attr for node in attributes if isinstance(node.value, ast.Name) and "date" in node.value.id}
    assert not _imports(path) & {"random", "time", "secrets", "uuid"}
    assert not asked & {"now", "utcnow", "today"}


def test_docs_link_only_to_pages_that_exist() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md"), *(ROOT / "examples").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
