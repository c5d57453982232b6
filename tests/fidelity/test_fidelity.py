"""The fidelity table: every fault is accounted for, promises are kept, and the page says what was seen.

``make fidelity`` tries every cell; here, where a suite must be quick, one case of each kind on all platforms, and with
``make heavy`` every case on one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from fidelity import page, table
from fidelity.calls import SERVICES
from fidelity.cases import CASES, HEALTHY
from fidelity.clients import Seen
from fidelity.openings import open_all
from fidelity.outcome import outcome
from fidelity.run import Cell, cells, look_at_all, platform
from fidelity.sdks import SDKS
from support.proxies import ProxyProcess

from brownout.faults import FAULTS
from brownout.services import SERVICE_NAMES

MOST = ("openai.chat",)
ONE_OF_EACH = ("healthy", "overloaded", "rate_limit", "stream_error", "stream_cut (fin)", "stream_reset", "hang")
SSE = {"content-type": "text/event-stream"}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with platform(tmp_path_factory.mktemp("fidelity")) as running:
        yield running


def _broken(found: dict[Cell, str]) -> list[str]:
    return [
        f"{cell.place}: {seen}; promised: {cell.claim}" for cell, seen in found.items() if not table.proved(cell, seen)
    ]


def test_every_fault_is_in_a_table_or_proved_by_a_test_that_is_there() -> None:
    assert page.unaccounted() == []
    assert [name for name in page.ELSEWHERE.values() if not (page.ROOT / name).is_file()] == []


def test_every_service_of_the_table_is_one_of_ours_and_every_platform_is_in_it() -> None:
    assert set(SERVICES) <= set(SERVICE_NAMES)
    assert {service for service, _ in SDKS.values()} <= set(SERVICES)


def test_every_case_names_a_fault_and_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]

    assert {case.fault for case in CASES} <= set(FAULTS)
    assert len(set(names)) == len(names)
    for case in CASES:
        for glob in case.but:
            assert any(fnmatchcase(service, glob) for service in SERVICES), (case.name, glob)


@pytest.mark.e2e
@pytest.mark.heavy
def test_every_case_keeps_its_promise_on_one_platform(proxy: ProxyProcess) -> None:
    found = look_at_all(proxy, cells(services=MOST, carriers=("http",)))

    assert len(found) > 60
    assert _broken(found) == []


@pytest.mark.e2e
def test_every_platform_keeps_the_promises_of_the_main_cases(proxy: ProxyProcess) -> None:
    chosen = cells(cases=[case for case in (HEALTHY, *CASES) if case.name in ONE_OF_EACH])
    found = look_at_all(proxy, chosen)

    assert {cell.service for cell in found} == set(SERVICES)
    assert _broken(found) == []


@pytest.mark.e2e
def test_connections_open_as_promised_or_not_at_all(proxy: ProxyProcess) -> None:
    for opening, by_platform in open_all(proxy).items():
        for name, seen in by_platform.items():
            assert re.fullmatch(opening.claim, seen), (opening.name, name, seen)


def test_the_page_is_whole_and_holds_nothing_that_is_not_proved() -> None:
    text = page.PAGE.read_text()

    assert "**not proved:**" not in text
    for case in CASES:
        assert f"| {case.name} |" in text
    for sdk in SDKS:
        assert f" {sdk} |" in text


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Seen(503, {}, b'{"error": {}}', "complete"), "503 JSON"),
        (Seen(502, {}, b"<html>", "complete"), "502 HTML"),
        (Seen(200, {}, b'{"a": ', "complete"), "200 broken JSON"),
        (Seen(520, {}, b"", "complete"), "520 empty"),
        (Seen(None, {}, b"", "RST"), "no answer, RST"),
        (Seen(200, SSE, b"data: {}\n\ndata: {}\n\n", "RST"), "200, 2 events, RST"),
        (Seen(200, SSE, b'data: {}\n\ndata: {"a"', "complete"), "200, 1 event and a part, clean end"),
        (Seen(200, SSE, 'data: {}\n\ndata: "é'.encode()[:-1], "FIN"), "200, 1 event and a part of a character, FIN"),
        (Seen(200, SSE, b"data: {}\n\ndata: [DONE]\n\n", "complete"), "200, all events"),
        (Seen(200, SSE, b": ping\n\n: ping\n\n", "silence"), "200, only keep-alives, silence"),
        (Seen(200, SSE, b"", "silence"), "200, no events, silence"),
    ],
)
def test_an_outcome_says_what_was_seen(seen: Seen, said: str) -> None:
    assert outcome(seen) == said


@pytest.mark.parametrize(
    ("order", "said"),
    [("0123", ""), ("01123", ", one twice"), ("013", ", one missing"), ("0213", ", two swapped")],
)
def test_an_outcome_compares_a_stream_with_a_healthy_one(order: str, said: str) -> None:
    def stream(order: str) -> Seen:
        events = [f'data: {{"content": "{"abcd"[int(n)]}"}}\n\n' for n in order]
        return Seen(200, SSE, "".join([*events, "data: [DONE]\n\n"]).encode(), "complete")

    seen = outcome(stream(order), stream("0123"))

    assert seen.replace(", other words", "") == f"200, all events{said}"


def test_late_is_said_only_where_time_matters(tmp_path: Path) -> None:
    slow = Seen(200, {}, b"{}", "complete", first=0.5, gap=0.5)

    assert outcome(slow) == "200 JSON"
    assert outcome(slow, timed=True) == "200 JSON, late, with pauses"
