"""The HTML report in a real browser: Debian's ``chromium`` and ``chromium-driver``, headless."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support.hostile import HOSTILE, spoilt

from brownout.report import html
from brownout.result import Result
from brownout.verdict import Evidence

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
EVIL = "<script>window.struck = 1</script><img src=x onerror='window.struck = 2'>"
CHART = "const chart = echarts.getInstanceByDom(document.getElementById('chart'));"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs Chromium and its driver: apt-get install chromium chromium-driver"
    ),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=str(DRIVER)))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


def logged(browser: webdriver.Chrome, log: str) -> list[dict[str, Any]]:
    """What a log of the browser holds since it was last read."""
    entries: list[dict[str, Any]] = browser.get_log(log)  # type: ignore[no-untyped-call]
    return entries


def look(browser: webdriver.Chrome, width: int, scheme: str = "light", height: int = 900) -> None:
    """The size of the window, and whether the reader likes it dark."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def open_report(browser: webdriver.Chrome, result: Result, folder: Path) -> None:
    """Show a report as a user would: from the disk. Earlier entries of the logs are taken out first."""
    page = folder / "report.html"
    page.write_text(html.render(result), encoding="utf-8")
    logged(browser, "browser")
    logged(browser, "performance")
    browser.get(page.as_uri())
    WebDriverWait(browser, 30).until(lambda driver: driver.execute_script("return document.readyState") == "complete")


@pytest.fixture
def page(browser: webdriver.Chrome, outage: Result, tmp_path: Path) -> webdriver.Chrome:
    look(browser, 1200)
    open_report(browser, outage, tmp_path)
    return browser


def requested(browser: webdriver.Chrome) -> list[str]:
    """Every address the browser asked for since the logs were emptied."""
    messages = [json.loads(entry["message"])["message"] for entry in logged(browser, "performance")]
    return [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]


def test_it_opens_from_disk_without_errors_and_asks_nobody_for_anything(page: webdriver.Chrome) -> None:
    asked = requested(page)

    assert [url for url in asked if url.startswith("file:")] == [page.current_url]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert [entry for entry in logged(page, "browser") if entry["level"] in ("SEVERE", "WARNING")] == []


def test_verdict_and_findings_can_be_seen(page: webdriver.Chrome, outage: Result) -> None:
    assert page.find_element(By.CSS_SELECTOR, ".badge").text == "BROKEN"
    seen = [element.text.replace("\u00a0", " ") for element in page.find_elements(By.CSS_SELECTOR, ".finding")]
    assert sorted(seen) == sorted(verdict.finding for verdict in outage.verdicts)
    assert all(chip.is_displayed() for chip in page.find_elements(By.CSS_SELECTOR, ".chip.status"))


def test_evidence_opens_on_a_click(page: webdriver.Chrome) -> None:
    claim = page.find_element(By.CSS_SELECTOR, ".evidence .claim")
    assert not claim.is_displayed()

    page.find_element(By.CSS_SELECTOR, ".evidence summary").click()

    assert claim.is_displayed()
    assert claim.text == "The user got the application's own error page"


def test_the_chart_is_drawn(page: webdriver.Chrome, outage: Result) -> None:
    drawn = page.execute_script(
        "const canvas = document.querySelector('#chart canvas');"
        "const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
        "const colours = new Set(); for (let i = 0; i < pixels.length; i += 4)"
        " colours.add(pixels.slice(i, i + 4).join());"
        "return {width: canvas.width, height: canvas.height, colours: colours.size};"
    )

    assert drawn["width"] > 900
    assert drawn["height"] > 500
    assert drawn["colours"] > 20

    series: dict[str, Any] = page.execute_script(
        f"{CHART} return Object.fromEntries(chart.getOption().series.map((one) => [one.id, one.data]));"
    )
    for name in ("answered", "refused", "failed", "hung", "injected", "p50", "p95", "users"):
        expected = [[second.t + 0.5, getattr(second, name)] for second in outage.seconds]
        assert series[name][: len(expected)] == expected


def test_phases_are_shaded_and_named(page: webdriver.Chrome, outage: Result) -> None:
    areas: list[list[list[dict[str, Any]]]] = page.execute_script(
        f"{CHART} return chart.getOption().series.filter((one) => one.markArea).map((one) => one.markArea.data);"
    )

    assert len(areas) == 4  # the strip of names, and behind each of the three charts
    for area in areas:
        spans = [(start["name"], start["xAxis"], end["xAxis"]) for start, end in area]
        assert spans == [(phase.name, phase.start, phase.end) for phase in outage.phases]
    labels = [start["label"]["formatter"] for start, _ in areas[0]]
    assert labels == ["1", "2  unannounced", "3  announced", "4", "5  tail", "6"]


def test_the_tooltip_tells_drill_time_incident_time_and_counts(page: webdriver.Chrome, outage: Result) -> None:
    page.execute_script(f"{CHART} chart.dispatchAction({{type: 'showTip', seriesIndex: 4, dataIndex: 20}});")

    tip = page.find_element(By.CSS_SELECTOR, ".tip").text

    assert "announced (major outage)" in tip
    assert "Drill 20s · incident 40m" in tip
    assert f"Hung {outage.seconds[20].hung}" in tip


def test_a_narrow_screen_needs_no_sideways_scrolling(page: webdriver.Chrome) -> None:
    look(page, 400)
    WebDriverWait(page, 30).until(
        lambda driver: driver.execute_script(f"{CHART} return chart.getWidth() <= 400 && innerWidth === 400;")
    )

    assert page.execute_script("return document.documentElement.scrollWidth") <= 400


def test_it_is_dark_for_those_who_like_it_dark(page: webdriver.Chrome) -> None:
    read = "return [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color];"
    light = page.execute_script(read)
    look(page, 1200, "dark")
    dark = page.execute_script(read)

    assert light != dark
    assert dark == ["rgb(16, 19, 24)", "rgb(232, 235, 240)"]
    title = f"{CHART} return chart.getOption().title[2].textStyle.color === '#e8ebf0';"
    WebDriverWait(page, 30).until(lambda driver: driver.execute_script(title))  # the chart is drawn again


def test_texts_from_the_drill_never_run(browser: webdriver.Chrome, outage: Result, tmp_path: Path) -> None:
    verdict = replace(outage.verdicts[2], finding=EVIL, id=EVIL, evidence=(Evidence(EVIL, {"canary": EVIL}),))
    phases = (replace(outage.phases[0], name=EVIL), *outage.phases[1:])
    posts = ({"t": 1.0, "provider": EVIL, "say": EVIL},)
    look(browser, 1200)
    open_report(
        browser,
        replace(outage, app=EVIL, title=EVIL, verdicts=(verdict,), phases=phases, status_posts=posts),
        tmp_path,
    )

    browser.execute_script(f"{CHART} chart.dispatchAction({{type: 'showTip', seriesIndex: 4, dataIndex: 1}});")

    assert browser.find_element(By.TAG_NAME, "h1").text == EVIL
    assert browser.find_element(By.CSS_SELECTOR, ".finding").text == EVIL
    assert EVIL in browser.find_element(By.CSS_SELECTOR, ".tip").text
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert browser.execute_script("return window.struck === undefined")


def test_hostile_texts_make_no_element_open_no_dialog_and_ask_for_nothing(
    browser: webdriver.Chrome, outage: Result, tmp_path: Path
) -> None:
    elements = []
    for text in ("plain words", "\n".join(HOSTILE.values())):
        open_report(browser, spoilt(outage, text), tmp_path)
        asked = requested(browser)
        tags = "return [...document.querySelectorAll('*')].map((each) => each.tagName + each.getAttributeNames());"
        elements.append(browser.execute_script(tags))

    assert elements[0] == elements[1]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert browser.execute_script("return window.struck === undefined")
    assert [entry for entry in logged(browser, "browser") if entry["level"] in ("SEVERE", "WARNING")] == []


def test_the_policy_stops_a_script_that_got_in_all_the_same(page: webdriver.Chrome) -> None:
    page.execute_script(
        "const script = document.createElement('script'); script.textContent = 'window.struck = 3';"
        "document.body.append(script);"
    )

    assert page.execute_script("return window.struck === undefined")
    assert any("Content Security Policy" in entry["message"] for entry in logged(page, "browser"))


def test_a_picture_for_the_readme_can_be_taken(page: webdriver.Chrome, tmp_path: Path) -> None:
    """With BROWNOUT_SCREENSHOT=docs/report.png it is kept. To be short, it leaves out most verdicts."""
    page.execute_script(
        "document.querySelectorAll('.cards.open > :nth-child(n + 3), .cards.compact').forEach((one) => one.remove());"
    )
    path = Path(os.environ.get("BROWNOUT_SCREENSHOT") or tmp_path / "report.png")
    bottom = page.execute_script("return document.querySelector('#timeline').getBoundingClientRect().bottom + scrollY;")
    clip = {"x": 0, "y": 0, "width": 1200, "height": bottom + 16, "scale": 1}
    shot = page.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(shot["data"]))

    assert shot["data"].startswith("iVBORw0KGgo")  # PNG
    assert path.stat().st_size > 20_000  # an empty page of this size is far smaller
