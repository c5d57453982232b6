"""``junit.xml``: one test suite a drill, one test case a verdict, as CI systems read it.

Format: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from brownout.report import compared, story, words
from brownout.report.evidence import line
from brownout.result import Result
from brownout.verdict import Status, Verdict

# What XML 1.0 has no way to write, not even escaped: https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS = {Status.BROKEN: "failure", Status.UNKNOWN: "error", Status.SKIPPED: "skipped"}


def legal(text: object) -> str:
    """Any text as XML can hold it: what it has no way to write, and what acts, becomes U+FFFD."""
    return _ILLEGAL.sub("\ufffd", words.printable(str(text)))


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: object) -> ET.Element:
    element = ET.SubElement(parent, tag, {name: legal(value) for name, value in attributes.items()})
    element.text = legal(text) or None
    return element


def details(verdict: Verdict, result: Result) -> str:
    """All that is told of a verdict, a line each."""
    lines = [
        verdict.finding,
        f"objective: {verdict.objective}",
        f"measured: {verdict.measured} ({verdict.samples} samples)",
        *(f"evidence: {line(evidence, result)}" for evidence in verdict.evidence),
        *([f"next step: {verdict.next_step}"] if verdict.next_step else []),
        f"reproduce: {verdict.again or result.command}",
    ]
    return "\n".join(lines)


def _case(suite: ET.Element, verdict: Verdict, result: Result) -> None:
    name = f"{result.app}.{result.scenario}"
    case = _add(suite, "testcase", classname=name, name=verdict.id, time="0")
    told = details(verdict, result)
    if verdict.status in _ELEMENTS:
        kind = {} if verdict.status is Status.SKIPPED else {"type": verdict.status}
        _add(case, _ELEMENTS[verdict.status], told, message=verdict.finding, **kind)
    else:
        _add(case, "system-out", told)


def overall(result: Result) -> tuple[Verdict, ...]:
    """More cases where the drill is worse than all its verdicts, or its baseline, so that no CI shows green for it."""
    why = story.unproved(result)
    drill = Verdict("drill", "drill", result.status, "the drill proves something", result.outcome, why)
    return (*([drill] if why else []), *_baseline(result))


def _baseline(result: Result) -> tuple[Verdict, ...]:
    """One case for the comparison with a baseline, where there was one: it fails where this drill is worse."""
    if result.comparison is None:
        return ()
    status = Status.BROKEN if result.comparison.word == "worse" else Status.HELD
    told = compared.headline(result.comparison)
    return (Verdict("baseline", "baseline", status, "no worse than the baseline", result.comparison.word, told),)


def render(result: Result) -> str:
    """The suite as XML. Control characters that XML cannot hold become U+FFFD."""
    verdicts = (*story.ordered(result.verdicts), *overall(result))
    counts = {
        "tests": str(len(verdicts)),
        "failures": str(sum(verdict.status is Status.BROKEN for verdict in verdicts)),
        "errors": str(sum(verdict.status is Status.UNKNOWN for verdict in verdicts)),
        "skipped": str(sum(verdict.status is Status.SKIPPED for verdict in verdicts)),
        "time": f"{result.duration:.3f}",
    }
    root = ET.Element("testsuites", {"name": "brownout", **counts})
    started = datetime.fromtimestamp(result.started_at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    about = {"name": legal(result.scenario), "timestamp": started}
    suite = ET.SubElement(root, "testsuite", {**about, **counts})
    properties = _add(suite, "properties")
    for name in ("scenario", "title", "app", "seed", "speed", "status", "outcome", "command", "journal"):
        _add(properties, "property", name=name, value=getattr(result, name))
    if result.longer:
        _add(properties, "property", name="longer", value=result.longer)
    for verdict in verdicts:
        _case(suite, verdict, result)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
