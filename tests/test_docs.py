"""The reference pages name everything that there is, and nothing that there is not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
import typer
from pydantic import BaseModel
from support.journals import Handwritten
from support.pages import ROOT, Block, blocks, section, table

from brownout import events, expect, profile, rule, scenario, step_kinds
from brownout.calls import match
from brownout.cli import app
from brownout.edge.ledger import LONGEST_HANG, SHORTEST_HANG
from brownout.faults import FAULTS
from brownout.judging.record import TABLES, columns
from brownout.library.library import scenarios
from brownout.report import MESSAGES, RENDERERS, STANDARD
from brownout.scenario import IMPACTS, OUTAGES
from brownout.selftest.benches.kept import LOOKS
from brownout.selftest.defects import DEFECTS
from brownout.testing.outage import Outage

DOCS, SRC = ROOT / "docs", ROOT / "src" / "brownout"
CLI, SCENARIOS, PROFILE = DOCS / "cli.md", DOCS / "scenarios.md", DOCS / "profile.md"
GROUP: Any = typer.main.get_command(app)
MODELS = [
    (SCENARIOS, "The file", scenario.Scenario),
    (SCENARIOS, "sources", scenario.Source),
    (SCENARIOS, "timeline", scenario.Phase),
    (SCENARIOS, "rules", rule.common_form()),
    (SCENARIOS, "when", match.When),
    (SCENARIOS, "accounts", scenario.Account),
    (SCENARIOS, "bucket", rule.Bucket),
    (SCENARIOS, "status", scenario.StatusPost),
    (PROFILE, "The file", profile.Profile),
    (PROFILE, "start", profile.Start),
    (PROFILE, "webhooks", profile.Receiver),
    (PROFILE, "journeys", profile.Journey),
    (PROFILE, "steps", profile.Step),
    (PROFILE, "retry", step_kinds.Again),
    (PROFILE, "reply", profile.Read),
    (PROFILE, "websocket", profile.WebSocket),
    (PROFILE, "socketio", profile.SocketIO),
    (PROFILE, "history", profile.History),
    (PROFILE, "effects", profile.Effects),
    (PROFILE, "load", profile.Load),
]
EXPECTATIONS = get_args(expect.AnyExpect)
SQL = [pytest.param(block, id=str(block)) for block in blocks("sql")]


def keys(model: type[BaseModel]) -> set[str]:
    """A model's keys, as a file spells them."""
    return {field.alias or name for name, field in model.model_fields.items()}


def rows(page: Path, title: str) -> dict[str, list[str]]:
    """The table of keys in a section: key → the other cells."""
    return {cells[0].strip("`"): cells[1:] for cells in table(section(page, title), "key")}


@pytest.mark.parametrize(("page", "title", "model"), MODELS, ids=lambda value: getattr(value, "__name__", None))
def test_a_section_has_every_key_of_its_model_with_its_meaning(page: Path, title: str, model: type[BaseModel]) -> None:
    found = rows(page, title)

    assert set(found) == keys(model)
    assert [key for key, (_, meaning) in found.items() if len(meaning) < 8] == []


@pytest.mark.parametrize(("page", "title", "model"), MODELS, ids=lambda value: getattr(value, "__name__", None))
def test_required_keys_are_said_to_be(page: Path, title: str, model: type[BaseModel]) -> None:
    required = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
    said = {key for key, (default, _) in rows(page, title).items() if default == "required"}

    assert said - {"fault"} == required - {"fault"}  # a rule's own types require the fault


@pytest.mark.parametrize(("page", "title", "model"), MODELS, ids=lambda value: getattr(value, "__name__", None))
def test_defaults_that_are_numbers_are_the_models(page: Path, title: str, model: type[BaseModel]) -> None:
    found = rows(page, title)
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=False)
        if isinstance(default, int | float) and not isinstance(default, bool):
            number = re.match(r"\d+", found[field.alias or name][0])
            assert number, name
            assert float(number.group()) in (default, default * 1000), name  # 500ms is half a second


def test_every_key_of_every_expectation_is_in_the_profile_page() -> None:
    assert set(rows(PROFILE, "expect")) == {key for model in EXPECTATIONS for key in keys(model)}
    text = section(PROFILE, "expect")
    assert [name for name in expect.EXPECTABLE if f"`{name}`" not in text] == []


@pytest.mark.parametrize("model", EXPECTATIONS, ids=lambda model: model.__name__)
def test_own_keys_of_an_expectation_name_their_checker(model: type[BaseModel]) -> None:
    (name,) = get_args(model.model_fields["check"].annotation)
    common = keys(expect.Expect) | {"check", "p90", "p95", "p99"}
    for key in keys(model) - common:
        assert f"`{name}`" in rows(PROFILE, "expect")[key][1], key


def test_every_impact_and_outcome_has_its_word() -> None:
    text = section(SCENARIOS, "timeline")

    assert [impact for impact in IMPACTS if f"`{impact}`" not in text] == []
    (sentence,) = re.findall(r"([^.]*) count\s+as outage", text)
    assert set(re.findall(r"`(\w+)`", sentence)) == OUTAGES
    outcomes = str(events.JourneyStep.__doc__).partition("``outcome``:")[2].partition("``leaks``")[0]
    listed = {row[0].strip("`") for row in table(section(PROFILE, "reply"), "outcome")}
    assert listed == set(re.findall(r"``(\w+)``", outcomes))
    assert "ok" in listed


def test_how_long_a_hang_lasts_is_as_the_edge_has_it() -> None:
    assert f"{SHORTEST_HANG:g} real seconds at least and {LONGEST_HANG:g} at most" in SCENARIOS.read_text()
    assert f"{SHORTEST_HANG:g} to {LONGEST_HANG:g} real seconds" in (DOCS / "architecture.md").read_text()


def test_every_shipped_scenario_is_in_its_table() -> None:
    listed = {row[0].strip("`") for row in table(SCENARIOS.read_text(), "scenario")}

    assert listed == {one.name for one in scenarios()}


@pytest.mark.parametrize("name", sorted(GROUP.commands))
def test_a_command_and_its_options_are_documented(name: str) -> None:
    text = CLI.read_text()

    assert f"`brownout {name}" in text
    options = {option for parameter in GROUP.commands[name].params for option in parameter.opts if option[:2] == "--"}
    missing = [option for option in sorted(options - {"--help"}) if option not in text]
    assert missing == []


def test_options_in_the_command_line_page_exist() -> None:
    known = {option for command in [GROUP, *GROUP.commands.values()] for each in command.params for option in each.opts}
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", CLI.read_text()))

    assert used - known - {"--help"} == set()


def test_the_pytest_page_names_every_option_and_method() -> None:
    text = (DOCS / "pytest.md").read_text()
    plugin = (ROOT / "src" / "brownout" / "pytest_plugin.py").read_text()
    public = [name for name, value in vars(Outage).items() if not name.startswith("_") and _offered(value)]

    options = set(re.findall(r'addoption\("(--[\w-]+)"', plugin))
    assert options
    assert set(re.findall(r"--brownout-\w+", text)) == options
    assert [name for name in public if name not in text and name not in ("close", "missed")] == []


def _offered(value: object) -> bool:
    return callable(value) or isinstance(value, property)


def test_every_kind_of_row_is_in_the_recipes() -> None:
    kinds = {row.kind for row in events.ROWS}
    listed = {
        word for row in table((DOCS / "recipes.md").read_text(), "kind") for word in re.findall(r"`(\w+)`", row[0])
    }
    (exchange,) = [row[1] for row in table((DOCS / "recipes.md").read_text(), "kind") if row[0] == "`exchange`"]

    assert listed == kinds
    assert set(re.findall(r"`(\w+)`", exchange)) <= set(columns(*TABLES["exchange"]))


def test_the_ways_to_lose_a_history_are_those_that_drills_are_held_to() -> None:
    text = section(DOCS / "checkers.md", "Nine ways to lose a history, and what names them")
    bugs = [defect for defect in DEFECTS.values() if defect.bench == "kept" and defect.check in LOOKS]
    drilled = [
        [
            bug.mistake,
            f"[{bug.check}](#{bug.check})" + ", `keeps: said`" * (bug.name == "unkept"),
            bug.words.rstrip("."),
        ]
        for bug in bugs
    ]

    assert len(drilled) == 9
    assert table(text, "what goes wrong in the outage") == drilled


@pytest.mark.parametrize("block", SQL)
def test_a_query_runs_on_a_journal(block: Block, tmp_path: Path) -> None:
    drill = Handwritten(tmp_path)
    drill.ask(11, "error", canary="bo-aaaaaaaaaaaa")
    drill.exchange(11, "bo-aaaaaaaaaaaa", "server_error", attempt=0)
    drill.exchange(12, "bo-aaaaaaaaaaaa", attempt=1)
    folder = drill.write()

    assert "'reports/…/journal/*.jsonl'" in block.text
    query = block.text.replace("reports/…", str(folder))
    with duckdb.connect() as db:
        found = db.execute(query).fetchall()

    assert [row for row in found if "server_error" in row or row[0] == "bo-aaaaaaaaaaaa"]


@pytest.mark.e2e
@pytest.mark.drill
def test_the_tests_of_the_pytest_page_pass(tmp_path: Path) -> None:
    (block,) = [block for block in blocks("python") if block.page.name == "pytest.md"]
    (tmp_path / "test_page.py").write_text(block.text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"\b{block.text.count('def test_')} passed", done.stdout)


def test_the_fault_of_the_recipe_passes_the_test_of_the_recipe() -> None:
    fault, test, *_ = [block for block in blocks("python") if block.page.name == "CONTRIBUTING.md"]
    made: dict[str, Any] = {"__name__": "html_answer"}
    exec(compile(fault.text, str(fault), "exec"), made)
    tried: dict[str, Any] = {"__name__": "test_html_answer"}
    exec(compile(test.text, str(test), "exec"), tried)
    (check,) = [value for name, value in tried.items() if name.startswith("test_")]

    assert "html_answer" not in FAULTS  # else the recipe needs another example
    check(fault_for=lambda _, **settings: made["HtmlAnswer"](**settings), strike_for=lambda: None)


def test_every_report_format_is_in_its_table_with_its_file() -> None:
    page = (DOCS / "reports.md").read_text()
    rows = {name.strip("`"): file.strip("`") for name, file, _ in table(page, "format")}

    assert rows == {name: RENDERERS[name].file for name in RENDERERS}
    assert [name for name in MESSAGES if f"`{name}`" not in page] == []
    assert tuple(list(rows)[: len(STANDARD)]) == STANDARD


def test_files_that_the_recipes_name_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = set(re.findall(r"`((?:src|tests|scenarios|docs|examples)/[\w./]+)`", text))
    examples = {name for name in named if re.search("NAME|html_answer|moderations", name)}

    assert len(named - examples) >= 8
    assert [name for name in sorted(named - examples) if not (ROOT / name).exists()] == []
    for name in ("COMPATIBLE", "DESKS", "PLATFORMS", "RENDERERS"):
        assert f"`{name}`" in text
        assert any(re.search(rf"^{name}\b", file.read_text(), re.MULTILINE) for file in SRC.rglob("*.py")), name


def test_a_channel_costs_three_files_of_the_source() -> None:
    recipe = section(ROOT / "CONTRIBUTING.md", "A channel")
    touched = re.findall(r"^\d\. `(src/[\w./]+)`", recipe, re.MULTILINE)
    load = SRC / "load"
    source = "\n".join(
        file.read_text() for file in (SRC / "profile" / "steps.py", load / "channel.py", load / "registry.py")
    )

    assert touched == [
        "src/brownout/profile/steps.py",
        "src/brownout/load/NAME_channel.py",
        "src/brownout/load/registry.py",
    ]
    for name in ("Channel", "Line", "ChannelDown", "CHANNELS", "_one_verb", "asks"):
        assert f"`{name}`" in recipe
        assert re.search(rf"^ *(?:class |def |){name}\b", source, re.MULTILINE), name
