"""``allure-results``: a test result for each verdict, as Allure 2 collects them from a folder.

https://allurereport.org/docs/how-it-works-test-result-file/
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters, digits
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from brownout.report import story, svg, words
from brownout.report.evidence import line
from brownout.report.json import text_of
from brownout.report.junit import details, overall
from brownout.result import Result
from brownout.verdict import Status, Verdict

_STATUS: Final = {
    Status.HELD: "passed",
    Status.BROKEN: "failed",
    Status.UNKNOWN: "unknown",
    Status.SKIPPED: "skipped",
}
"""Allure's ``broken`` is a test that failed by itself, which no verdict is."""
_AS_IT_IS: Final = frozenset(f"{ascii_letters}{digits}-.".encode())


def _text(value: object) -> str:
    """Any text, without what could repaint a terminal or is half a letter; Allure shows texts as they are."""
    return words.printable(str(value))


def _id(result: Result, what: str) -> str:
    """The same for the same drill, however often it is judged."""
    about = "\0".join((result.app, result.scenario, str(result.started_at), what))
    return str(uuid5(NAMESPACE_OID, about.encode("utf-8", "replace").decode()))


def _pairs(values: Mapping[str, object]) -> list[dict[str, str]]:
    return [{"name": name, "value": _text(value)} for name, value in values.items()]


def _test(verdict: Verdict, result: Result, attachments: list[dict[str, str]]) -> dict[str, Any]:
    known = story.fingerprint(verdict, result)
    about = {"objective": verdict.objective, "measured": verdict.measured, "samples": verdict.samples}
    groups = {"parentSuite": result.app, "suite": result.scenario, "feature": verdict.check, "framework": "brownout"}
    return {
        "uuid": _id(result, verdict.id),
        "historyId": known,
        "testCaseId": known,
        "fullName": _text(f"{result.app}.{result.scenario}.{verdict.id}"),
        "name": _text(words.spaced(verdict.id)),
        "status": _STATUS[verdict.status],
        "statusDetails": {"message": _text(verdict.finding), "trace": _text(details(verdict, result))},
        "stage": "finished",
        "start": round(1000 * result.started_at),
        "stop": round(1000 * (result.started_at + result.duration)),
        "labels": _pairs(groups),
        "parameters": _pairs(about),
        "attachments": attachments,
    }


def _environment(result: Result) -> str:
    """What ran, as a file of Java properties: https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html"""
    values = {"scenario": result.scenario, "seed": result.seed, "speed": result.speed, **result.versions}
    return "".join(f"{_property(name)}={_property(value)}\n" for name, value in values.items())


def _property(value: object) -> str:
    """Any text as a key or a value: plain letters, and the rest by its number."""
    units = _text(value).encode("utf-16-be")
    codes = [int.from_bytes(units[place : place + 2]) for place in range(0, len(units), 2)]
    return "".join(chr(code) if code in _AS_IT_IS else f"\\u{code:04x}" for code in codes)


def render(result: Result) -> dict[str, str]:
    """The files of the folder by their names."""
    picture = f"{_id(result, 'timeline')}-attachment.svg"
    files = {picture: svg.render(result), "environment.properties": _environment(result)}
    for verdict in (*story.ordered(result.verdicts), *overall(result)):
        attachments = [{"name": "timeline", "source": picture, "type": "image/svg+xml"}]
        if verdict.evidence:
            source = f"{_id(result, f'evidence of {verdict.id}')}-attachment.txt"
            files[source] = "".join(f"{_text(line(each, result))}\n" for each in verdict.evidence)
            attachments.append({"name": "evidence", "source": source, "type": "text/plain"})
        test = _test(verdict, result, attachments)
        files[f"{test['uuid']}-result.json"] = text_of(test)
    return files
