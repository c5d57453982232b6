"""Files that were made to hurt, or that no drill could use: each ends in messages with their places, and at once."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.documents import paths, replaced

from brownout.cli import main
from brownout.config import reading
from brownout.resources import EXAMPLES

Captured = pytest.CaptureFixture[str]
CPU_SECONDS = 1.5
"""Some hundred times what such a file needs, and far less than what these took before there were bounds."""
STEP: dict[str, Any] = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
JOURNEY: dict[str, Any] = {"message": "Hello {{ canary }}", "steps": [STEP]}
PROFILE: dict[str, Any] = {
    "name": "shop",
    "start": {"command": "{python} shop.py --port {port}", "env": {"A": "b"}, "ready": "/"},
    "journeys": {"ask": JOURNEY},
    "expect": [{"check": "no_hang", "within": "5s"}],
}
RULE: dict[str, Any] = {"fault": "server_error", "on": "openai.chat"}
SCENARIO: dict[str, Any] = {
    "brownout": 1,
    "name": "mine",
    "title": "x",
    "sources": [{"url": "https://status.example.com/1", "fact": "x"}],
    "timeline": [{"phase": "down", "lasts": "1m", "impact": "major_outage", "rules": [RULE]}],
}
MESSAGE, ASK = ("journeys", "ask", "message"), ("journeys", "ask", "steps", 0)
RULES = ("timeline", 0, "rules")


def _lint(file: Path, value: Any, capsys: Captured) -> tuple[int, list[str], float]:
    """Exit code, the lines that were said, and the CPU time it took."""
    file.write_text(json.dumps(value), encoding="utf-8")
    began = time.process_time()
    code = main(["lint", str(file)])
    took = time.process_time() - began
    told = capsys.readouterr()
    return code, (told.out + told.err).splitlines(), took


def _message(text: str) -> tuple[tuple[str | int, ...], Any]:
    return MESSAGE, f"{text} {{{{ canary }}}}"


GROWING = "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}"
LISTS = "{% set a = ['aaaaaaaaaa'] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}"
TURNS = "{% for a in range(99999) %}" * 3 + "x" + "{% endfor %}" * 3
HUNGRY: dict[str, tuple[tuple[tuple[str | int, ...], Any], str]] = {
    "a text three billion times": (_message("{{ 'a' * 3000000000 }}"), "too long a text"),
    "a list a billion times": (_message("{{ [1] * 1000000000 }}"), "too long a text"),
    "a power of a power": (_message("{{ 9 ** (9 ** 9) }}"), "too large a number"),
    "a wide text": (_message("{{ 'a' | center(3000000000) }}"), "above 10,000"),
    "a wide method": (_message("{{ 'a'.ljust(3000000000) }}"), "above 10,000"),
    "a wide number": (_message("{{ '5'.zfill(3000000000) }}"), "above 10,000"),
    "a wide indent": (_message("{{ 'a\\nb' | indent(3000000000) }}"), "above 10,000"),
    "a wide format": (_message("{{ '%3000000000d' % 1 }}"), "a width above"),
    "a format filter": (_message("{{ '%3000000000d' | format(1) }}"), "a width above"),
    "a format method": (_message("{{ '{:3000000000}'.format(1) }}"), "a width above"),
    "a nested format": (_message("{{ '{:{}}'.format(1, 3000000000) }}"), "a width above"),
    "a replacement in a replacement": (_message("{{ ('a' * 999) | replace('a', 'a' * 9999999) }}"), "too long a text"),
    "replacements one after the other": (_message("{{ 'a'" + "|replace('a','aaaaaaaaaa')" * 20 + " }}"), "too long"),
    "a joined range": (_message("{{ range(20000) | map('string') | join('x' * 9999) }}"), "too long a text"),
    "a long precision": (_message("{{ 1.5 | round(3000000000, 'ceil') }}"), "above 10,000"),
    "an indented JSON": (_message("{{ [1] | tojson(indent=3000000000) }}"), "above 10,000"),
    "bytes of a number": (_message("{{ (1).to_bytes(3000000000, 'big') }}"), "above 10,000"),
    "a text that doubles": (_message(GROWING), "more than 1,000,000"),
    "a list that doubles": (_message(LISTS), "more than 1,000,000"),
    "loops in loops": (_message(TURNS), "a loop makes"),
    "lorem ipsum": (_message("{{ lipsum(99999) }}"), "names 'lipsum'"),
    "a macro that calls itself": (_message("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), "macro %} is not avail"),
    "brackets": (_message("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}"), "brackets inside one another"),
    "filters": (_message("{{ 'a'" + "|upper" * 5000 + " }}"), "of more than 200 words"),
    "minus signs": (_message("{{ " + "-" * 900 + "1 }}"), "not a jinja2 template"),
    "negations": (_message("{{ " + "not " * 900 + "1 }}"), "of more than 200 words"),
    "blocks in blocks": (_message("{% if 1 %}" * 300 + "{% endif %}" * 300), "nested too deeply"),
    "a long template": (_message("{{ user }}" + "a" * 200_000), "longer than 100,000 characters"),
    "many templates": (_message("{{ user }}" * 2000), "more than 1,000 of"),
}
HUNGRY["brackets in a path of JSON"] = (
    ((*ASK, "reply"), {"json": "(" * 900 + "a" + ")" * 900}),
    "than 20 brackets",
)
HUNGRY["a long path of JSON"] = (((*ASK, "reply"), {"json": ".".join("a" * 20_000)}), "longer than 2,000 characters")
HUNGRY["a deep path of JSON"] = (((*ASK, "reply"), {"json": ".".join("a" * 900)}), "more than 200 words")
HUNGRY["a path of JSON that doubles"] = (
    ((*ASK, "reply"), {"json": " | ".join(["[@, @][]"] * 25)}),
    "more than 100 times as much",
)
HUNGRY["a nested pattern"] = ((("journeys", "ask", "notice"), "(" * 2000 + ")" * 2000), "nested too deeply")
HUNGRY["a long pattern"] = ((("journeys", "ask", "notice"), "a" * 6000), "longer than 5,000 characters")
HUNGRY["a pattern that counts too far"] = ((("journeys", "ask", "notice"), "a{99999999999}"), "is not a regular")


@pytest.mark.parametrize("name", HUNGRY)
def test_a_hungry_profile_is_refused_before_it_has_eaten(name: str, tmp_path: Path, capsys: Captured) -> None:
    (path, value), words = HUNGRY[name]

    code, lines, took = _lint(tmp_path / "brownout.yaml", _at(PROFILE, path, value), capsys)

    assert code == 2, lines
    assert re.match(rf"{re.escape(str(tmp_path))}/brownout\.yaml:\d+:\d+: error: ", lines[0])
    assert words in lines[0]
    assert len(lines) == 2
    assert len(lines[0]) < 1000
    assert took < CPU_SECONDS


UNUSABLE: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("start", "env"), {"A": "a\0b"}, "NUL"),
    (("start", "env"), {"A=B": "c"}, "no name of a variable"),
    (("start", "env"), {"A\nB": "c"}, "no name of a variable"),
    (("start", "env"), {"": "c"}, "no name of a variable"),
    (("start", "command"), "", "command is empty"),
    (("start", "command"), [], "command is empty"),
    (("start", "command"), [""], "command is empty"),
    (("start", "command"), "python 'app.py --port {port}", "no closing quotation"),
    (("start", "command"), ["python", "a\0b"], "NUL"),
    (("start", "command"), "{python} --port {prt}", "did you mean {port}?"),
    (("start", "ready"), "file:///etc/passwd", "no URL of an application"),
    (("start", "ready"), "//example.com/", "one slash"),
    (("start", "ready"), "/{health}", "stands for nothing"),
    (("url",), "http://[", "no URL"),
    (("url",), "http://127.0.0.1:999999", "no URL"),
    (("url",), "http://127.0.0.1:0", "there is no port 0"),
    (("url",), "http://127.0.0.1:{banana}", "stands for nothing"),
    (("url",), "http://", "no URL of an application"),
    (("url",), "ftp://127.0.0.1", "no URL of an application"),
    (("url",), "http://127.0.0.1 :80", "no URL"),
    (("webhooks",), {"openai": {"url": "file:///x", "secret": "s"}}, "no URL of an application"),
    ((*ASK, "post"), "//example.com/ask", "one slash"),
    ((*ASK, "post"), "/\\example.com/ask", "one slash"),
    ((*ASK, "post"), "\\\\example.com/ask", "one slash"),
    ((*ASK, "post"), "{{ '//example.com' }}", "one slash"),
    ((*ASK, "post"), "https://shop.example.com/ask", "a load never leaves"),
    ((*ASK, "post"), "https://shop.example.com/ask/{{ user }}", "a load never leaves"),
    ((*ASK, "post"), "HTTP://SHOP.EXAMPLE.COM/ask", "a load never leaves"),
    ((*ASK, "post"), "file:///etc/passwd", "a load never leaves"),
    ((*ASK, "post"), "http://[", "a load never leaves"),
    ((*ASK, "post"), "http://localhost.example.com/ask", "a load never leaves"),
    ((*ASK, "headers"), {"A": "a\r\nB: c"}, "line break"),
    ((*ASK, "headers"), {"A": "a\0"}, "control character"),
    ((*ASK, "headers"), {"A": "日本"}, "not of Latin-1"),
    ((*ASK, "headers"), {"A": "{{ '日本' }}"}, "not of Latin-1"),
    ((*ASK, "headers"), {"A b": "c"}, "header name"),
    ((*ASK, "headers"), {"A": " b"}, "blanks"),
    ((*ASK, "json"), {"a": "{{ 1 / 0 }}"}, "division by zero"),
    ((*ASK, "json"), {"a": "{{ user.id }}"}, "has no attribute 'id'"),
    ((*ASK, "post"), "/{{ user.id }}", "has no attribute 'id'"),
    ((*ASK, "headers"), {"A": "{{ user.id }}"}, "has no attribute 'id'"),
    (("platforms",), {"acme": "https://0x7f000001/v1"}, "a bare address"),
    (("platforms",), {"acme": "https://127.1/v1"}, "a bare address"),
    (("platforms",), {"acme": "https://0177.0.0.0x1/v1"}, "a bare address"),
    (("platforms",), {"acme": "https://localhost./v1"}, "this machine"),
    (("platforms",), {"acme": "https://a.localhost/v1"}, "this machine"),
    (("platforms",), {"acme": "https://llm.acme.example./v1"}, "no host name"),
    (("platforms",), {"acme": "https://*.example/v1"}, "no host name"),
    (("platforms",), {"acme": "https://llm.acme.example:99999/v1"}, "no base URL"),
    ((*ASK, "json"), {f"{n}": "{{ user }}" for n in range(2000)}, "2,001 texts with templates"),
    (("settle",), 10**400, "a number of 401 digits"),
    (("start", "timeout"), 10**400, "a number of 401 digits"),
    (("name",), "x" * 5000, "5,000 characters; at most 200"),
    (("journeys",), {"x" * 900: JOURNEY}, "1 to 200 characters"),
    ((*ASK, "name"), "x" * 5000, "5,000 characters; at most 200"),
    (("journeys", "ask", "steps"), [STEP] * 1001, "1,001 steps in all"),
    (("locustfile",), "nowhere.py", "no such file"),
]


@pytest.mark.parametrize(("path", "value", "words"), UNUSABLE, ids=lambda value: str(value)[:40].replace("\0", "0"))
def test_what_no_drill_could_use_is_refused_with_its_place(
    path: tuple[str | int, ...], value: Any, words: str, tmp_path: Path, capsys: Captured
) -> None:
    code, lines, _ = _lint(tmp_path / "brownout.yaml", _at(PROFILE, path, value), capsys)

    assert code == 2, lines
    assert re.match(rf"{re.escape(str(tmp_path))}/brownout\.yaml:\d+:\d+: error: ", lines[0])
    assert words in lines[0]
    assert len(lines) == 2, lines


RETRYING = {**RULE, "fault": "server_eror", "retry_after": "3s"}
BAD_SCENARIOS: list[tuple[tuple[str | int, ...], Any, str, int]] = [
    (RULES, [{"fault": "nope", "on": "x"}] * 6_000, "error: … and 5,980 more", 22),
    (RULES, [{"fault": f"nope{n}", "on": "x"} for n in range(3000)], "error: … and 2,980 more", 22),
    (RULES, [RULE] * 2001, "2,001 entries; at most 2,000", 2),
    (("timeline",), [{**SCENARIO["timeline"][0], "phase": f"p{n}"} for n in range(1001)], "at most 1,000", 2),
    (("timeline", 0, "phase"), "x" * 5000, "5,000 characters; at most 200", 2),
    ((*RULES, 0, "id"), "x" * 5000, "5,000 characters; at most 200", 2),
    ((*RULES, 0, "retry_after"), "3s", "unknown key 'retry_after'", 2),
    ((*RULES, 0), RETRYING, "unknown key 'retry_after'", 3),
    (("speed",), 1e-320, "speed must be at least 0.001", 2),
]


@pytest.mark.parametrize(("path", "value", "words", "times"), BAD_SCENARIOS, ids=lambda value: str(value)[:40])
def test_of_many_mistakes_the_first_are_said_and_the_rest_is_counted(
    path: tuple[str | int, ...], value: Any, words: str, times: int, tmp_path: Path, capsys: Captured
) -> None:
    code, lines, took = _lint(tmp_path / "mine.yaml", _at(SCENARIO, path, value), capsys)

    assert code == 2
    assert words in lines[-2]
    assert len(lines) == times
    assert "did you mean 'retry_after'" not in "".join(lines)
    assert took < 3 * CPU_SECONDS + 3  # writing and reading a file of half a megabyte is in it


def test_as_many_rules_as_are_allowed_are_checked_against_one_another(tmp_path: Path, capsys: Captured) -> None:
    rules = [{**RULE, "when": {"model": f"m{n}"}} for n in range(1500)]

    code, lines, took = _lint(tmp_path / "mine.yaml", _at(SCENARIO, RULES, rules), capsys)

    assert (code, lines) == (0, ["1 file: 0 errors, 0 warnings"])
    assert took < 2 * CPU_SECONDS


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path, capsys: Captured) -> None:
    os.mkfifo(tmp_path / "pipe")
    text = yaml.safe_dump(SCENARIO)
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=(text,))
    writer.start()

    code = main(["lint", str(tmp_path / "pipe")])

    writer.join()
    assert (code, capsys.readouterr().out) == (0, "1 file: 0 errors, 0 warnings\n")


def test_a_pipe_that_nobody_writes_to_is_given_up(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WAIT", 0.05)
    os.mkfifo(tmp_path / "pipe")

    assert main(["lint", str(tmp_path / "pipe")]) == 2
    assert "nothing comes through this pipe" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "words"), [("/dev/zero", "a device"), ("/dev/null", "a device")])
def test_a_device_is_no_file(name: str, words: str, capsys: Captured) -> None:
    assert main(["lint", name]) == 2
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("speed", ["inf", "nan", "0", "-1", "1e300"])
def test_a_speed_that_no_drill_can_have_is_refused(speed: str, capsys: Captured) -> None:
    assert main(["show", "baseline", "--speed", speed]) == 2
    assert main(["run", "baseline", "--speed", speed]) == 2
    assert main(["proxy", "baseline", "--speed", speed]) == 2
    assert capsys.readouterr().err.count("allowed: 0.001 to 1,000,000") == 3


EXAMPLE: dict[str, Any] = yaml.safe_load((EXAMPLES / "all_features" / "brownout.yaml").read_text("utf-8"))
PLACES = paths(EXAMPLE)
STRANGE = st.one_of(
    st.sampled_from(
        [
            "",
            "\0",
            "//x",
            "http://[",
            "{{",
            "{{ 'a' * 3000000000 }}",
            "{{ 1 / 0 }}",
            "{{ user.id }}",
            "{port",
            "(" * 400,
        ]
    ),
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


@given(st.sampled_from(PLACES), STRANGE)
def test_no_change_to_a_profile_brings_lint_down(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], value: Any
) -> None:
    file = tmp_path_factory.getbasetemp() / "mutated.yaml"
    file.write_text(yaml.safe_dump(replaced(EXAMPLE, path, value)), encoding="utf-8")

    assert main(["lint", str(file)]) in (0, 2)


def _at(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A document with a value at a place that need not be there yet."""
    if len(path) == 1 and isinstance(document, dict):
        return {**document, path[0]: value}
    return (
        replaced(document, path[:1], _at(document[path[0]], path[1:], value))
        if path[1:]
        else replaced(document, path, value)
    )
