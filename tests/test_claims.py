"""Every count on the pages is the count of what there is, and no page denies what there is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from support import budget
from support.pages import PAGES, ROOT, blocks

from brownout.checkers import CHECKERS
from brownout.faults import FAULTS
from brownout.library.library import scenarios
from brownout.library.pages import symptoms
from brownout.proxy import lean
from brownout.services import BUILT_IN

_TEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_STEMS = ("thir", "four", "fif", "six", "seven", "eigh", "nine")
_TEENS = ("ten", "eleven", "twelve", *(f"{stem}teen" for stem in _STEMS))
WORDS = (*_TEN, *_TEENS, "twenty", *(f"twenty-{word}" for word in _TEN[1:]))
NUMBERS = {**{word: number for number, word in enumerate(WORDS)}, "forty": 40, "hundred": 100, "five hundred": 500}
_NUMBER = r"\d+|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
_THINGS = "scenarios|faults|platforms|checkers|checks|dialects|addons|workers|drills|examples of each"
COUNTED = re.compile(rf"\b({_NUMBER}) ((?:[a-z]+ )?(?:{_THINGS}))\b", re.IGNORECASE)
"""A number and something that brownout has many of."""


def _makefile(pattern: str) -> int:
    (number,) = re.findall(pattern, (ROOT / "Makefile").read_text())
    return int(number)


def _frames_of_http2() -> int:
    return sum(FAULTS[name].needs_http is not None for name in FAULTS)


def _profile(name: str) -> int:
    (number,) = re.findall(rf'"{name}", parent=_patient, max_examples=(\d+)', (ROOT / "tests/conftest.py").read_text())
    return int(number)


def _addons() -> int:
    (added,) = re.findall(r"self\.addons\.add\((.+)\)", inspect.getsource(lean))
    return len(re.split(r",\s*", added))


CLAIMS: dict[tuple[str, str], Callable[[], int]] = {
    ("README.md", "scenarios"): lambda: len(scenarios()),
    ("README.md", "faults"): lambda: len(FAULTS),
    ("README.md", "checkers"): lambda: len(CHECKERS),
    ("README.md", "platforms"): lambda: len(BUILT_IN.providers),
    ("CONTRIBUTING.md", "drills"): lambda: _makefile(r"TIMES \?= (\d+)"),
    ("architecture.md", "addons"): _addons,
    ("faults.md", "faults"): _frames_of_http2,
    ("testing.md", "drills"): lambda: _makefile(r"TIMES \?= (\d+)"),
    ("testing.md", "examples of each"): lambda: _profile("quick"),
    ("testing.md", "workers"): lambda: _makefile(r"--numprocesses (\d+)"),
}
"""Page and thing → how many there are."""


def number(text: str) -> int:
    return NUMBERS[text.lower()] if text.lower() in NUMBERS else int(text)


def claims() -> list[tuple[str, str, int]]:
    """Page, thing and number of every count; what stands in a block is an example, and no claim."""
    examples = blocks("yaml", "sh", "console", "python", "sql")
    found = []
    for page in PAGES:
        text = page.read_text()
        for block in examples:
            text = text.replace(block.text, "") if block.page == page else text
        found += [(page.name, match[2].lower(), number(match[1])) for match in COUNTED.finditer(text)]
    return found


def test_every_count_is_one_that_is_held() -> None:
    counted = {(page, thing) for page, thing, _ in claims()}

    assert counted == set(CLAIMS)


@pytest.mark.parametrize(("page", "thing", "said"), claims())
def test_a_count_is_that_of_what_there_is(page: str, thing: str, said: int) -> None:
    assert said == CLAIMS[page, thing]()


def test_the_page_of_symptoms_has_as_many_as_the_list_of_changes_says() -> None:
    match = re.search(r"has (\w+) such messages", (ROOT / "CHANGELOG.md").read_text().replace("\n  ", " "))

    assert match
    assert match[1] == "sixty"
    assert 60 <= len(symptoms()) < 70


def test_what_a_test_may_cost_is_what_the_budget_says() -> None:
    text = (ROOT / "docs" / "testing.md").read_text()

    assert text.count(f"\n{budget.DRILL:g} seconds of CPU if it plays a drill") == 1
    assert f"`tests/examples` by place), {budget.OTHER:g} if not" in text
    assert f"it tries {WORDS[5]} hundred" in text
    assert _profile("thorough") == 500


def test_the_readme_denies_nothing_that_there_is() -> None:
    """Once it said that only two providers were known, and no WebSockets, long after both were untrue."""
    text = (ROOT / "README.md").read_text()
    carried = {
        "WebSockets": any("websockets" in FAULTS[name].strikes for name in FAULTS),
        "HTTP/2": _frames_of_http2() > 0,
    }

    assert all(carried.values())
    for page in PAGES:
        for what in carried:
            assert not re.search(rf"\b(no|not|without|never) {what}\b", page.read_text(), re.IGNORECASE), page.name
    assert "No HTTP/3" in text
    assert "OpenAI and Anthropic" not in text
