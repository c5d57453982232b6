"""The documents of a status page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from brownout.status import OPERATIONAL, Indicator, Post, State, status_page

BOTH = pytest.mark.parametrize("provider", ["anthropic", "openai"])
BEGAN = Post(1_790_000_000.25, "investigating", "major", "Elevated errors")
RESOLVED = Post(1_790_003_600.0, "resolved", "none")
NAMES = {"components", "incidents", "incidents/unresolved", "status", "summary"}


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {component["name"]: component["status"] for component in document["components"]}


@BOTH
def test_a_healthy_page_is_operational_throughout(provider: str) -> None:
    pages = status_page(provider, OPERATIONAL)

    assert set(pages) == NAMES
    assert pages["status"]["status"] == {"indicator": "none", "description": "All Systems Operational"}
    assert set(statuses(pages["summary"]).values()) == {"operational"}
    assert pages["components"]["components"] == pages["summary"]["components"]
    assert pages["incidents"]["incidents"] == pages["incidents/unresolved"]["incidents"] == []
    assert pages["summary"]["page"]["id"] in ("tymt9n04zgry", "01JMDK9XYNY6RXSED6SDWW50WY")


@BOTH
def test_the_same_state_is_the_same_page(provider: str) -> None:
    assert status_page(provider, State((BEGAN,))) == status_page(provider, State((BEGAN,)))


def test_claudes_summary_lists_incidents_and_openais_does_not() -> None:
    ours, theirs = status_page("anthropic", State((BEGAN,))), status_page("openai", State((BEGAN,)))

    assert [one["name"] for one in ours["summary"]["incidents"]] == ["Elevated errors on the Claude API"]
    assert ours["summary"]["scheduled_maintenances"] == []
    assert set(theirs["summary"]) == {"page", "components", "status"}
    assert all("group" in one for one in ours["summary"]["components"])
    assert not any("group" in one for one in theirs["summary"]["components"])


def test_only_claudes_dates_have_a_fraction() -> None:
    found = {
        name: status_page(name, State((BEGAN,)))["status"]["page"]["updated_at"] for name in ("anthropic", "openai")
    }

    assert found == {"anthropic": "2026-09-21T14:13:20.250Z", "openai": "2026-09-21T14:13:20Z"}


@BOTH
def test_an_incident_is_open_until_it_is_resolved(provider: str) -> None:
    during, after = (status_page(provider, State(posts)) for posts in ((BEGAN,), (BEGAN, RESOLVED)))

    (open_one,) = during["incidents/unresolved"]["incidents"]
    assert (open_one["status"], open_one["impact"], open_one["resolved_at"]) == ("investigating", "major", None)
    assert during["status"]["status"]["description"] == "Partial System Outage"
    (closed,) = after["incidents"]["incidents"]
    assert (closed["status"], closed["impact"], closed["id"]) == ("resolved", "major", open_one["id"])
    assert closed["resolved_at"] == closed["updated_at"] > closed["created_at"]
    assert after["incidents/unresolved"]["incidents"] == []
    assert set(statuses(after["components"]).values()) == {"operational"}


@BOTH
def test_updates_come_newest_first_with_what_they_changed(provider: str) -> None:
    (incident,) = status_page(provider, State((BEGAN, RESOLVED)))["incidents"]["incidents"]
    last, first = incident["incident_updates"]

    assert (first["body"], last["body"]) == ("Elevated errors", "This incident has been resolved.")
    assert {one["new_status"] for one in first["affected_components"]} == {"partial_outage"}
    assert {(one["old_status"], one["new_status"]) for one in last["affected_components"]} == {
        ("partial_outage", "operational")
    }
    assert first["id"] != last["id"]


@pytest.mark.parametrize(
    ("rated", "claude", "openai"),
    [
        ("none", "operational", "operational"),
        ("minor", "degraded_performance", "degraded_performance"),
        ("major", "partial_outage", "partial_outage"),
        ("critical", "major_outage", "full_outage"),
        ("maintenance", "under_maintenance", "under_maintenance"),
    ],
)
def test_only_the_api_is_as_bad_as_the_page(rated: Indicator, claude: str, openai: str) -> None:
    state = State((Post(1.0, "investigating", rated),))
    ours, theirs = (statuses(status_page(name, state)["components"]) for name in ("anthropic", "openai"))

    assert (ours["Claude API (api.anthropic.com)"], ours["claude.ai"]) == (claude, "operational")
    assert (theirs["Responses"], theirs["Codex API"]) == (openai, "operational")


def test_ids_have_the_form_of_their_page() -> None:
    (ours,), (theirs,) = (
        status_page(name, State((BEGAN,)))["incidents"]["incidents"] for name in ("anthropic", "openai")
    )

    assert re.fullmatch("[0-9a-z]{12}", ours["id"])
    assert re.fullmatch("01K[0-9A-HJKMNP-TV-Z]{23}", theirs["id"])


@BOTH
def test_two_incidents_are_told_apart(provider: str) -> None:
    again = Post(RESOLVED.when + 60, "identified", "critical")
    pages = status_page(provider, State((BEGAN, RESOLVED, again)))
    newest, oldest = pages["incidents"]["incidents"]

    assert (newest["status"], oldest["status"]) == ("identified", "resolved")
    assert newest["id"] != oldest["id"]
    assert [one["id"] for one in pages["incidents/unresolved"]["incidents"]] == [newest["id"]]
    assert json.dumps(pages)


def test_other_providers_have_no_page() -> None:
    with pytest.raises(KeyError):
        status_page("gemini", OPERATIONAL)
