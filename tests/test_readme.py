"""What the pages tell a reader to type works, and every YAML example in them is right."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from support.pages import PAGES, ROOT, Block, Command, blocks, commands, section, table

from brownout.checkers import CHECKERS
from brownout.cli import app
from brownout.commands.lint import check
from brownout.config.yamlfile import parse
from brownout.faults import FAULTS
from brownout.library.library import load_profile, load_scenario, scenarios
from brownout.library.pages import matching
from brownout.scenario import Scenario
from brownout.services import BUILT_IN
from brownout.verdict import ExitCode

README = ROOT / "README.md"
# Files that a reader has and we have not.
READERS = {"brownout.yaml", "scenarios/", "shop/brownout.yaml"}
TRIED = {"list", "show"}
COMMANDS = list(commands())
SOURCE = {"url": "https://status.example.com/1", "fact": "made up for a page"}
STEP = {"name": "ask", "post": "/chat", "json": {"text": "{{ message }}"}, "reply": {"json": "answer"}}
PROFILE: dict[str, Any] = {
    "name": "shop",
    "url": "http://127.0.0.1:8000",
    "journeys": {"ask": {"steps": [STEP]}},
    "expect": [{"check": "success", "at_least": "80%"}],
}
# Whatever an expectation on a page looks at, some journey of its application has it.
READ = {"get": "/chat", "messages": "messages"}
OTHER = {**STEP, "name": "other", "instead_of": "ask", "reply": {"sse": "delta"}}
WHOLE: dict[str, Any] = {
    **PROFILE,
    "webhooks": {"whatsapp": {"url": "/hook", "secret": "test-app-secret"}},
    "journeys": {
        "chat": {
            "patience": "30s",
            "notice": "leaves WhatsApp",
            "conversation": "user",
            "steps": [{"name": "ask", "whatsapp": {"text": "{{ message }}"}}, OTHER],
            "history": READ,
            "export": READ,
            "effects": {"get": "/orders", "items": "orders"},
        }
    },
}


def ours(name: str) -> list[Any]:
    """The command lines of one program, for parametrize."""
    return [pytest.param(each, id=str(each)) for each in COMMANDS if each.words[0] == name]


def parsed(command: Command) -> tuple[str, dict[str, Any]]:
    """A brownout command and its parameters, as the command line reads them; nothing is run."""
    name, *arguments = command.words[1:]
    group: Any = typer.main.get_command(app)
    found = group.get_command(None, name)
    assert found is not None, f"{command}: there is no such command"
    return name, found.make_context(f"brownout {name}", list(arguments)).params


def of(block: Block, name: str) -> bool:
    """Whether a file that a command names is there: seen from the checkout, from its page, or at the reader's."""
    return name in READERS or (ROOT / name).exists() or (block.page.parent / name).exists()


def test_every_command_line_is_of_a_kind_that_is_checked_here() -> None:
    known = {"brownout", "make", "pip", "pipx", "pytest", "python", "OPENAI_API_KEY=sk-…"}

    assert [str(each) for each in COMMANDS if each.words[0] not in known] == []
    assert {each.words[0] for each in COMMANDS} >= {"brownout", "make", "pytest"}


@pytest.mark.parametrize("command", ours("brownout"))
def test_a_brownout_command_is_one(command: Command) -> None:
    name, given = parsed(command)
    named = given.get("scenarios") or [given["scenario"]] if {"scenario", "scenarios"} & set(given) else []
    shipped = {one.name for one in scenarios()}
    if name == "show":
        assert given["name"] in {*shipped, *FAULTS, *CHECKERS, *BUILT_IN.by_name} or matching(given["name"])

    for scenario in named:
        assert scenario in shipped, f"{command}: no scenario {scenario!r}"
    phase = given.get("phase")
    assert phase is None or phase in {each.phase for each in load_scenario(named[0]).timeline}
    for path in [given.get("app"), *(given.get("paths") or [])]:
        if name == "lint" and str(path) in shipped:
            continue
        assert path is None or of(command.block, str(path)) or name == "run", f"{command}: no file {path}"
        file = ROOT / str(path)
        if path is not None and file.is_file():
            load_profile(file)


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.words[0] == "brownout" and each.words[1] in TRIED], ids=str
)
def test_a_command_that_is_quick_is_tried(command: Command, tmp_path: Path) -> None:
    run = [sys.executable, "-m", *command.words]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == ExitCode.HELD, done.stderr
    assert done.stdout.strip()
    assert done.stderr == ""


@pytest.mark.parametrize("command", ours("make"))
def test_make_has_this_target(command: Command) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(command.words[1:]) <= targets


@pytest.mark.parametrize("command", [*ours("pip"), *ours("pipx")])
def test_what_is_installed_has_these_extras(command: Command) -> None:
    extras = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])
    asked = [name for word in command.words for name in ",".join(re.findall(r"\[(.+)\]", word)).split(",") if name]

    assert command.words[1] == "install"
    assert set(asked) <= extras


def test_what_an_index_will_have_is_never_said_to_be_there_today() -> None:
    """``brownout[engine]`` is a name in an index; what works today names a checkout."""
    installing = section(README, "Installing")
    lines = [(page, line) for page in PAGES for line in page.read_text().replace(installing, "").splitlines()]
    by_name = [
        f"{page.name}: {line}" for page, line in lines if re.search(r"(?<![/\w])brownout\[|install brownout", line)
    ]

    assert [line for line in by_name if "index" not in line] == []
    assert [str(each) for each in COMMANDS if each.words[0] in ("pip", "pipx") and "brownout[" in str(each)] == []


def test_the_readme_installs_from_a_checkout_and_from_an_index() -> None:
    rows = table(section(README, "Installing"), "shape")

    assert [row[2] for row in rows] == ["`pip install .`", "`pipx install '.[engine]'`"]
    assert [row[3] for row in rows] == ["`pip install brownout`", "`pipx install 'brownout[engine]'`"]


@pytest.mark.parametrize("command", ours("pytest"))
def test_pytest_knows_these_options(command: Command) -> None:
    plugin = (ROOT / "src" / "brownout" / "pytest_plugin.py").read_text()
    words = [word.partition("=")[0] for word in command.words if word.startswith("--")]

    assert words
    for word in words:
        assert f'addoption("{word}"' in plugin
    for path in (word for word in command.words[1:] if "/" in word):
        assert of(command.block, path)


def value_of(block: Block) -> Any:
    """An example's value, as brownout reads YAML: in which ``on`` is a word."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "example.yaml"
        file.write_text("value:\n" + textwrap.indent(block.text, "  "))
        return parse(file).value["value"]


def completed(value: Any) -> dict[str, Any]:
    """An example as a whole file: what its page leaves out is added. Raises ValueError for one of no known kind."""
    rules = {"phase": "outage", "lasts": "10m", "impact": "major_outage"}
    whole: dict[str, Any] = {"brownout": 1, "name": "example", "title": "An example", "sources": [SOURCE]}
    if isinstance(value, list) and all("fault" in item for item in value):
        # Each by itself: an example does not say that its rules stand in one phase.
        phases = [{**rules, "phase": f"outage-{number}", "rules": [rule]} for number, rule in enumerate(value)]
        return {**whole, "timeline": phases, "channels": {"whatsapp": {"deadline": "5m"}}}
    if isinstance(value, list) and all("phase" in item for item in value):
        return {**whole, "timeline": value}
    if isinstance(value, list) and all("check" in item for item in value):
        return {**WHOLE, "expect": value}
    if not isinstance(value, dict):
        raise ValueError("neither rules, phases, expectations, a scenario nor a profile")
    if "timeline" in value or "brownout" in value:
        return {**whole, **value}
    if set(value) == {"channels"}:
        return {**whole, **value, "timeline": [{**rules, "lasts": "24h"}]}
    if set(value) == {"expect"}:
        return {**WHOLE, **value}
    known = {"abort", "expect", "load", "journeys", "max_active_faults", "platforms", "prices", "standin", "webhooks"}
    if set(value) <= known:
        return {**PROFILE, **value}
    if set(value) & {"start", "url"}:
        return dict(value)
    raise ValueError("neither a scenario nor a profile")


YAML = [pytest.param(block, id=str(block)) for block in blocks("yaml")]


@pytest.mark.parametrize("block", YAML)
def test_a_yaml_example_is_right(block: Block, tmp_path: Path) -> None:
    value = value_of(block)
    if value is None or "jobs" in value:
        assert value is None or all(job["steps"] for job in value["jobs"].values())
        return
    whole = completed(value)
    file = tmp_path / (f"{whole['name']}.yaml" if "timeline" in whole else "brownout.yaml")
    # A whole file is linted as it stands in the page, so that its very spelling is tried.
    file.write_text(block.text if whole == value else json.dumps(whole))

    remarks = check(str(file))

    # Warnings that belong to the very thing that is shown.
    meant = ("counted by each proxy", "needs a client that speaks HTTP/2")
    assert [str(each) for each in remarks if not any(words in each.message for words in meant)] == []


def test_the_examples_are_of_every_kind() -> None:
    kinds = {tuple(sorted(completed(value))) for block in blocks("yaml") if _example(value := value_of(block))}

    assert any("timeline" in kind for kind in kinds)
    assert any("journeys" in kind for kind in kinds)
    with pytest.raises(ValueError, match="neither a scenario nor a profile"):
        completed({"jorneys": {}})


def _example(value: Any) -> bool:
    return value is not None and "jobs" not in value


def test_the_exit_codes_of_both_tables_are_those_of_the_code() -> None:
    codes = {value for name, value in vars(ExitCode).items() if name.isupper()}

    assert {int(row[0]) for row in table(section(README, "Three ways to use it"), "exit code")} == codes
    assert {int(row[0]) for row in table(section(ROOT / "docs" / "cli.md", "Exit codes"), "code")} == codes


def test_the_application_of_your_own_takes_five_lines() -> None:
    (first, *_) = [block for block in blocks("yaml") if block.page == README and "journeys" in block.text]

    assert "Five lines" in section(README, "Your own application")
    assert len(first.text.splitlines()) == 5
    assert next(block.text for block in blocks("yaml") if block.page.name == "recipes.md") == first.text


def test_the_excerpt_is_of_the_shipped_scenario() -> None:
    (block,) = [block for block in blocks("yaml") if block.page == README and "phase: announced" in block.text]
    shown = Scenario.model_validate(completed(value_of(block))).timeline[0]
    (shipped,) = [phase for phase in load_scenario("chatgpt-2026-02-03").timeline if phase.phase == "announced"]

    assert (shown.lasts, shown.impact) == (shipped.lasts, shipped.impact)
    assert set(map(str, shown.rules)) <= set(map(str, shipped.rules))


def test_the_pythons_are_those_that_it_can_be_installed_on() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]

    assert wanted == ">=3.11,<3.14"
    assert "Python 3.11 to 3.13" in README.read_text()
    assert "Python 3.11 to 3.13" in (ROOT / "CONTRIBUTING.md").read_text()
