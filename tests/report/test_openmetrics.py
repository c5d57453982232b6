from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as as_openmetrics
from prometheus_client.parser import text_string_to_metric_families as as_prometheus

from brownout.report.openmetrics import render
from brownout.result import Result
from brownout.verdict import Figure, Status

DRILL = {"app": "fragile-chat", "scenario": "chatgpt-2026-02-03"}


def samples(result: Result, name: str) -> list[tuple[dict[str, str], float]]:
    """The samples of a family, as both kinds of readers read them."""
    text = render(result)
    read = [
        [(each.labels, each.value) for family in parse(text) for each in family.samples if each.name == name]
        for parse in (as_openmetrics, as_prometheus)
    ]
    assert read[0] == read[1]
    return read[0]


def test_the_drill_has_a_status_a_code_and_times(outage: Result) -> None:
    assert samples(outage, "brownout_drill_status") == [
        ({**DRILL, "status": status}, float(status == "BROKEN")) for status in Status
    ]
    assert samples(outage, "brownout_drill_exit_code") == [(DRILL, 1.0)]
    assert samples(outage, "brownout_drill_started_timestamp_seconds") == [(DRILL, 1_790_000_000.0)]
    assert samples(outage, "brownout_drill_duration_seconds") == [(DRILL, 96.5)]
    ((info, _),) = samples(outage, "brownout_drill_info")
    assert (info["seed"], info["outcome"]) == ("20260203", "completed")


def test_each_expectation_has_its_status_samples_and_figure_with_its_bounds(outage: Result) -> None:
    verdict = replace(outage.verdicts[2], figure=Figure(0.23, 0.19, 0.28, "share", "higher"))
    result = replace(outage, verdicts=(verdict, outage.verdicts[0]))
    one = {**DRILL, "check": "success", "expectation": verdict.id}

    assert (one | {"status": "BROKEN"}, 1.0) in samples(result, "brownout_verdict")
    assert (one, 301.0) in samples(result, "brownout_verdict_samples")
    for name, value in (("", 0.23), ("_low", 0.19), ("_high", 0.28)):
        assert samples(result, f"brownout_verdict_figure{name}") == [(one | {"unit": "share"}, value)]


def test_phases_outcomes_and_faults_are_counted(outage: Result) -> None:
    tail = {**DRILL, "phase": "tail", "impact": "recovering"}

    assert (tail, 440.0) in samples(outage, "brownout_phase_questions")
    assert (tail, 367.0) in samples(outage, "brownout_phase_answered")
    assert ({**DRILL, "fault": "hang"}, 45.0) in samples(outage, "brownout_faults_injected")
    assert ({**DRILL, "outcome": "refused"}, 9.0) in samples(outage, "brownout_outcomes")


def test_what_is_no_number_is_no_error(outage: Result) -> None:
    verdict = replace(outage.verdicts[2], figure=Figure(0.2, 0.1, float("inf"), "calls", "lower"))

    ((_, high),) = samples(replace(outage, verdicts=(verdict,)), "brownout_verdict_figure_high")
    assert high == float("inf")
    assert " +Inf\n" in render(replace(outage, verdicts=(verdict,)))


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=30))
def test_any_text_stays_in_its_label(outage: Result, text: str) -> None:
    hostile = f'x" }} 1\n# EOF\\{text}'
    verdicts = tuple(replace(each, id=f"{hostile}{number}") for number, each in enumerate(outage.verdicts))

    result = replace(outage, app=hostile, scenario=text, verdicts=(*verdicts, verdicts[0]))

    assert len(samples(result, "brownout_verdict")) == 9
    assert len(samples(result, "brownout_drill_exit_code")) == 1


def test_it_ends_as_readers_ask_for(outage: Result) -> None:
    assert render(outage).endswith("\n# EOF\n")
    with pytest.raises(ValueError, match="EOF"):
        list(as_openmetrics(render(outage).removesuffix("# EOF\n")))  # type: ignore[no-untyped-call]
