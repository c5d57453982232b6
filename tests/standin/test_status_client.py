"""A plain HTTP client reads the status pages of a real stand-in process."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from support.standin_process import Running, Start

POSTS = [
    {"at": 60, "say": "investigating", "indicator": "major", "text": "Elevated errors"},
    {"at": 120, "say": "monitoring", "text": "A fix is in place"},
    {"at": 100_000, "say": "resolved"},
]


def read(url: str, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{url}/api/v2/{path}.json", headers=headers, timeout=20, trust_env=False)


@pytest.mark.parametrize("host", ["status.openai.com", "status.claude.com"])
def test_a_page_needs_no_key_and_is_operational(standin: Running, host: str) -> None:
    for path in ("status", "summary", "components", "incidents", "incidents/unresolved"):
        assert read(standin.url, path, **{"x-brownout-host": host}).json()["page"]["url"] == f"https://{host}"
    status = read(standin.url, "status", **{"x-brownout-host": host}).json()["status"]
    assert status == {"indicator": "none", "description": "All Systems Operational"}


def test_a_page_is_under_the_base_url_too(standin: Running) -> None:
    assert read(f"{standin.url}/anthropic", "summary").json()["page"]["name"] == "Claude"
    assert read(f"{standin.url}/openai", "uptime").status_code == 404


def test_what_a_client_has_already_is_not_sent_again(standin: Running) -> None:
    first = read(f"{standin.url}/openai", "summary")
    again = read(f"{standin.url}/openai", "summary", **{"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_the_page_follows_the_scenario_once_the_timeline_has_begun(start: Start, tmp_path: Path) -> None:
    go = tmp_path / "go"
    url = start(status={"anthropic": POSTS}, speed=60, go=str(go)).url
    before = read(f"{url}/anthropic", "status").json()["status"]["indicator"]
    go.write_text(str(time.monotonic() - 10))  # ten seconds are ten minutes
    during = read(f"{url}/anthropic", "summary")
    again = read(f"{url}/anthropic", "summary", **{"if-none-match": during.headers["etag"]})

    assert before == "none"
    assert during.json()["status"]["indicator"] == "major"
    (incident,) = during.json()["incidents"]
    assert [one["body"] for one in incident["incident_updates"]] == ["A fix is in place", "Elevated errors"]
    assert again.status_code == 304
    assert read(f"{url}/openai", "status").json()["status"]["indicator"] == "none"
