"""What is allowed in an app profile and yet cannot be meant; each with its place in the file."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from support.drills import PROFILE
from support.pages import ROOT

from brownout.commands.lint import check
from brownout.expect import AnyExpect
from brownout.library import needs
from brownout.library.library import load_profile
from brownout.library.lint import Finding
from brownout.library.lint_profile import lint_profile_file
from brownout.profile import MARKS, PLACES, Read

KINDS = get_args(AnyExpect)
EXAMPLES = sorted((ROOT / "examples").rglob("brownout.yaml"))


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The sound profile with another value at a place; None takes the key out."""
    value = copy.deepcopy(PROFILE)
    inner: Any = value
    for part in path[:-1]:
        inner = inner[part]
    if to is None:
        del inner[path[-1]]
    elif isinstance(inner, list) and path[-1] == len(inner):
        inner.append(to)
    else:
        inner[path[-1]] = to
    return value


def findings(folder: Path, value: dict[str, Any]) -> list[Finding]:
    file = folder / "brownout.yaml"
    file.write_text(yaml.safe_dump(value, sort_keys=False))
    return lint_profile_file(file)


def only(folder: Path, value: dict[str, Any]) -> Finding:
    (finding,) = findings(folder, value)
    assert finding.problem is not None
    assert finding.problem.line > 0
    return finding


STEP = ("journeys", "ask", "steps", 0)


def test_a_sound_profile_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, PROFILE) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_examples_have_none_but_for_users_who_are_meant_to_be_impatient(file: Path) -> None:
    remarks = check(str(file))

    assert {remark.severity for remark in remarks} <= {"warning"}
    assert {"is never reached" in remark.message for remark in remarks} <= {True}
    assert not remarks or file.parts[-2].startswith("fragile")


@pytest.mark.parametrize(
    ("value", "severity", "said", "where"),
    [
        (changed(*STEP, "post", to="ask"), "warning", "does not begin with a slash", (*STEP, "post")),
        (changed(*STEP, "json", to={"text": "hello"}), "warning", "sends no {{ message }}", STEP),
        (
            changed(*STEP, "reply", to={"json": "reply", "sse": "delta"}),
            "warning",
            "json and sse each say where the answer is",
            (*STEP, "reply", "sse"),
        ),
        (changed(*STEP, "reply", to={"error": "error"}), "error", "so each would be empty", (*STEP, "reply")),
        (changed(*STEP, "reply", to={"model": "model"}), "error", "so each would be empty", (*STEP, "reply")),
        (changed(*STEP, "reply", to={"incomplete": "cut"}), "error", "so each would be empty", (*STEP, "reply")),
        (changed(*STEP, "reply", to={"cumulative": True}), "error", "so each would be empty", (*STEP, "reply")),
        (
            changed(*STEP, "reply", to={"json": "reply", "ndjson": "delta"}),
            "warning",
            "json and ndjson each say where the answer is",
            (*STEP, "reply", "ndjson"),
        ),
        (changed("expect", to=[]), "warning", "no expect: ", ("expect",)),
        (changed("budget", to=5), "error", "add upstream: real", ("budget",)),
        (
            changed("start", "command", to="python a.py"),
            "error",
            "nothing tells the application its port",
            ("start", "command"),
        ),
        (changed("url", to="http://127.0.0.1:8000"), "warning", "port 8000 is fixed", ("url",)),
        (
            changed("start", "env", to={"LLM": "{acme_base_url}"}),
            "warning",
            "no platform is known that {acme_base_url} stands for",
            ("start", "env", "LLM"),
        ),
        (
            changed("expect", 1, to={"check": "no_hang", "within": "9s"}),
            "warning",
            "give up after 5s (patience), before 9s are over",
            ("expect", 1, "within"),
        ),
        (
            changed("expect", 1, to={"check": "latency", "p95": "9s"}),
            "warning",
            "p95 is never reached",
            ("expect", 1, "p95"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_cannot_be_meant_is_said_at_its_place(
    value: dict[str, Any], severity: str, said: str, where: tuple[str | int, ...], tmp_path: Path
) -> None:
    finding = only(tmp_path, value)

    assert (finding.severity, finding.path) == (severity, where)
    assert said in finding.text


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        ({"check": "history_kept"}, "needs history"),
        ({"check": "export_complete"}, "needs export"),
        ({"check": "no_duplicate_effects"}, "needs effects"),
        ({"check": "first_token", "p95": "2s"}, "needs a step whose reply is a stream"),
        ({"check": "failover", "at_least": "90%"}, "needs a step with instead_of"),
        ({"check": "told_in_time"}, "needs a step with whatsapp, and notice"),
        ({"check": "answered_once"}, "needs a step with whatsapp"),
        ({"check": "context_kept"}, "needs more than one question"),
        ({"check": "history_kept", "journey": "ask"}, "journey ask has none"),
    ],
    ids=str,
)
def test_a_check_without_what_it_needs_is_an_error(expectation: dict[str, Any], said: str, tmp_path: Path) -> None:
    finding = only(tmp_path, changed("expect", 1, to=expectation))

    assert finding.severity == "error"
    assert said in finding.text
    assert finding.text.endswith("so it would stay UNKNOWN")


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_beside_the_text_makes_no_stream_of_an_answer(mark: str, tmp_path: Path) -> None:
    value = changed(*STEP, "reply", to={"json": "reply", mark: mark})
    value["expect"] = [{"check": "first_token", "p95": "2s"}]

    assert "needs a step whose reply is a stream" in only(tmp_path, value).text


@pytest.mark.parametrize("reply", [{"sse": "delta"}, {"ndjson": "delta"}, {"text": True}], ids=str)
def test_what_arrives_in_pieces_is_a_stream(reply: dict[str, Any], tmp_path: Path) -> None:
    value = changed(*STEP, "reply", to=reply)
    value["expect"] = [{"check": "first_token", "p95": "2s"}]

    assert findings(tmp_path, value) == []


def test_each_key_of_a_reply_says_where_the_answer_is_or_something_beside_it() -> None:
    keys = {field.alias or name for name, field in Read.model_fields.items()}

    assert keys - {*PLACES, *MARKS} == {"cumulative", "restart"}


@pytest.mark.parametrize("check", ["success", "latency", "recovery", "whole_answers"])
def test_a_check_of_answers_needs_a_question(check: str, tmp_path: Path) -> None:
    keys = {"success": {"at_least": "1%"}, "latency": {"p95": "1s"}, "recovery": {"within": "1s"}}.get(check, {})
    value = changed(*STEP, "reply", to=None)
    value["expect"] = [{"check": check, **keys}]

    assert "needs a step with reply" in only(tmp_path, value).text


def test_a_locust_file_says_nothing_of_replies_and_histories(tmp_path: Path) -> None:
    (tmp_path / "users.py").touch()
    value = {**changed("journeys", to=None), "locustfile": "users.py"}
    value["expect"] = [{"check": "success", "at_least": "1%"}, {"check": "history_kept"}]

    assert "which a locustfile cannot say" in only(tmp_path, value).text


def test_what_every_check_needs_is_known_or_nothing() -> None:
    free = {
        "no_futile_retries",
        "no_hang",
        "no_leaks",
        "resources",
        "retry_after_honoured",
        "retry_amplification",
        "storm",
    }

    assert {get_args(kind.model_fields["check"].annotation)[0] for kind in KINDS if not kind.needs} == free
    assert {kind.needs for kind in KINDS} <= {"", *needs._HAD}


@pytest.mark.parametrize(
    ("value", "said", "line"),
    [
        (changed("start", "command", to=["{python}", "a.py", "{prt}"]), "did you mean {port}?", 6),
        (changed("start", "command", to="python a.py {prt}"), "did you mean {port}?", 3),
        (changed("start", "env", to={"DB": "{scrath}/db"}), "did you mean {scratch}?", 8),
    ],
    ids=["list", "text", "env"],
)
def test_what_cannot_be_started_is_refused_with_its_line(
    value: dict[str, Any], said: str, line: int, tmp_path: Path
) -> None:
    file = tmp_path / "brownout.yaml"
    file.write_text(yaml.safe_dump(value, sort_keys=False))

    (remark,) = check(str(file))

    assert remark.severity == "error"
    assert said in remark.message
    assert remark.line == line


@pytest.mark.parametrize("where", ["command", "env"])
def test_a_port_may_be_told_by_argument_or_by_variable(where: str, tmp_path: Path) -> None:
    value = changed("start", to={"command": "python a.py", "env": {"PORT": "{port}"}})
    assert findings(tmp_path, value if where == "env" else PROFILE) == []
    assert load_profile(tmp_path).name == "small"


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://shop.localhost:8000", "http://[::1]:8000"])
def test_this_machine_has_many_names(url: str, tmp_path: Path) -> None:
    assert [one.text for one in findings(tmp_path, changed("url", to=url)) if "not this machine" in one.text] == []


def test_a_question_may_be_asked_in_one_step_and_answered_in_another(tmp_path: Path) -> None:
    steps = [
        {"name": "ask", "post": "/jobs", "json": {"text": "{{ message }}"}, "keep": {"id": "id"}},
        {"name": "read", "get": "/jobs/{{ id }}", "reply": {"json": "reply"}},
    ]
    assert findings(tmp_path, changed("journeys", "ask", "steps", to=steps)) == []
