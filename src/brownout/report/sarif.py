"""``brownout.sarif``: what broke, and what could not be told, as code scanners and editors read it.

Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from os.path import normpath
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from brownout.library.pages import explained
from brownout.report import story, words
from brownout.report.json import text_of
from brownout.report.junit import overall
from brownout.result import ENDED, Result
from brownout.verdict import Status, Verdict

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_LONGEST: Final = 4_000
"""Characters of a text; what is longer ends in an ellipsis."""


def _text(value: str) -> str:
    """Any text as a message, with no control character, and nothing that a viewer would take for a link."""
    plain = words.printable(value)
    plain = plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
    return plain.replace("](", "] (")


def _rule(check: str, objective: str) -> dict[str, Any]:
    """A check, in the words of its section in the docs where it has one."""
    try:
        page = explained("check", check).text
    except KeyError:  # of the drill as a whole, or of its baseline
        page = objective
    first = page.partition("\n\n")[0].replace("**Asks:** ", "").replace("\n", " ")
    return {
        "id": check,
        "name": "".join(word.capitalize() for word in check.split("_")),
        "shortDescription": {"text": first[:1].upper() + first[1:]},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": "error"},
    }


def _uri(file: str) -> dict[str, str]:
    """A file as it was named to the drill: from the folder in which that ran, or from the root of the machine."""
    path = PurePath(normpath(file.encode("utf-8", "replace").decode()))
    return {"uri": path.as_uri()} if path.is_absolute() else {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


def _location(file: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _uri(file), "region": {"startLine": max(1, line)}}}


def _locations(verdict: Verdict, result: Result) -> list[dict[str, Any]]:
    """The rule that a finding is about, else what the profile expects, else the profile. Viewers show the first."""
    idle = [rule for rule in story.telling(result.rules) if rule.line and rule.state not in ("struck", "not_begun")]
    if verdict.check == "injection_proof" and idle:
        return [_location(result.scenario_file, rule.line) for rule in idle]
    return [_location(result.app_file, verdict.line)] if result.app_file else []


def _message(verdict: Verdict) -> str:
    lines = [
        verdict.finding,
        f"Measured: {verdict.measured}. Objective: {verdict.objective}.",
        *([f"Next step: {verdict.next_step}"] if verdict.next_step else []),
    ]
    return _text("\n".join(lines))


def _kind(status: Status) -> dict[str, str]:
    """What is BROKEN failed. What is UNKNOWN is for somebody to look at; the standard gives that no other level."""
    return {"kind": "fail", "level": "error"} if status is Status.BROKEN else {"kind": "review", "level": "none"}


def _finding(verdict: Verdict, result: Result, rules: Sequence[str]) -> dict[str, Any]:
    fingerprint = story.fingerprint(verdict, result)
    located = _locations(verdict, result)
    again = {"again": _text(verdict.again)} if verdict.again else {}
    return {
        "ruleId": _text(verdict.check),
        "ruleIndex": rules.index(verdict.check),
        **_kind(verdict.status),
        "message": {"text": _message(verdict)},
        "locations": located[:1],
        "relatedLocations": located[1:],
        "partialFingerprints": {"brownoutVerdict/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint}:1"},
        "properties": {"expectation": _text(verdict.id), "samples": verdict.samples, **again},
    }


def _moment(unix: float) -> str:
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%dT%H:%M:%S}Z"


def _invocation(result: Result) -> dict[str, Any]:
    """The drill as a run of a program: successful where it came to an end that counts."""
    return {
        "executionSuccessful": result.outcome in ENDED,
        "exitCode": result.exit_code,
        "commandLine": _text(result.command),
        "startTimeUtc": _moment(result.started_at),
        "endTimeUtc": _moment(result.started_at + result.duration),
        "toolExecutionNotifications": [
            {"level": "warning", "message": {"text": _text(note)}} for note in story.notes(result)
        ],
    }


def render(result: Result) -> str:
    """What is BROKEN or UNKNOWN as SARIF; what held, and what was not put to the test, is no finding."""
    verdicts = (*story.ordered(result.verdicts), *overall(result))
    rules = {verdict.check: _rule(_text(verdict.check), _text(verdict.objective)) for verdict in verdicts}
    about = f"brownout/{quote(result.scenario, errors='replace')}/{quote(result.app, errors='replace')}"
    run = {
        "tool": {"driver": {"name": "brownout", "version": result.brownout, "rules": list(rules.values())}},
        "automationDetails": {"id": f"{about}/{_moment(result.started_at)}"},
        "invocations": [_invocation(result)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which the drill was started."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_finding(verdict, result, list(rules)) for verdict in verdicts if verdict.status.amiss],
    }
    return text_of({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"
