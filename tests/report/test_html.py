from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import brownout.report
from brownout.report import html, story
from brownout.result import Result
from brownout.verdict import Evidence

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
CSS = (Path(brownout.report.__file__).parent / "templates" / "report.css").read_text()


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text inside and outside scripts and styles."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else ""
        if tag == "script":
            self.raw.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.raw[-1] += data
        elif not self._inside:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def evil(outage: Result) -> Result:
    verdict = replace(
        outage.verdicts[2],
        finding=EVIL,
        id=EVIL,
        measured=EVIL,
        objective=EVIL,
        next_step=EVIL,
        journey=EVIL,
        evidence=(Evidence(EVIL, {"outcome": EVIL, "step": "ask", "detail": EVIL, "canary": EVIL, "fault": EVIL}),),
    )
    return replace(
        outage,
        app=EVIL,
        title=EVIL,
        why=EVIL,
        outcome=EVIL,
        command=EVIL,
        journal=EVIL,
        verdicts=(verdict,),
        phases=(replace(outage.phases[0], name=EVIL, impact=EVIL), *outage.phases[1:]),
        rules=(replace(outage.rules[4], id=EVIL, why=EVIL, on=EVIL, share=EVIL, fault=EVIL),),
        sources=({"url": f"javascript:{EVIL}", "fact": EVIL},),
        faults={EVIL: 1},
        outcomes={EVIL: 1},
        other_hosts=(EVIL,),
        notes=(EVIL,),
        versions={EVIL: EVIL},
        status_posts=({"t": 1.0, "provider": EVIL, "say": EVIL, "indicator": EVIL},),
    )


def test_it_says_what_happened_worst_first(outage: Result) -> None:
    text = Page(html.render(outage)).text

    for verdict in outage.verdicts:
        for part in (verdict.finding, verdict.objective, verdict.measured, verdict.next_step or ""):
            assert part in text.replace("\u00a0", " ")
    findings = [text.index(verdict.finding[:20]) for verdict in outage.verdicts if verdict.status != "HELD"]
    held = [text.index(verdict.finding[:20]) for verdict in outage.verdicts if verdict.status == "HELD"]
    assert max(findings) < min(held)


def test_status_is_written_out_and_not_left_to_colour(outage: Result) -> None:
    text = Page(html.render(outage)).text

    assert text.count("BROKEN") >= 1 + 4
    assert text.count("UNKNOWN") == 1
    assert text.count("HELD") == 4
    assert "major outage" in text


def test_it_holds_phases_rules_sources_and_how_to_reproduce(outage: Result) -> None:
    text = Page(html.render(outage)).text

    for part in ("29.5–34.5s", "1h54m", "unannounced.2.hang", "never called", "fonts.googleapis.com:443"):
        assert part in text
    for part in (outage.command, outage.journal, "mitmproxy 11.0.2", "1 line of the journal", "indicator minor"):
        assert part in text
    assert "impact from 20:12 UTC, most regions recover 21:03, all by 23:05" in text


def test_it_says_what_users_got_by_phase_and_journey(outage: Result) -> None:
    text = html.render(outage)

    assert "What users got, by phase and journey" in text
    row = text.split('<tr><th scope="row">announced</th><td>chat</td>')[1].partition("</tr>")[0]
    assert [cell.partition("<")[0] for cell in row.split('<td class="n">')[1:]] == ["190", "10", "120", "60", "0"]


def test_rules_with_nothing_to_strike_are_folded_and_keep_their_rows(outage: Result) -> None:
    text = html.render(outage)

    before, folded = text.split('<details class="quiet-rules">')
    folded = folded.partition("</details>")[0]
    line = "1 rule had nothing to strike (announced.3.history_missing), never called: openai.conversations."
    assert f"<summary>{line}</summary>" in folded
    assert "announced.3.history_missing" in folded
    assert "announced.3.history_missing" not in before
    assert "unannounced.2.hang" in before


def test_nothing_is_folded_where_every_rule_had_something_to_strike(outage: Result) -> None:
    text = html.render(replace(outage, rules=tuple(story.telling(outage.rules))))

    assert "quiet-rules" not in text


def test_nothing_is_loaded_from_anywhere(outage: Result) -> None:
    page = Page(html.render(outage))

    loading = [tag for tag, attributes in page.tags if attributes.get("src") or attributes.get("srcset")]
    assert loading == []
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    outside = [link["href"] for link in page.all("a") if not str(link["href"]).startswith("#")]
    assert outside == [source["url"] for source in outage.sources]
    assert not re.search(r"@import|url\(", CSS)


def test_the_policy_lets_only_the_two_scripts_of_the_page_run(outage: Result) -> None:
    page = Page(html.render(outage))

    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    data, *scripts = page.raw
    assert len(scripts) == 2
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in str(policy)
    assert "default-src 'none'" in str(policy)
    assert json.loads(data)["series"]["answered"]


def test_texts_stay_texts(outage: Result) -> None:
    good, bad = Page(html.render(outage)), Page(html.render(evil(outage)))

    assert len(bad.all("script")) == len(good.all("script")) == 3
    assert bad.all("img") == []
    assert bad.text.count(EVIL) >= 20
    assert [link["href"] for link in bad.all("a") if not str(link["href"]).startswith("#")] == []
    assert json.loads(bad.raw[0])["phases"][0]["name"] == EVIL


def test_headings_step_down_one_at_a_time_and_parts_have_names(outage: Result) -> None:
    page = Page(html.render(outage))

    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {part["aria-labelledby"] for part in page.all("section")} <= set(ids)
    assert {str(link["href"])[1:] for link in page.all("a") if str(link["href"]).startswith("#")} <= set(ids)


def test_it_reads_without_javascript(outage: Result) -> None:
    page = Page(html.render(outage))

    assert len(page.all("noscript")) == 1
    assert "The chart needs JavaScript. The table of phases holds the same figures by phase." in page.text
    folded = [details for details in page.all("details") if details.get("class") == "quiet-rules"]
    assert len(folded) == 1
    assert len(page.all("details")) == 2 * sum(len(verdict.evidence) > 0 for verdict in outage.verdicts) + 2


def test_a_long_list_of_evidence_is_cut_and_says_so(outage: Result) -> None:
    many = replace(outage.verdicts[2], evidence=tuple(Evidence(f"row number {n}") for n in range(40)))

    text = Page(html.render(replace(outage, verdicts=(many,)))).text

    assert "row number 24" in text
    assert "row number 25" not in text
    assert "15 more rows in result.json." in text


def test_an_empty_drill_is_a_whole_page(outage: Result) -> None:
    bare = replace(
        outage,
        verdicts=(),
        phases=(),
        rules=(),
        seconds=(),
        sources=(),
        totals={},
        faults={},
        outcomes={},
        other_hosts=(),
        notes=(),
        versions={},
        status_posts=(),
        duration=0.0,
        outcome="killed",
    )

    text = Page(html.render(bare)).text

    assert "No expectation was checked." in text
    assert "This drill was killed" in text
    assert "The scenario names none." in text


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)[:2]
    return {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", block)) for name, block in (("light", light), ("dark", dark))
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_have_the_contrast_that_wcag_asks_for(theme: str) -> None:
    palette = palettes()[theme]
    texts = [(text, ground) for text in ("ink", "soft", "link") for ground in ("page", "card")]
    texts += [(tone, ground) for tone in ("broken", "unknown", "held") for ground in ("card", f"{tone}-soft")]
    impacts = ("operational", "degraded", "partial_outage", "major_outage", "recovering", "shutdown")
    texts += [("ink", ground) for ground in ("code", *impacts)]
    marks = [(mark, "card") for mark in ("answered", "refused", "failed", "hung", "injected", "p50", "p95", "users")]

    assert {pair: ratio for pair in texts if (ratio := contrast(*(palette[name] for name in pair))) < 4.5} == {}
    assert {pair: ratio for pair in marks if (ratio := contrast(*(palette[name] for name in pair))) < 3} == {}
