"""``{names}`` in the texts of an app profile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.config.placeholders import UnknownPlaceholder, names_in, substitute


def test_what_stands_in_braces_may_be_a_name() -> None:
    assert list(names_in('{port} {"a": {}} {Port} {scratch}/db')) == ["port", "scratch"]


def test_braces_that_are_no_placeholders_stay() -> None:
    assert substitute('{"a": {}} {PORT} ${HOME} {port}', {"port": "7"}) == '{"a": {}} {PORT} ${HOME} 7'


def test_a_misspelt_placeholder_is_refused_with_the_right_one() -> None:
    with pytest.raises(UnknownPlaceholder, match=r"did you mean \{openai_base_url\}"):
        substitute("{openai_baseurl}", {"openai_base_url": "x", "port": "1"})


@given(st.text())
def test_substituting_nothing_known_changes_nothing(text: str) -> None:
    assert substitute(text, {}) == text
