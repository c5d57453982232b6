from __future__ import annotations

from typing import Any

import pytest

from brownout.load.expressions import jmespath_refusals, refusals


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "plain {text}",
        "{{ canary }} {{ user + 1 }} {{ journey }}",
        {"a": ["{{ message | upper }}", {"b": "{{ token }}"}]},
        "{% for n in range(turn) %}{{ n }}{% endfor %}",
        "{% set x = 1 %}{{ x }}",
    ],
)
def test_templates_over_known_names_pass(value: Any) -> None:
    assert list(refusals(value, (), {"message", "token"})) == []


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("{{ nobody }}", ()),
        ("{{ canary", ()),
        ("{{ canary | nofilter }}", ()),
        ({"a": [1, "{% else %}"]}, ("a", 1)),
        ({"{{ nobody }}": "plain"}, ("{{ nobody }}",)),
    ],
)
def test_a_bad_template_is_refused_at_its_place(value: Any, place: tuple[str | int, ...]) -> None:
    assert [at for at, _ in refusals(value, ("x",), ())] == [("x", *place)]


@pytest.mark.parametrize("expression", [None, "a.b[0].c", "messages[?role=='assistant'] | [-1].text", "length(@)"])
def test_jmespath_expressions_pass(expression: str | None) -> None:
    assert list(jmespath_refusals(expression, ())) == []


@pytest.mark.parametrize("expression", ["", "a[", "a..b", "f(", "a ~ b", "x[?nope(@)]"])
def test_what_is_no_jmespath_is_refused(expression: str) -> None:
    refused = list(jmespath_refusals(expression, ("keep", "x")))
    assert [place for place, _ in refused] == [("keep", "x")]
