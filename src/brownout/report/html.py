"""``report.html``: one file that opens offline and needs nothing from anywhere, now or in ten years.

A content security policy lets the browser run the two scripts of the page, known by their hashes, and load nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from brownout.report import charts, compared, story, words
from brownout.report.evidence import witness
from brownout.result import Result
from brownout.verdict import OUTCOMES, Status

_HERE = Path(__file__).resolve().parent
MOST_EVIDENCE = 25


@cache
def _asset(path: str) -> Markup:
    """A file of ours, exactly as it is: styles and scripts, never data."""
    return Markup((_HERE / path).read_text(encoding="utf-8"))


def _policy(scripts: Sequence[str]) -> str:
    """Nothing is loaded from anywhere; only these scripts run. https://www.w3.org/TR/CSP3/"""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def _harmless(value: object) -> object:
    """What a page says of a drill, without what cannot be seen; the template engine escapes the rest."""
    return value if isinstance(value, Markup) else words.printable(str(value))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters["unbroken"] = words.unbroken
    environment.globals.update(
        words=words, story=story, compared=compared, outcome_words=OUTCOMES, Status=Status, most=MOST_EVIDENCE
    )
    return environment


def _link(url: str) -> bool:
    """Whether an address may become a link; javascript: and the like stay text."""
    return url.startswith(("https://", "http://"))


def render(result: Result) -> str:
    """The drill as a page of HTML that stands alone."""
    scripts = [_asset("vendor/echarts.common.min.js"), _asset("templates/report.js")]
    return (
        _environment()
        .get_template("report.html")
        .render(
            result=result,
            verdicts=story.ordered(result.verdicts),
            witness=lambda evidence: witness(evidence, result),
            chart=charts.data(result),
            is_link=_link,
            style=_asset("templates/report.css"),
            scripts=scripts,
            policy=_policy(scripts),
        )
    )
