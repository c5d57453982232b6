"""docs/symptoms.md: each client prints the words of its row where the rule of the row strikes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from support.printing import CLIENTS, missing, printed
from support.proxies import ProxyProcess, one_phase

from brownout.faults import FAULTS
from brownout.library.pages import Symptom, symptoms
from brownout.scenario import Scenario

pytestmark = pytest.mark.e2e
ROWS = [pytest.param(row, id=f"{row.client}: {row.printed}"[:60]) for row in symptoms()]


def rule_of(row: Symptom) -> dict[str, Any]:
    """The rule, as brownout reads YAML: in which ``on`` is a word."""
    value = yaml.safe_load(row.rule)
    return {"on" if key is True else key: setting for key, setting in value.items()}


@pytest.mark.parametrize("row", ROWS)
def test_a_client_prints_what_its_row_says(edge: ProxyProcess, row: Symptom) -> None:
    reason = missing(row.client)
    if reason is not None:
        pytest.skip(reason)

    assert row.printed in printed(edge, row.client, rule_of(row))


def test_every_row_has_a_client_that_is_tried_and_a_rule_that_loads() -> None:
    rows = symptoms()

    assert len(rows) > 50
    assert {row.client for row in rows} == set(CLIENTS)
    assert {row.fault for row in rows} <= set(FAULTS)
    assert len({(row.printed, row.client, row.rule) for row in rows}) == len(rows)
    Scenario.model_validate(one_phase(*(rule_of(row) for row in rows)))


def test_a_healthy_platform_makes_no_client_print_any_of_it(edge: ProxyProcess) -> None:
    edge.play()
    said = [client(edge, "openai.chat", False) for name, client in CLIENTS.items() if name in ("httpx", "requests")]

    assert [row.printed for row in symptoms() if any(row.printed in words for words in said)] == []
