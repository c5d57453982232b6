"""A stranger's mistakes in both formats: where each is reported, and in which words."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from brownout.config import spelling
from brownout.config.yamlfile import MAX_BYTES, InputError, Problem, read
from brownout.faults import FAULTS
from brownout.profile import Profile
from brownout.scenario import Scenario
from brownout.services import SERVICE_NAMES

SCENARIO = """\
brownout: 1
name: outage
title: An outage
seed: 7
speed: 60
sources:
  - url: https://status.example.org/1
    fact: it was down
timeline:
  - phase: down
    lasts: 10m
    impact: major_outage
    rules:
      - {fault: server_error, on: openai.chat, share: 30%}
      - {fault: stream_cut, on: openai.*, when: {stream: true}, after: 8 events}
status:
  openai: [{at: 5m, say: investigating, indicator: major}]
"""
PROFILE = """\
name: shop
start: {command: "{python} app.py", timeout: 10s}
connect: base_url
journeys:
  chat:
    weight: 2
    steps:
      - name: ask
        post: /chat
        json: {text: "{{ message }}"}
        reply: {json: reply.text}
    history: {get: /history, messages: messages}
load: {users: 5, arrive: 10 rps}
expect:
  - {check: success, at_least: 95%, during: operational}
  - {check: latency, p95: 5s}
upstream: stand-in
"""
SERVICES = ", ".join(name for name in SERVICE_NAMES if name.startswith("openai."))
JARGON = (
    "Input should",
    "Extra inputs",
    "Value error",
    "Field required",
    "valid tuple",
    "valid dictionary",
    "pydantic",
)

Mistake = tuple[int, str, str, tuple[str, ...]]

SCENARIO_MISTAKES: list[Mistake] = [
    (1, "brownout: 2", "1:11", ("brownout must be 1, not 2",)),
    (1, "# nothing", "2:1", ("missing key 'brownout'",)),
    (2, "name: Big Outage", "2:7", ("name 'Big Outage' is not allowed", "lower-case letters, digits and hyphens")),
    (2, "nmae: outage", "2:1", ("unknown key 'nmae'; did you mean 'name'? allowed: brownout, name, title",)),
    (3, "title: 404", "3:8", ("title must be text, not the number 404; put it in quotes",)),
    (3, "title: yes: no", "3:11", ("a ':' cannot stand here; put the text in quotes",)),
    (3, "title: [An, outage]", "3:8", ("title must be text, not a list",)),
    (3, "title:", "3:7", ("title must be text, but nothing stands here",)),
    (3, "title: @outage", "3:8", ("cannot begin with this character; put it in quotes",)),
    (3, "title: 'An outage", "3:8", ("a quote is never closed",)),
    (4, "sede: 7", "4:1", ("unknown key 'sede'; did you mean 'seed'? allowed: brownout, name, title, sources, seed",)),
    (4, "title: Again", "4:1", ("key 'title' appears twice; the first is on line 3",)),
    (4, "seed: often", "4:7", ("seed must be a whole number, not the text 'often'",)),
    (4, "seed: 1.5", "4:7", ("seed must be a whole number, not the number 1.5",)),
    (4, "seed: !!python/name:os.system x", "4:7", ("the tag !!python/name:os.system is not allowed",)),
    (4, "seed: *seed", "4:7", ("an alias (*name) without its anchor (&name) above it",)),
    (4, "\tseed: 7", "4:1", ("a tab cannot indent; use spaces",)),
    (5, "speed: 0", "5:8", ("speed must be at least 0.001, not 0",)),
    (5, "speed: fast", "5:8", ("speed must be a number, not the text 'fast'",)),
    (5, " speed: 60", "5:7", ("a ':' cannot stand here", "check the indentation")),
    (6, "sources: https://example.org", "7:8", ("a ':' cannot stand here",)),
    (7, "  - url: example.org/1", "7:10", ("url must be a URL such as https://", "not the text 'example.org/1'")),
    (8, "    fakt: it was down", "8:5", ("unknown key 'fakt'; did you mean 'fact'? allowed: url, fact",)),
    (8, "# no fact", "7:5", ("missing key 'fact'",)),
    (10, "  - phase: ''", "10:12", ("phase must not be empty",)),
    (
        11,
        "    lasts: 10 minutes",
        "11:12",
        ("lasts: '10 minutes' is not a duration; allowed: 250ms, 1.5s, 10m, 1h30m",),
    ),
    (11, "    last: 10m", "11:5", ("unknown key 'last'; did you mean 'lasts'? allowed: phase, lasts, impact, rules",)),
    (12, "    impact: major", "12:13", ("unknown impact 'major'; did you mean 'major_outage'? allowed: operational",)),
    (12, "    impact: chaos", "12:13", ("unknown impact 'chaos'; allowed: operational, degraded, partial_outage",)),
    (12, "    impact:", "12:12", ("nothing stands at impact; allowed: operational",)),
    (12, "# no impact", "10:5", ("missing key 'impact'; allowed: operational, degraded",)),
    (
        14,
        "      - {fault: server_eror, on: openai.chat}",
        "14:17",
        (
            "unknown fault 'server_eror'; did you mean 'server_error'? the nearest: server_error, ",
            f"all {len(FAULTS)}: brownout list faults",
        ),
    ),
    (
        14,
        "      - {fault: explode, on: openai.chat}",
        "14:17",
        ("unknown fault 'explode'; the nearest: ", "brownout list faults"),
    ),
    (
        14,
        "      - {falt: hang, on: openai.chat}",
        "14:10",
        ("unknown key 'falt'; did you mean 'fault'? allowed there: what brownout list faults lists",),
    ),
    (14, "      - {on: openai.chat}", "14:9", ("missing key 'fault'; allowed: what brownout list faults lists",)),
    (14, "      - {fault: hang}", "14:9", ("missing key 'on'",)),
    (
        14,
        "      - {fault: hang, on: openai.chta}",
        "14:27",
        (f"did you mean 'openai.chat'? allowed: {SERVICES}", "openai.*"),
    ),
    (14, "      - {fault: hang, on: nobody.*}", "14:27", ("on: 'nobody.*' names no service",)),
    (14, "      - {fault: hang, on: '*', sare: 30%}", "14:32", ("unknown key 'sare'; did you mean 'share'? allowed:",)),
    (14, "      - {fault: hang, on: '*', status: 500}", "14:32", ("unknown key 'status'",)),
    (
        14,
        "      - {fault: hang, on: '*', share: 130%}",
        "14:39",
        ("share: '130%' is out of range", "between 0% and 100%"),
    ),
    (14, "      - {fault: hang, on: '*', share: 30}", "14:39", ("share: 30 is out of range", "did you mean 30%?")),
    (
        14,
        "      - {fault: hang, on: '*', share: {from: 1%}}",
        "14:39",
        ("a share is 30%, or {from: 10%, to: 85%}",),
    ),
    (14, "      - {fault: server_error, on: '*', status: 404}", "14:48", ("status must be at least 500, not 404",)),
    (14, "      - {fault: hang, on: '*', after: 8 evnts}", "14:39", ("after: '8 evnts' is not a count", "8 events")),
    (14, "      - {fault: hang, on: '*', after: 8 events}", "14:39", ("after: events and bytes", "hang has none")),
    (14, "      - {fault: hang, on: '*', first: 0}", "14:39", ("first must be at least 1, not 0",)),
    (
        14,
        "      - {fault: hang, on: '*', sticky: user_id}",
        "14:40",
        ("unknown sticky 'user_id'; did you mean 'user'?",),
    ),
    (14, "      - {fault: hang, on: '*', when: {modl: x}}", "14:39", ("unknown key 'modl'; did you mean 'model'?",)),
    (14, "      - {fault: hang, on: '*', when: {stream: 7}}", "14:47", ("stream must be true or false",)),
    (
        14,
        "      - {fault: hang, on: '*', bucket: {rate: 5 rps}}",
        "14:40",
        ("bucket: hang cannot be struck by a bucket",),
    ),
    (14, "      - hang", "14:9", ("rules item 1 must be keys and values, not the text 'hang'",)),
    (14, "      - {fault: hang, on: '*'", "14:9", ("a '{' is never closed",)),
    (17, "  openai: {at: 5m}", "17:11", ("openai must be a list, not keys and values",)),
    (17, "  openai: [{at: 5m, say: fixed}]", "17:26", ("unknown say 'fixed'; allowed: investigating, identified",)),
    (17, "  openai: [{say: resolved}]", "17:12", ("missing key 'at'",)),
]
PROFILE_MISTAKES: list[Mistake] = [
    (1, "name: 5", "1:7", ("name must be text, not the number 5; put it in quotes",)),
    (2, "start: python app.py", "2:8", ("start must be keys and values, not the text 'python app.py'",)),
    (2, "start: {command: 5}", "2:18", ("command must be text or a list, not the number 5",)),
    (2, "start: {command: [python, 5]}", "2:27", ("command item 2 must be text, not the number 5",)),
    (2, "start: {comand: x}", "2:9", ("unknown key 'comand'; did you mean 'command'? allowed: command, cwd, env",)),
    (2, "start: {command: x, timeout: soon}", "2:30", ("timeout: 'soon' is not a duration",)),
    (2, "# no start", "1:1", ("start or url is needed",)),
    (3, "connect: proxy", "3:10", ("unknown connect 'proxy'; allowed: intercept, base_url",)),
    (5, "  chat: {}", "6:5", ("this does not fit the indentation of the lines above",)),
    (6, "    weight: 0", "6:13", ("weight must be at least 1, not 0",)),
    (6, "    message: hello", "6:14", ("message needs {{ canary }}",)),
    (8, "      - nam: ask", "8:9", ("unknown key 'nam'; did you mean 'name'?",)),
    (9, "        get: /chat\n        post: /chat", "8:9", ("step 'ask' needs exactly one of get, post, put, delete",)),
    (11, "        reply: {jsn: reply}", "11:17", ("unknown key 'jsn'; did you mean 'json'?",)),
    (11, "        reply: text", "11:16", ("reply must be keys and values, not the text 'text'",)),
    (12, "    history: {get: /history}", "12:14", ("missing key 'messages'",)),
    (13, "load: {users: 0}", "13:15", ("users must be at least 1, not 0",)),
    (13, "load: {users: 9000}", "13:15", ("users must be at most 5000, not 9000",)),
    (13, "load: {arrive: 10 rpx}", "13:16", ("arrive: '10 rpx' is not a rate; allowed: 40 rps, 60 rpm, 20/min",)),
    (
        15,
        "  - {check: succes, at_least: 95%}",
        "15:13",
        ("unknown check 'succes'; did you mean 'success'? the nearest: success",),
    ),
    (15, "  - {check: success, at_leest: 95%}", "15:22", ("unknown key 'at_leest'; did you mean 'at_least'?",)),
    (15, "  - {check: success}", "15:5", ("missing key 'at_least'",)),
    (15, "  - {check: success, at_least: 95}", "15:32", ("at_least: 95 is out of range", "did you mean 95%?")),
    (
        15,
        "  - {check: success, at_least: 1, during: major}",
        "15:43",
        ("unknown during 'major'; did you mean 'major_outage'?",),
    ),
    (15, "  - {at_least: 95%}", "15:5", ("missing key 'check'; allowed: what brownout list checks lists",)),
    (15, "  - {check: cost, at_most: 1.5}", "15:28", ("at_most: 1.5 is no ceiling; did you mean 1.5x, or $1.5?",)),
    (15, "  - {check: resources, journey: chat}", "15:5", ("drop journey and during",)),
    (15, "  - {check: resources, socket: 5}", "15:24", ("unknown key 'socket'; did you mean 'sockets'?",)),
    (16, "  - {check: latency}", "16:5", ("exactly one of p50, p90, p95, p99 is needed",)),
    (17, "upstream: real", "17:11", ("upstream: real needs a budget",)),
    (17, "prices: {gpt-4o: {inputs: 2}}", "17:19", ("unknown key 'inputs'; did you mean 'input'?",)),
    (17, "prices: {gpt-4o: {input: -2}}", "17:26", ("input must be at least 0, not -2",)),
    (17, "upstream: live", "17:11", ("unknown upstream 'live'; allowed: stand-in, real",)),
]


def problems(path: Path, text: str | bytes, model: type[BaseModel]) -> tuple[Problem, ...]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputError) as caught:
        read(path, model)
    return caught.value.problems


def with_line(text: str, number: int, line: str) -> str:
    lines = text.splitlines()
    lines[number - 1] = line
    return "\n".join(lines) + "\n"


def check(path: Path, text: str, model: type[BaseModel], at: str, words: tuple[str, ...]) -> None:
    found = problems(path, text, model)
    assert len(found) == 1, found
    assert f"{found[0].line}:{found[0].column}" == at
    assert all(word in found[0].message for word in words), found[0].message
    assert str(found[0]) == f"{path}:{at}: {found[0].message}"
    assert not any(word in str(found[0]) for word in JARGON)


@pytest.mark.parametrize(("number", "line", "at", "words"), SCENARIO_MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_in_a_scenario_is_named_where_it_is(
    tmp_path: Path, number: int, line: str, at: str, words: tuple[str, ...]
) -> None:
    check(tmp_path / "outage.yaml", with_line(SCENARIO, number, line), Scenario, at, words)


@pytest.mark.parametrize(("number", "line", "at", "words"), PROFILE_MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_in_a_profile_is_named_where_it_is(
    tmp_path: Path, number: int, line: str, at: str, words: tuple[str, ...]
) -> None:
    check(tmp_path / "brownout.yaml", with_line(PROFILE, number, line), Profile, at, words)


def test_the_files_without_mistakes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outage.yaml"
    path.write_text(SCENARIO)
    scenario = read(path, Scenario)
    assert [rule.fault for rule in scenario.rules] == ["server_error", "stream_cut"]
    path.write_text(PROFILE)
    assert read(path, Profile).expect[1].id == "latency p95"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SCENARIO.replace("seed:", "sede:").replace("10m", "10x").replace("major_outage", "major")
    text = text.replace("fault: server_error, on: openai.chat, share", "fault: server_eror, on: openai.chta, sare")
    found = problems(tmp_path / "x.yaml", f"{text}speed: 5\n", Scenario)
    places = [(problem.line, problem.column) for problem in found]
    assert places == [(4, 1), (11, 12), (12, 13), (14, 17), (14, 34), (14, 47), (18, 1)]


def test_an_error_prints_one_problem_a_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("brownout: 2\ntitle: x\n")
    with pytest.raises(InputError) as caught:
        read(path, Scenario)
    lines = str(caught.value).splitlines()
    assert lines == [str(problem) for problem in caught.value.problems]
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        (b"", "1:1", "the file is empty"),
        (b"# only a comment\n", "1:1", "the file is empty"),
        (b"- a\n- b\n", "1:1", "expected keys and values, found a list"),
        (b"\nhello\n", "2:1", "expected keys and values, found one value"),
        (b"a: 1\nb: \xff\n", "2:4", "not UTF-8"),
        ("a: 1".encode("utf-16"), "1:1", "not UTF-8"),
        ("ä: ä\nb: \x07".encode(), "2:4", "the control character U+0007 is not allowed"),
        (b"a: 1\n---\nb: 2\n", "2:1", "'---' begins a second document"),
        (b"a: [1, 2\nb: 3\n", "1:4", "a '[' is never closed"),
        (b"a: " + b"[" * 5000, "1:103", "nested more than 100 levels deep"),
        (b"a:\n  - b\n - c\n", "3:2", "does not fit the indentation"),
        (b'a: "\\q"\n', None, "unknown escape in double quotes"),
        (b"a: 1\n  \t b: 2\n", "2:3", "a tab cannot indent"),
    ],
)
def test_a_file_that_is_no_yaml_mapping_is_one_problem(tmp_path: Path, text: bytes, at: str | None, words: str) -> None:
    found = problems(tmp_path / "x.yaml", text, Scenario)
    assert len(found) == 1
    assert words in found[0].message
    if at:  # the two parsers of PyYAML place an escape differently
        assert f"{found[0].line}:{found[0].column}" == at


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "gone.yaml", Scenario)
    assert str(caught.value) == f"{tmp_path / 'gone.yaml'}: no such file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="directory"):
        read(tmp_path, Scenario)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    found = problems(tmp_path / "x.yaml", b"a: 1\n" * (MAX_BYTES // 5 + 1), Scenario)
    assert [problem.message for problem in found] == ["larger than 1,000,000 bytes; this cannot be meant"]


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    layers = ["x0: &x0 [a, a, a, a, a, a, a, a, a]"]
    layers += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 10)]
    found = problems(tmp_path / "x.yaml", "\n".join(layers), Scenario)
    assert any("aliases (*name) repeat too much" in problem.message for problem in found)


def test_an_alias_may_repeat_a_rule(tmp_path: Path) -> None:
    text = SCENARIO.replace("- {fault: server_error", "- &down {fault: server_error").replace(
        "- {fault: stream_cut, on: openai.*, when: {stream: true}, after: 8 events}", "- *down"
    )
    path = tmp_path / "outage.yaml"
    path.write_text(text)
    assert [rule.fault for rule in read(path, Scenario).rules] == ["server_error", "server_error"]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outage.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SCENARIO.replace("\n", "\r\n").encode())
    assert read(path, Scenario).seed == 7
    path.write_bytes(b"\xef\xbb\xbf" + with_line(SCENARIO, 4, "sede: 7").replace("\n", "\r\n").encode())
    with pytest.raises(InputError, match=r":4:1: unknown key 'sede'"):
        read(path, Scenario)


def test_a_phase_or_a_rule_named_twice_is_found_at_the_second(tmp_path: Path) -> None:
    again = textwrap.indent("- {phase: down, lasts: 1m, impact: recovering}\n", "  ")
    found = problems(tmp_path / "x.yaml", SCENARIO.replace("status:\n", f"{again}status:\n"), Scenario)
    assert [(p.line, p.column) for p in found] == [(16, 13)]
    assert "phase 'down' appears twice" in found[0].message
    text = SCENARIO.replace("on: openai", "id: same, on: openai")
    found = problems(tmp_path / "x.yaml", text, Scenario)
    assert [(p.line, p.column) for p in found] == [(15, 33)]
    assert "rule id 'same' appears twice" in found[0].message


def test_of_a_message_that_quotes_a_long_value_the_middle_is_left_out(tmp_path: Path) -> None:
    text = SCENARIO.replace("share: 30%", f"share: {['x'] * 2000}")
    found = problems(tmp_path / "x.yaml", text, Scenario)
    message = next(problem.message for problem in found if "share" in problem.message)

    assert message.startswith("share: ['x', 'x', ")
    assert message.endswith("is not a share; a share is between 0% and 100%, or a number between 0 and 1")
    assert " … " in message
    assert len(message) <= spelling.LONGEST_MESSAGE


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_bytes_the_only_error_is_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(path, Scenario)
    assert caught.value.problems
    assert not any(word in str(caught.value) for word in JARGON)


lines = st.sampled_from(SCENARIO.splitlines())
words = st.sampled_from(
    ["{", "}", "[", "]", ":", "'", '"', "\t", "- ", "x", "0", "null", "true", "&a", "*a", "#", "%", "!"]
)


@given(st.lists(lines | words, max_size=25))
def test_a_scenario_torn_to_pieces_gives_problems_with_places(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "torn.yaml"
    path.write_text("\n".join(parts))
    found: tuple[Problem, ...] = ()
    try:
        read(path, Scenario)
    except InputError as error:
        found = error.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found)
    assert not any(word in problem.message for problem in found for word in JARGON)
