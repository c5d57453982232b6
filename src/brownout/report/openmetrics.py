"""``brownout.prom``: a drill as gauges, for the textfile collector of a node exporter, or a gateway.

Valid as OpenMetrics and as Prometheus's own text: gauges only, as the latter knows neither info nor state sets.
https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from brownout.report import words
from brownout.result import Result
from brownout.verdict import Status

Labels: TypeAlias = Mapping[str, str]
Sample: TypeAlias = tuple[Labels, float]


def _escaped(value: str) -> str:
    """Any text as the value of a label."""
    line = words.printable(value)
    return line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _family(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    """A gauge with its samples, each set of labels once; nothing where there are none."""
    lines: dict[str, float] = {}
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.setdefault(f"brownout_{name}{{{inside}}}", value)
    if lines:
        yield f"# HELP brownout_{name} {about}"
        yield f"# TYPE brownout_{name} gauge"
        yield from (f"{series} {_number(value)}" for series, value in lines.items())


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else {"inf": "+Inf", "-inf": "-Inf"}.get(str(value), "NaN")


def _drill(result: Result, drill: Labels) -> Iterator[str]:
    about = {**drill, "seed": str(result.seed), "version": result.brownout, "outcome": result.outcome}
    yield from _family("drill_info", "What was drilled; always 1.", [(about, 1)])
    statuses: list[Sample] = [({**drill, "status": status}, int(status is result.status)) for status in Status]
    yield from _family("drill_status", "1 for the verdict on the whole drill, 0 for the others.", statuses)
    for name, help_text, value in (
        ("exit_code", "0 held, 1 broken, 3 no verdict, 4 brownout failed, 130 interrupted.", result.exit_code),
        ("started_timestamp_seconds", "When the drill began.", result.started_at),
        ("duration_seconds", "How long it ran.", result.duration),
    ):
        yield from _family(f"drill_{name}", help_text, [(drill, value)])


def _verdicts(result: Result, drill: Labels) -> Iterator[str]:
    labelled = [({**drill, "check": each.check, "expectation": each.id}, each) for each in result.verdicts]
    statuses: list[Sample] = [({**labels, "status": verdict.status}, 1) for labels, verdict in labelled]
    yield from _family("verdict", "What is said of each expectation; always 1.", statuses)
    yield from _family("verdict_samples", "Observations it rests on.", ((at, each.samples) for at, each in labelled))
    figures = [({**at, "unit": each.figure.unit}, each.figure) for at, each in labelled if each.figure]
    yield from _family("verdict_figure", "What was measured.", ((at, each.value) for at, each in figures))
    yield from _family("verdict_figure_low", "The least that may be true.", ((at, each.low) for at, each in figures))
    yield from _family("verdict_figure_high", "The most that may be true.", ((at, each.high) for at, each in figures))


def _traffic(result: Result, drill: Labels) -> Iterator[str]:
    phases = [({**drill, "phase": each.name, "impact": each.impact}, each) for each in result.phases]
    yield from _family("phase_questions", "Questions begun in a phase.", ((at, each.asked) for at, each in phases))
    yield from _family("phase_answered", "Those answered whole.", ((at, each.answered) for at, each in phases))
    outcomes = (({**drill, "outcome": name}, number) for name, number in result.outcomes.items())
    yield from _family("outcomes", "Questions by what became of them.", outcomes)
    faults = (({**drill, "fault": name}, number) for name, number in result.faults.items())
    yield from _family("faults_injected", "Faults injected, by kind.", faults)


def render(result: Result) -> str:
    """The drill as text that readers of OpenMetrics and of Prometheus read alike."""
    drill = {"app": result.app, "scenario": result.scenario}
    lines = [*_drill(result, drill), *_verdicts(result, drill), *_traffic(result, drill), "# EOF"]
    return "".join(f"{line}\n" for line in lines)
