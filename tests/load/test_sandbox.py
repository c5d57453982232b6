"""Whatever a template says, it is over soon and makes no more than a text of bounded length."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from brownout.load.sandbox import LARGEST
from brownout.load.templates import render

NAMES: dict[str, Any] = {
    "message": "why is\nthe sky blue?",
    "user": 7,
    "items": [{"id": 1}, {"id": 2}],
    "big": "a" * 9000,
}
USUAL = (
    "{{ message | upper }} {{ message[:3] }} {{ message ~ user }} {{ user + 1 }} {{ user * 2 }} {{ 7 / 2 }}",
    "{{ message | replace('sky', 'sea') | urlencode }} {{ items | tojson }} {{ 7 // 2 }}",
    "{{ items | map(attribute='id') | join('-') }}",
    "{% for item in items %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for item in items if item.id > 1 %}{{ item['id'] }}{% else %}none{% endfor %}",
    "{% set n = namespace(v=0) %}{% for i in range(10) %}{% set n.v = n.v + i %}{% endfor %}{{ n.v }}",
    "{% if user is even %}even{% elif user > 5 %}odd{% else %}small{% endif %} {{ 'a' if user else 'b' }}",
    "{{ '%05d' | format(user) }} {{ '%s-%s' % (user, message) }} {{ '{}'.format(user) }} {{ 'x' * 3 }} {{ 2 ** 10 }}",
    "{{ message.upper().split(' ')[0].ljust(20) }}| {{ message | indent(4) }} {{ message | center(40) }}",
    "{% raw %}{{ user }}{% endraw %} {# nothing #} {{ 1700000000 }} {{ nothing | default(1700000000) }}",
    "{% set both %}{{ user }}{{ message }}{% endset %}{{ both | length }} {% with a = 1 %}{{ a }}{% endwith %}",
    "{{ items | selectattr('id', 'eq', 2) | list }} {{ items | sum(attribute='id') }} {{ dict(a=1).items() | list }}",
    "{{ 3.14159 | round(2) }} {{ nothing is defined }} {{ message in message }} {{ not user }} {{ -user }}",
)


@pytest.mark.parametrize("text", USUAL)
def test_what_people_write_comes_to_what_jinja2_makes_of_it(text: str) -> None:
    plain = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    assert render(text, NAMES) == plain.from_string(text).render(NAMES)


ATOMS = st.sampled_from(
    ["message", "user", "items", "big", "'a'", "99999", "3", "range(99999)", "['a', 'b']", "nobody"]
)
GROWTH = st.sampled_from(
    [
        "({0} * {1})",
        "({0} ~ {0} ~ {1})",
        "({0} + {1})",
        "({0} ** {1})",
        "({0} % {1})",
        "({0} | center({1}))",
        "({0} | replace({1}, {0}))",
        "({0} | join({1}))",
        "({0} | batch({1}, 'x') | list)",
        "({0} | indent({1}))",
        "({0} | wordwrap(1, wrapstring={1}))",
        "({0} | tojson(indent={1}))",
        "({0} | list | string)",
        "[{0}, {0}, {1}]",
        "({0}.ljust({1}))",
        "('%*d' % ({1}, {0}))",
        "({0} | format({1}))",
        "({0} | round({1}))",
        "({0} | map('string') | join({1}))",
    ]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda form, left, right: form.format(left, right), GROWTH, inner, inner)


EXPRESSIONS = st.recursive(ATOMS, _grown, max_leaves=8)
FRAMES = st.sampled_from(
    [
        "{{ %s }}",
        "{%% for a in range(99999) %%}{{ %s }}{%% endfor %%}",
        "{%% for a in %s %%}{%% for b in range(99999) %%}x{%% endfor %%}{%% endfor %%}",
        "{%% set n = namespace(v='a') %%}{%% for a in range(99) %%}{%% set n.v = n.v ~ n.v ~ %s %%}{%% endfor %%}",
        "{%% set a = [%s] %%}" + "{%% set a = [a, a] %%}" * 30 + "{{ a }}",
    ]
)


@settings(max_examples=20)
@given(FRAMES, EXPRESSIONS)
def test_no_template_makes_more_than_it_may_or_goes_on_for_ever(frame: str, expression: str) -> None:
    began = time.process_time()
    try:
        made = render(frame % expression, NAMES)
    except ValueError as refusal:
        made = str(refusal)
    assert len(made) <= LARGEST
    assert time.process_time() - began < 2.0  # the bound is 1 s, of which one call may be over it
