"""Nine ways to lose a history and five to tell a failure badly, beside chats without: one drill finds each by name."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.drills import a_desk

from brownout.report import markdown
from brownout.selftest.benches.kept import BENCH, CHATS, GUARDED, KEYED, LOOKS, MANNERS, REFUSES, STURDY, TELLERS, TELLS
from brownout.selftest.defects import DEFECTS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
BUGS = {name: DEFECTS[name] for name in CHATS if name in DEFECTS}
"""Those of the self-test that lose or mix up a history."""
TOLD = {name: DEFECTS[name] for name in TELLERS if name in DEFECTS}
"""Those that tell a failure badly, or repeat it in vain."""
DAMAGE = dict.fromkeys(BUGS, "missing") | {
    "duplicated": "duplicated",
    "leaked": "foreign",
    "reordered": "reordered",
    "trimmed": "forgotten",
    "twice": "duplicated",
    "unkept": "unkept",
}
"""The field of the evidence's row that lists the messages concerned."""
each_bug = pytest.mark.parametrize("name", BUGS)


@dataclass(frozen=True)
class Played:
    """A drill that is over: what it found, who said what, and its reports as people read them."""

    code: int
    output: str
    verdicts: dict[tuple[str, str | None], dict[str, Any]]
    said: dict[str, tuple[str, int]]
    """The chat and the user of each message."""
    html: str
    markdown: str

    def with_status(self, status: str, chats: Iterable[str] = CHATS) -> set[tuple[str, str]]:
        """The verdicts on these chats that are so: check and chat."""
        return {
            (check, chat)
            for (check, chat), verdict in self.verdicts.items()
            if verdict["status"] == status and chat is not None and chat in chats
        }


def _play(folder: Path, scenario: dict[str, Any] | None, profile: dict[str, Any] | None) -> Played:
    assert scenario is not None
    with a_desk(folder) as desk:
        desk.write("brownout.yaml", profile)
        file = desk.write(f"{scenario['name']}.yaml", scenario)
        done = desk.brownout("run", file, "--out", "out", timeout=110)
        assert (desk.out / "report.html").is_file(), done.stdout + done.stderr
        return Played(
            code=done.returncode,
            output=done.stdout + done.stderr,
            verdicts={(verdict["check"], verdict["journey"]): verdict for verdict in desk.result()["verdicts"]},
            said={row["canary"]: (row["journey"], row["user"]) for row in desk.rows("journey") if row["canary"]},
            html=html.unescape((desk.out / "report.html").read_text()),
            markdown=(desk.out / "report.md").read_text(),
        )


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All chats while the platform fails."""
    return _play(tmp_path_factory.mktemp("bad"), BENCH.bad, BENCH.profile)


@pytest.fixture(scope="module")
def good_day(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All chats while nothing fails."""
    return _play(tmp_path_factory.mktemp("good"), BENCH.good, BENCH.calm)


@each_bug
def test_a_bug_breaks_what_it_should_and_nothing_else(bad_day: Played, name: str) -> None:
    assert bad_day.with_status("BROKEN", [name]) == {(check, name) for check in (BUGS[name].check, *BUGS[name].also)}, (
        bad_day.output
    )


@each_bug
def test_a_bug_is_named_and_told_from_the_others(bad_day: Played, name: str) -> None:
    check = BUGS[name].check
    finding = bad_day.verdicts[check, name]["finding"]

    assert {bug.words for bug in BUGS.values() if bug.check == check and bug.words in finding} == {BUGS[name].words}


@each_bug
def test_the_evidence_is_of_the_users_who_were_hurt(bad_day: Played, name: str) -> None:
    bug = BUGS[name]

    proof = bad_day.verdicts[bug.check, name]["evidence"]
    assert proof
    for evidence in proof:
        row = evidence["row"]
        authors = {bad_day.said[canary] for canary in row[DAMAGE[name]]}
        assert f"user {row['user']}" in evidence["text"]
        if DAMAGE[name] == "foreign":
            assert authors
            assert (name, row["user"]) not in authors
            assert any(f"is of user {author} ({chat})" in evidence["text"] for chat, author in authors)
        else:
            assert authors == {(name, row["user"])}


@each_bug
def test_reports_for_people_name_it(bad_day: Played, name: str) -> None:
    for check in (BUGS[name].check, *BUGS[name].also):
        finding = bad_day.verdicts[check, name]["finding"]
        assert finding in bad_day.html
        assert markdown.text(finding) in bad_day.markdown


def test_without_a_bug_the_same_outage_breaks_nothing(bad_day: Played) -> None:
    sound = (STURDY, KEYED, REFUSES)
    assert bad_day.with_status("HELD", sound) >= {(check, chat) for check in (*MANNERS, *LOOKS) for chat in sound}
    assert all(bad_day.verdicts[check, chat]["samples"] for check in LOOKS for chat in sound)


def test_what_is_there_twice_because_it_was_sent_twice_is_said_to_be_so(bad_day: Played) -> None:
    told = {name: bad_day.verdicts["history_kept", name]["finding"] for name in ("twice", "duplicated")}

    assert "after their users had sent them again" in told["twice"]
    assert "sent them again" not in told["duplicated"]


@pytest.mark.parametrize("name", TOLD)
def test_a_failure_told_badly_breaks_its_own_check_and_no_other(bad_day: Played, name: str) -> None:
    check, words = TOLD[name].check, TOLD[name].words

    assert bad_day.with_status("BROKEN", [name]) == {(check, name)}, bad_day.output
    verdict = bad_day.verdicts[check, name]
    assert words in verdict["measured"]
    assert verdict["evidence"]
    assert verdict["next_step"]


def test_failures_told_well_and_left_alone_break_nothing(bad_day: Played) -> None:
    assert bad_day.with_status("BROKEN", [STURDY, GUARDED]) == set()
    held = {("honest_errors", STURDY), ("honest_errors", GUARDED), ("no_futile_retries", GUARDED)}
    assert held <= bad_day.with_status("HELD", [STURDY, GUARDED])


def test_the_outage_is_proved_and_what_it_broke_decides(bad_day: Played) -> None:
    assert bad_day.code == 1, bad_day.output
    assert bad_day.verdicts["injection_proof", None]["status"] == "HELD"
    assert bad_day.verdicts["injection_proof", None]["measured"].startswith("5 of 5 rules struck")


def test_on_a_good_day_no_bug_shows(good_day: Played) -> None:
    assert good_day.code == 0, good_day.output
    assert good_day.with_status("HELD") == {(check, chat) for check in (*MANNERS, *LOOKS) for chat in CHATS}
    assert good_day.with_status("SKIPPED", TELLERS) == {(check, chat) for check in TELLS for chat in TELLERS}
    assert all(good_day.verdicts[check, chat]["samples"] for check in LOOKS for chat in CHATS)
