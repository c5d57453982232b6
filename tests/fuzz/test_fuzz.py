"""What is thrown: every case of the corpus holds, what falls is found, made smaller and kept; and the page of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from support.pages import ROOT

from brownout.verdict import ExitCode
from fuzz import corpus, page
from fuzz.__main__ import main
from fuzz.kinds import TARGETS
from fuzz.run import Tally, fall_of, kind_of, run, targets
from fuzz.target import Fell, Target, in_time

pytestmark = pytest.mark.e2e
CASES = [
    pytest.param(kind.name, path, id=f"{kind.name}/{path.stem}") for kind in TARGETS for path in corpus.files(kind.name)
]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Target]]:
    """All targets; those that are a proxy share one, which is begun by the first case for it."""
    with targets(TARGETS) as made:
        yield {target.name: target for target in made}


@pytest.mark.parametrize(("name", "path"), CASES)
def test_a_case_of_the_corpus_holds(ready: dict[str, Target], name: str, path: Path) -> None:
    assert fall_of(ready[name], path.read_bytes()) is None


def test_every_target_has_cases_and_every_case_a_target() -> None:
    assert {path.name for path in corpus.FOLDER.iterdir()} == {kind.name for kind in TARGETS}
    assert all(corpus.files(kind.name) for kind in TARGETS)


class _Brittle(Target):
    """Falls over each x, and over each y in another way."""

    name, suffix, kind = "brittle", ".txt", "brittle things"

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        return st.binary(max_size=40)

    def check(self, case: bytes) -> None:
        if b"x" in case:
            raise Fell(f"there is an x, and {len(case)} bytes")
        if b"y" in case:
            raise ValueError("there is a y")


def test_what_falls_is_made_smaller_kept_and_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "FOLDER", tmp_path)
    tallies: dict[str, Tally] = {}
    while len(tallies.get("brittle", Tally()).falls) < 2:
        run([_Brittle], 0.2, 7, tallies, lambda name: None)

    tally = tallies["brittle"]
    assert dict(tally.falls.values()) == {"there is an x, and 1 bytes": b"x", "ValueError: there is a y": b"y"}
    assert sorted(path.read_bytes() for path in corpus.files("brittle")) == [b"x", b"y"]
    assert set(tally.files.values()) == set(corpus.files("brittle"))


def test_falls_that_differ_by_what_was_thrown_alone_are_one() -> None:
    assert kind_of("exit code 4 of '/tmp/a' at 0x7f") == kind_of("exit code 3 of '/tmp/b/c' at 0x1a")
    assert kind_of("a row cannot be read") != kind_of("the proxy complains")


def _endless() -> None:
    while True:
        pass


def test_a_case_without_end_is_a_fall() -> None:
    with pytest.raises(Fell, match=r"no end after 0\.05 s of CPU"), in_time(0.05):
        _endless()


@pytest.mark.parametrize(
    ("file", "text", "fall"),
    [
        ("log", "Traceback (most recent call last):\nKeyError: 'x'\n", "the proxy complains: KeyError"),
        ("journal/odd.jsonl", '{"kind": "exch\n', "a row cannot be read: no row of JSON"),
        ("journal/odd.jsonl", '{"v": 1, "kind": "users", "t": 1.0, "at": 1.0}\n', "a row cannot be read: users"),
        ("beyond", "socket.connect '192.0.2.1'\n", "beyond loopback: socket.connect"),
    ],
)
def test_what_is_not_well_with_a_proxy_is_seen(ready: dict[str, Target], file: str, text: str, fall: str) -> None:
    lab = ready["request"].lab  # type: ignore[attr-defined]
    folder = lab.stage.log.parent
    with (folder / file).open("a") as opened:
        opened.write(text)

    with pytest.raises(Fell, match=fall):
        lab.look()
    (folder / "beyond").unlink(missing_ok=True)
    lab.well()


def test_who_goes_beyond_loopback_is_written_down(tmp_path: Path) -> None:
    went = tmp_path / "went"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "fuzz" / "watch"), "BROWNOUT_FUZZ_WATCH": str(went)}
    hosts = ["127.0.0.1", "::1", "localhost", "192.0.2.1", "example.com"]
    asked = "".join(f"sys.audit('socket.getaddrinfo', {host!r})\n" for host in hosts)
    code = f"import sys\n{asked}sys.audit('socket.connect', None, ('192.0.2.2', 1))"
    subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=60)

    assert went.read_text().splitlines() == [
        "socket.getaddrinfo '192.0.2.1'",
        "socket.getaddrinfo 'example.com'",
        "socket.connect '192.0.2.2'",
    ]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["--minutes", "0"], "give a number above 0"),
        (["--minutes", "61"], "up to 60"),
        (["--only", "stream", "--write"], "leave out --only"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fuzz", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert wrong in capsys.readouterr().err


def test_the_command_ends_with_1_and_the_path_where_something_falls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpus, "FOLDER", tmp_path)
    monkeypatch.setattr("fuzz.__main__.TARGETS", [_Brittle])
    monkeypatch.setattr(sys, "argv", ["fuzz", "--minutes", "0.02", "--seed", "7"])

    assert main() == 1
    told = capsys.readouterr().out
    assert f"{corpus.files('brittle')[0]}: " in told.replace("\n", "")
    assert "FELL brittle: " in told


def test_ctrl_c_ends_it_even_where_a_command_of_ours_takes_it(
    ready: dict[str, Target], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fuzz.texts.main", lambda words: ExitCode.INTERRUPTED)
    monkeypatch.setattr("fuzz.__main__.run", lambda *_: ready["scenario"].check(b"brownout: 1\n"))
    monkeypatch.setattr(sys, "argv", ["fuzz", "--minutes", "1"])

    assert main() == 130
    assert "Interrupted" in capsys.readouterr().err


@pytest.mark.starts
def test_the_page_tells_of_every_kind_and_counts_what_tests_hold_as_pytest_does() -> None:
    told = page.rows(page.PAGE.read_text())

    assert tuple(told) == page.KINDS
    assert {kind: told[kind] for kind in page.HELD} == page.collected()
    assert all(row.tried and not row.fell for row in told.values())


def test_rows_are_put_between_the_marks_and_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = tmp_path / "page.md"
    monkeypatch.setattr(page, "PAGE", written)
    written.write_text("before\n<!-- tried: begin -->\n<!-- tried: end -->\nafter\n")
    thrown, killed = page.Row(1234, 0, "make fuzz"), page.Row(20, 1, "make kills TIMES=20")
    page.write({TARGETS[0].kind: thrown})
    page.write({page.KILLS: killed})

    assert page.rows(written.read_text()) == {TARGETS[0].kind: thrown, page.KILLS: killed}
    assert written.read_text().startswith("before\n<!-- tried: begin -->\n| kind |")
    assert written.read_text().endswith("<!-- tried: end -->\nafter\n")
