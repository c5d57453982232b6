"""Whatever stands in names and messages of a drill, no output acts on it: texts × outputs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from rich.console import Console
from support.hostile import HOSTILE, ORDERS, UNSEEN, journal, spoilt

import brownout
from brownout.cli import main
from brownout.commands import output, replay, watching
from brownout.comparison import Cell, Compared, Comparison, Pooled, Run
from brownout.judging.judge import judge
from brownout.report import EXTRAS, MESSAGES, RENDERERS, STANDARD, compared, pooled, terminal
from brownout.result import Result
from brownout.selftest.defect import Defect
from brownout.selftest.matrix import Answer, Play
from brownout.verdict import Status

Captured = pytest.CaptureFixture[str]
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_CELL = Cell(Status.HELD, "100%")
_ROW = Compared("success", "at least 90%", _CELL, _CELL, "worse", "two in three")
COMPARISON = Comparison(("reports/a",), ("reports/b",), 0.95, (_ROW,), "worse", ("speed: 1 and 2",))


TEXTS = [name for name in RENDERERS if name not in EXTRAS]


@dataclass(frozen=True)
class Shown:
    """All that outputs show, each as it comes out of a drill or of several."""

    result: Result
    pooled: Pooled
    comparison: Comparison


def _printed(show: Callable[[Console], None]) -> str:
    """What is printed where nobody's window is: laid out as for a log."""
    out = io.StringIO()
    show(Console(file=out, width=120))
    return out.getvalue()


def _file(name: str, shown: Shown) -> str:
    made = RENDERERS[name].render(shown.result)
    assert not isinstance(made, bytes)
    return made if isinstance(made, str) else "\n".join(made.values())


def _posted(name: str, shown: Shown) -> str:
    return json.dumps(MESSAGES[name](shown.result, "https://ci.example/1"))


OUTPUTS: dict[str, Callable[[Shown], str]] = {
    **{name: partial(_file, name) for name in TEXTS},
    **{name: partial(_posted, name) for name in MESSAGES},
    "compared, markdown": lambda shown: compared.markdown(shown.comparison),
    "pooled, markdown": lambda shown: pooled.markdown(shown.pooled),
    "terminal": lambda shown: _printed(lambda console: terminal.summary(shown.result, console)),
    "compared": lambda shown: _printed(lambda console: compared.print_table(shown.comparison, console)),
    "pooled": lambda shown: _printed(lambda console: pooled.print_table(shown.pooled, console)),
}


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, [name for name, _ in attrs]))


def _shape(value: Any) -> Any:
    """Of JSON: what is in what."""
    if isinstance(value, dict):
        return [_shape(item) for item in value.values()]
    return [_shape(item) for item in value] if isinstance(value, list) else type(value)


def _tokens(page: str) -> list[str]:
    """Of Markdown: all that acts."""
    tokens = [each for token in _MARKDOWN.parse(page) for each in (token, *(token.children or ()))]
    return [token.type for token in tokens if not token.type.startswith("text")]


STRUCTURES: dict[str, Callable[[str], Any]] = {
    "html": lambda page: _Tags(page).seen,
    "json": lambda text: _shape(json.loads(text)),
    "junit": lambda text: [(element.tag, sorted(element.attrib)) for element in ET.fromstring(text).iter()],
    "markdown": _tokens,
    "openmetrics": lambda text: len(text.splitlines()),
    "sarif": lambda text: _shape(json.loads(text)),
    "slack-webhook": lambda text: _shape(json.loads(text)),
    "svg": lambda text: [(element.tag, sorted(element.attrib)) for element in ET.fromstring(text).iter()],
    "teams-webhook": lambda text: _shape(json.loads(text)),
}


def _structure(name: str, text: str) -> Any:
    read = STRUCTURES.get(name.rpartition(" ")[2])
    return read(text) if read else None


@pytest.fixture(scope="module")
def whole(outage: Result) -> Shown:
    runs = (Run("reports/a", 7, True, {verdict.id: verdict.status for verdict in outage.verdicts}),)
    several = Pooled(outage.scenario, outage.app, runs, outage.verdicts, Status.BROKEN, 1, COMPARISON)
    return Shown(outage, several, COMPARISON)


@pytest.fixture(scope="module")
def harmless(whole: Shown) -> Callable[[str], Any]:
    """What each output is made of where all texts are plain words."""
    return cache(lambda name: _structure(name, OUTPUTS[name](spoilt(whole, "some plain words"))))


def assert_harmless(text: str) -> None:
    assert UNSEEN.findall(text) == []
    assert [match.group() for match in ORDERS.finditer(text)] == []


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_output_acts_on_a_text(kind: str, name: str, whole: Shown, harmless: Callable[[str], Any]) -> None:
    text = OUTPUTS[name](spoilt(whole, HOSTILE[kind]))

    assert_harmless(text)
    assert _structure(name, text) == harmless(name)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    """A drill with all texts in all places, judged."""
    drill = journal(tmp_path_factory.mktemp("hostile"), list(HOSTILE.values()))
    yield judge(drill.write())
    drill.close()


def test_a_journal_that_is_full_of_them_is_judged_as_any(full: Result) -> None:
    assert {verdict.check: verdict.status for verdict in full.verdicts}["no_leaks"] is Status.BROKEN
    assert len(full.by_phase) == len(full.rules) == len(HOSTILE)


@pytest.mark.parametrize("format", ["", *STANDARD])
def test_report_prints_such_a_journal(
    format: str, full: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("brownout.commands.report.judged", lambda _: full)

    assert main(["report", "reports/a", *(["--format", format] if format else ["--out", str(tmp_path)])]) == 1
    out = capsys.readouterr().out
    assert_harmless(out)
    assert len(out) > 2000
    _structure(format, out)  # it can be read


def test_compare_prints_two_of_them(tmp_path: Path, capsys: Captured) -> None:
    texts = [HOSTILE[kind] for kind in ("escape", "github in a line", "azure")]
    drills = [journal(tmp_path / outcome, texts, outcome) for outcome in ("ok", "error")]

    assert main(["compare", *(str(drill.write()) for drill in drills), "--anyway"]) == 1
    assert_harmless(capsys.readouterr().out)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_replay_prints_what_became_of_a_finding(
    text: str, outage: Result, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    result = spoilt(outage, text)
    past = SimpleNamespace(drill=result, app_file="", expected=(), scenario=None, options=lambda *_: None)
    monkeypatch.setattr("brownout.drill.past.past_drill", lambda _: past)
    monkeypatch.setattr("brownout.drill.past.asked_then", lambda *_: None)
    monkeypatch.setattr(replay, "profile_at", lambda _: None)
    monkeypatch.setattr(watching, "drill", lambda *_, **__: result)

    assert main(["replay", "reports/a"]) == 0  # all verdicts have the same name now, and the last one held
    out = capsys.readouterr().out
    assert out.startswith("FIXED  ")
    assert_harmless(out)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_selftest_prints_whom_it_accused(
    text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    defect = Defect("late", "shop", text, "no_hang", text, "hang", "prompt")
    answer = Answer(Status.BROKEN, text)
    play = Play("shop", 1, True, {("no_hang", "late"): answer, ("no_hang", "prompt"): answer}, busy=text)
    monkeypatch.setattr("brownout.selftest.playing.play", lambda *_: [play])
    monkeypatch.setattr("brownout.selftest.defects.DEFECTS", {"late": defect})

    assert main(["selftest", "--short", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert_harmless(said.out + said.err)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_messages_of_commands_and_json_are_harmless(text: str, capsys: Captured) -> None:
    output.say(text)
    output.complain(f"profile.yaml:3: unknown key {text}")
    output.emit({text: [text]})

    said = capsys.readouterr()
    assert_harmless(said.out + said.err)


def test_all_that_commands_print_passes_the_one_console() -> None:
    root = Path(brownout.__file__).parent
    makers = [path.name for path in root.rglob("*.py") if re.search(r"\bConsole\(|_Harmless\(", path.read_text())]

    assert makers == ["output.py"]
