"""The text of a first profile says what its values are, with comments beside."""

from __future__ import annotations

from dataclasses import replace

import yaml
from hypothesis import given
from hypothesis import strategies as st

from brownout.scaffold.draft import Draft
from brownout.scaffold.profile_text import text_of
from brownout.scaffold.request import Request
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


@given(st.lists(_WORDS, min_size=1, max_size=4), st.dictionaries(_WORDS, _WORDS, max_size=3), _BODIES, _WORDS)
def test_the_text_holds_the_values_whatever_they_are(
    command: list[str], env: dict[str, str], body: object, place: str
) -> None:
    start = Start(tuple(command), "package.json")
    draft = Draft("shop", start, Request("/ask", {"text": body}), env=env, reply={"json": place}, cwd="back")
    for each in (draft, replace(draft, start=None, url="http://127.0.0.1:80", seen=True)):
        assert yaml.safe_load(text_of(each)) == {**each.values, "load": {**each.values["load"]}}
