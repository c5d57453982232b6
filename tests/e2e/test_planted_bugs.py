"""Seven ways to lose a history, planted one at a time: a drill finds each, and the report names it. None finds none."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import planted
from support.drills import a_desk
from support.planted import BUGS, LOOKS, STURDY

from brownout.report import markdown

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
GOOD_DAY = "good day"
AT_ONCE = 2
"""Drills side by side: they mostly wait."""


@dataclass(frozen=True)
class Played:
    """A drill that is over: what it found, what its users said, and its reports as people read them."""

    code: int
    output: str
    verdicts: dict[tuple[str, str | None], dict[str, Any]]
    said: dict[str, int]
    html: str
    markdown: str

    def broken(self) -> set[str]:
        """Checks that broke."""
        return {check for (check, _), verdict in self.verdicts.items() if verdict["status"] == "BROKEN"}

    def of(self, check: str) -> dict[str, Any]:
        """The verdict of a check on the one journey."""
        return self.verdicts[check, None]


def _play(folder: Path, name: str) -> Played:
    bugs = tuple(BUGS) if name == GOOD_DAY else () if name == STURDY else (name,)
    with a_desk(folder) as desk:
        planted.write(desk, *bugs, users=2 * len(BUGS) if name == GOOD_DAY else 10)
        scenario = "good-day.yaml" if name == GOOD_DAY else "bad-day.yaml"
        done = desk.brownout("run", scenario, "--out", "out", timeout=200)
        return Played(
            code=done.returncode,
            output=done.stdout + done.stderr,
            verdicts={(verdict["check"], verdict["journey"]): verdict for verdict in desk.result()["verdicts"]},
            said={row["canary"]: row["user"] for row in desk.rows("journey") if row["canary"]},
            html=html.unescape((desk.out / "report.html").read_text()),
            markdown=(desk.out / "report.md").read_text(),
        )


@pytest.fixture(scope="module")
def drills(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Played]]:
    """The drill of a name. All that the chosen tests need are begun at once, and each is played once."""
    chosen = {
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    }
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun: dict[str, Future[Played]] = {
            name: pool.submit(_play, tmp_path_factory.mktemp("planted"), name)
            for name in (STURDY, *BUGS, GOOD_DAY)
            if name in chosen
        }
        yield lambda name: begun[name].result()
        for drill in begun.values():
            drill.cancel()


Drills = Callable[[str], Played]
each_bug = pytest.mark.parametrize("name", BUGS)


@each_bug
def test_a_bug_is_found_and_named(drills: Drills, name: str) -> None:
    bug, drill = BUGS[name], drills(name)

    assert drill.code == 1, drill.output
    assert drill.of("injection_proof")["status"] == "HELD"
    assert drill.broken() == bug.breaks
    assert bug.words in drill.of(bug.check)["finding"]


@each_bug
def test_it_is_told_from_the_other_bugs(drills: Drills, name: str) -> None:
    bug, drill = BUGS[name], drills(name)
    others = {other.words for other in BUGS.values() if other.check == bug.check} - {bug.words}

    finding = drill.of(bug.check)["finding"]
    assert [words for words in others if words in finding] == []


@each_bug
def test_the_evidence_is_of_the_users_who_were_hurt(drills: Drills, name: str) -> None:
    bug, drill = BUGS[name], drills(name)

    proof = drill.of(bug.check)["evidence"]
    assert proof
    for evidence in proof:
        row = evidence["row"]
        authors = {drill.said[canary] for canary in row[bug.damage]}
        assert f"user {row['user']}" in evidence["text"]
        if bug.damage == "foreign":
            assert authors
            assert row["user"] not in authors
            assert any(f"is of user {author} (chat)" in evidence["text"] for author in authors)
        else:
            assert authors == {row["user"]}


@each_bug
def test_reports_for_people_name_it(drills: Drills, name: str) -> None:
    drill = drills(name)
    for check in BUGS[name].breaks:
        finding = drill.of(check)["finding"]
        assert finding in drill.html
        assert markdown.text(finding) in drill.markdown


@pytest.mark.parametrize("name", [STURDY])
def test_without_a_bug_the_same_outage_breaks_nothing(drills: Drills, name: str) -> None:
    drill = drills(name)

    assert drill.code == 0, drill.output
    assert {verdict["status"] for verdict in drill.verdicts.values()} == {"HELD"}
    assert all(drill.of(check)["samples"] for check in LOOKS)
    assert drill.of("injection_proof")["measured"].startswith("3 of 3 rules struck")


@pytest.mark.parametrize("name", [GOOD_DAY])
def test_on_a_good_day_no_bug_shows(drills: Drills, name: str) -> None:
    drill = drills(name)

    assert drill.code == 0, drill.output
    assert {verdict["status"] for verdict in drill.verdicts.values()} == {"HELD"}
    assert all(drill.verdicts[check, bug]["samples"] for check in LOOKS for bug in BUGS)
