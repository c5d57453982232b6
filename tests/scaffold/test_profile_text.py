"""The text of a first profile says what its values are, with comments beside."""

from __future__ import annotations

from dataclasses import replace

import yaml
from hypothesis import given
from hypothesis import strategies as st

from brownout.library.lint_profile import lint_profile
from brownout.profile import Profile
from brownout.scaffold.draft import Draft
from brownout.scaffold.profile_text import text_of
from brownout.scaffold.request import Opening, Request
from brownout.scaffold.start import Start

_TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters="\ufeff"), min_size=1
)
_WORDS = st.sampled_from(["on", "null", "1", "1.0", "a: b", "-", "~", "{port}", "0x1", "1e3", "# a", "'", "*a"]) | _TEXT
_BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | _WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_WORDS, inner, max_size=2),
    max_leaves=6,
)

DRAFT = Draft("shop", Start(("node", "a.js", "{port}"), "package.json"), Request("/ask", {"text": "{{ message }}"}))


@given(st.lists(_WORDS, min_size=1, max_size=4), st.dictionaries(_WORDS, _WORDS, max_size=3), _BODIES, _WORDS)
def test_the_text_holds_the_values_whatever_they_are(
    command: list[str], env: dict[str, str], body: object, place: str
) -> None:
    start = Start(tuple(command), "package.json")
    draft = Draft("shop", start, Request("/ask", {"text": body}), env=env, reply={"json": place}, cwd="back")
    opening = Opening("/chats", "sid", place, {"text": body})
    opened = replace(draft, request=Request("/chats/{{ sid }}", body, opening=opening))
    for each in (draft, replace(draft, start=None, url="http://127.0.0.1:80", seen=True), opened):
        assert yaml.safe_load(text_of(each)) == {**each.values, "load": {**each.values["load"]}}


def test_a_journey_of_two_steps_is_a_profile_that_lint_accepts() -> None:
    opening = Opening("/session", "sid", "data.id")
    request = Request("/session/{{ sid }}/message", {"text": "{{ message }}"}, opening=opening)
    profile = Profile.model_validate(yaml.safe_load(text_of(replace(DRAFT, request=request))))

    assert lint_profile(profile) == []
    first, second = profile.journeys["chat"].steps
    assert (first.post, first.keep, second.post) == ("/session", {"sid": "data.id"}, "/session/{{ sid }}/message")
