"""The documents of a status page, in the form of Statuspage, or as incident.io imitates it.

https://status.claude.com/api/v2 is the one, https://status.openai.com/api/v2 the other.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from brownout.status.incidents import Incident, Indicator, Post, State, incidents, indicator
from brownout.status.pages import PAGES, Component, Page

OPERATIONAL = State()
"""A page without a word: everything is operational."""
_DESCRIPTIONS: dict[Indicator, str] = {
    "none": "All Systems Operational",
    "minor": "Partially Degraded Service",
    "major": "Partial System Outage",
    "critical": "Major Service Outage",
    "maintenance": "Service Under Maintenance",
}
_COMPONENTS: dict[Indicator, str] = {
    "none": "operational",
    "minor": "degraded_performance",
    "major": "partial_outage",
    "critical": "major_outage",
    "maintenance": "under_maintenance",
}
_WORDS = {
    "investigating": "We are currently investigating this issue.",
    "identified": "The issue has been identified and a fix is being implemented.",
    "monitoring": "A fix has been implemented and we are monitoring the results.",
    "resolved": "This incident has been resolved.",
    "postmortem": "A postmortem of this incident has been published.",
}
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def status_page(provider: str, state: State) -> dict[str, dict[str, Any]]:
    """The documents by name, such as ``incidents/unresolved``, for a page that says this.

    Raises KeyError for a provider without a status page.
    """
    page = PAGES[provider]
    about = _page(page, state)
    rated = indicator(state)
    status = {"indicator": rated, "description": _DESCRIPTIONS[rated]}
    components = [_component(page, component, position, state) for position, component in enumerate(page.components, 1)]
    known = [_incident(page, incident) for incident in reversed(incidents(state))]
    open_ones = [incident for incident in known if incident["status"] not in ("resolved", "postmortem")]
    listed = {} if page.imitates else {"incidents": open_ones, "scheduled_maintenances": []}
    return {
        "components": {"page": about, "components": components},
        "incidents": {"page": about, "incidents": known},
        "incidents/unresolved": {"page": about, "incidents": open_ones},
        "status": {"page": about, "status": status},
        "summary": {"page": about, "components": components, "status": status, **listed},
    }


def _page(page: Page, state: State) -> dict[str, Any]:
    updated = _time(page, state.posts[-1].when if state.posts else page.updated)
    return {"id": page.id, "name": page.name, "url": page.url, "time_zone": "Etc/UTC", "updated_at": updated}


def _time(page: Page, when: float) -> str:
    moment = datetime.fromtimestamp(when, UTC)
    if page.imitates:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _shown(page: Page, rated: Indicator) -> str:
    return "full_outage" if page.imitates and rated == "critical" else _COMPONENTS[rated]


def _component(page: Page, component: Component, position: int, state: State) -> dict[str, Any]:
    rated = indicator(state) if component.api else "none"
    changed = state.posts[-1].when if state.posts and component.api else page.updated
    shown = {
        "id": component.id,
        "name": component.name,
        "status": _shown(page, rated),
        "created_at": _time(page, page.founded),
        "updated_at": _time(page, changed),
        "position": position,
        "description": None,
        "showcase": True,
        "start_date": None,
        "group_id": None,
        "page_id": page.id,
        "group": False,
        "only_show_if_degraded": False,
    }
    return {key: value for key, value in shown.items() if key != "group"} if page.imitates else shown


def _incident(page: Page, incident: Incident) -> dict[str, Any]:
    began, last = incident.posts[0], incident.posts[-1]
    watched, resolved = incident.first("monitoring"), incident.first("resolved", "postmortem")
    id = _id(page, "incident", began)
    return {
        "id": id,
        "name": page.incident,
        "status": last.say,
        "created_at": _time(page, began.when),
        "updated_at": _time(page, last.when),
        "monitoring_at": None if watched is None else _time(page, watched),
        "resolved_at": None if resolved is None else _time(page, resolved),
        "impact": incident.worst,
        "shortlink": f"{page.url}/incidents/{id}" if page.imitates else f"https://stspg.io/{id}",
        "started_at": _time(page, began.when),
        "page_id": page.id,
        "incident_updates": _updates(page, incident, id),
        "components": [
            _component(page, component, position, State(incident.posts))
            for position, component in enumerate(page.components, 1)
            if component.api
        ],
    }


def _updates(page: Page, incident: Incident, id: str) -> list[dict[str, Any]]:
    """The posts, newest first, each with what it did to the components."""
    updates, before = [], "operational"
    for number, post in enumerate(incident.posts, 1):
        after = _shown(page, Incident(incident.posts[:number]).indicator)
        affected = [
            {"code": component.id, "name": component.name, "old_status": before, "new_status": after}
            for component in page.components
            if component.api
        ]
        moment = _time(page, post.when)
        updates.append(
            {
                "id": _id(page, f"update {number}", post),
                "status": post.say,
                "body": _WORDS[post.say] if post.text is None else post.text,
                "incident_id": id,
                "created_at": moment,
                "updated_at": moment,
                "display_at": moment,
                "affected_components": affected,
            }
        )
        before = after
    return updates[::-1]


def _id(page: Page, purpose: str, post: Post) -> str:
    """Twelve small letters and digits, or a ULID."""
    number = int(hashlib.blake2b(f"{page.id}|{purpose}|{post.when}".encode(), digest_size=20).hexdigest(), 16)
    digits = ""
    for _ in range(22 if page.imitates else 12):
        number, digit = divmod(number, 32 if page.imitates else 36)
        digits += _LETTERS[digit]
    # Crockford's base 32 has neither I, L, O nor U; the place of a digit is all that counts here.
    return "01K" + digits.upper().translate(str.maketrans("ILOU", "WXYZ")) + "0" if page.imitates else digits
