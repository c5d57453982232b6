from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from brownout.report.junit import render
from brownout.result import Result
from brownout.verdict import Evidence, Status


def suite(result: Result) -> ET.Element:
    root = ET.fromstring(render(result).encode("utf-8"))
    assert root.tag == "testsuites"
    (only,) = root
    assert only.tag == "testsuite"
    return only


def cases(result: Result) -> dict[str, ET.Element]:
    return {case.attrib["name"]: case for case in suite(result).findall("testcase")}


def test_one_suite_a_drill_with_a_case_for_each_verdict(outage: Result) -> None:
    found = suite(outage)

    assert found.attrib["name"] == "chatgpt-2026-02-03"
    assert {key: found.attrib[key] for key in ("tests", "failures", "errors", "skipped", "time", "timestamp")} == {
        "tests": "9",
        "failures": "4",
        "errors": "1",
        "skipped": "0",
        "time": "96.500",
        "timestamp": "2026-09-21T14:13:20",
    }
    assert sorted(cases(outage)) == sorted(verdict.id for verdict in outage.verdicts)
    assert {case.attrib["classname"] for case in cases(outage).values()} == {"fragile-chat.chatgpt-2026-02-03"}


def test_properties_say_what_was_run(outage: Result) -> None:
    properties = {one.attrib["name"]: one.attrib["value"] for one in suite(outage).iterfind("properties/property")}

    assert properties["scenario"] == "chatgpt-2026-02-03"
    assert properties["seed"] == "20260203"
    assert properties["speed"] == "120.0"
    assert properties["command"] == outage.command


def test_broken_is_a_failure_with_finding_evidence_and_next_step(outage: Result) -> None:
    failure = cases(outage)["no_hang"].find("failure")

    assert failure is not None
    assert failure.attrib["type"] == "BROKEN"
    assert failure.attrib["message"].startswith("99 users looked at a spinner")
    assert failure.text is not None
    for part in (
        "objective: an end within 6 s",
        "No byte in 15 s",
        "hang by announced.2.hang",
        "next step: Set timeout=5",
    ):
        assert part in failure.text


def test_what_was_not_put_to_the_test_is_skipped(outage: Result) -> None:
    skipped = replace(outage.verdicts[-1], status=Status.SKIPPED, id="recovery", finding="There was no outage.")
    result = replace(outage, verdicts=(*outage.verdicts[:-1], skipped))

    found = cases(result)["recovery"].find("skipped")

    assert found is not None
    assert found.attrib == {"message": "There was no outage."}
    assert suite(result).attrib["skipped"] == "1"
    assert suite(result).attrib["errors"] == "1"


def test_unknown_is_an_error_and_held_passes(outage: Result) -> None:
    found = cases(outage)

    error = found["first_token during recovering"].find("error")
    assert error is not None
    assert error.attrib["type"] == "UNKNOWN"
    assert [child.tag for child in found["recovery"]] == ["system-out"]


def test_a_drill_that_proves_nothing_is_no_green_suite(healthy: Result) -> None:
    assert suite(healthy).attrib["errors"] == "0"

    killed = replace(healthy, status=Status.UNKNOWN, outcome="killed")

    assert suite(killed).attrib["errors"] == "1"
    error = cases(killed)["drill"].find("error")
    assert error is not None
    assert error.attrib["message"].startswith("This drill was killed")


def test_an_empty_drill_is_no_green_suite_either(outage: Result) -> None:
    assert suite(replace(outage, verdicts=(), status=Status.UNKNOWN)).attrib["errors"] == "1"


@given(st.text(alphabet=st.characters(codec=None), max_size=30))
def test_any_text_makes_valid_xml(outage: Result, text: str) -> None:
    verdict = replace(outage.verdicts[2], finding=text, evidence=(Evidence(text, {"canary": text}),))

    found = suite(replace(outage, app=text, scenario=text, verdicts=(verdict,)))

    assert found.attrib["failures"] == "1"


def test_control_characters_become_a_replacement_mark(outage: Result) -> None:
    verdict = replace(outage.verdicts[2], finding="a\x00b\x1b[31mc\ufffe]]>&<x>")

    failure = suite(replace(outage, verdicts=(verdict,))).find("testcase/failure")

    assert failure is not None
    assert failure.attrib["message"] == "a\ufffdb\ufffd[31mc\ufffd]]>&<x>"
