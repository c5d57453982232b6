"""The page, in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support.chat_app import User, running
from support.chat_platform import ANSWER, Act, Upstream
from support.standins import running_standin

Start = Callable[..., User]
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver (apt install chromium-driver)"
    ),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    profile = tmp_path_factory.mktemp("chromium")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-proxy-server",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if "proxy" in name.lower()]:
            patch.delenv(name)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def ask(browser: webdriver.Chrome, user: User, text: str) -> None:
    browser.get(str(user.http.base_url))
    browser.find_element(By.ID, "text").send_keys(text)
    browser.find_element(By.ID, "send").click()


def shown(browser: webdriver.Chrome, selector: str) -> str:
    """What an element says once it is there and the page has come to rest."""
    WebDriverWait(browser, 15).until(
        lambda page: page.find_elements(By.CSS_SELECTOR, selector) and page.find_element(By.ID, "send").is_enabled()
    )
    return browser.find_element(By.CSS_SELECTOR, selector).text


@pytest.mark.parametrize("example", ["fragile_chat", "sturdy_chat"])
def test_a_message_is_answered_and_still_there_after_a_reload(
    browser: webdriver.Chrome, start: Start, upstream: Upstream, example: str
) -> None:
    ask(browser, start(example), "Why is the sky blue?")
    assert shown(browser, ".message.assistant:not(.waiting)") == ANSWER
    browser.refresh()
    assert shown(browser, ".message.assistant") == ANSWER
    assert shown(browser, ".message.user") == "Why is the sky blue?"


def test_a_broken_answer_is_replaced_by_a_whole_one(
    browser: webdriver.Chrome, start: Start, upstream: Upstream
) -> None:
    upstream.always["openai"] = Act("cut")
    ask(browser, start("sturdy_chat"), "Why is the sky blue?")
    assert shown(browser, ".message.assistant:not(.waiting)") == ANSWER


def test_an_apology_is_shown_and_the_question_marked(
    browser: webdriver.Chrome, start: Start, upstream: Upstream
) -> None:
    upstream.always = {"openai": Act("status", 500), "anthropic": Act("status", 529)}
    ask(browser, start("sturdy_chat"), "Why is the sky blue?")
    assert shown(browser, ".message.error").startswith("The assistant cannot answer right now.")
    browser.refresh()
    assert shown(browser, ".note") == "Not answered"


def test_the_fragile_chat_shows_the_raw_error(browser: webdriver.Chrome, start: Start, upstream: Upstream) -> None:
    upstream.always["openai"] = Act("status", 500)
    ask(browser, start("fragile_chat"), "Why is the sky blue?")
    assert "req_secret123" in shown(browser, ".message.error")


def test_the_bots_page_shows_an_accounts_conversation(browser: webdriver.Chrome, tmp_path: Path) -> None:
    with running_standin(tmp_path) as url, running("whatsapp_bot/sturdy", Upstream(url), tmp_path) as user:
        browser.get(str(user.http.base_url))
        browser.find_element(By.ID, "account").send_keys("ada")
        browser.find_element(By.ID, "open").click()
        WebDriverWait(browser, 15).until(lambda page: page.find_element(By.ID, "send").is_enabled())
        browser.find_element(By.ID, "text").send_keys("Why is the sky blue?")
        browser.find_element(By.ID, "send").click()
        assert shown(browser, ".message.assistant:not(.waiting)").endswith("[end of answer]")
        browser.refresh()
        assert shown(browser, ".message.assistant").endswith("[end of answer]")
        assert shown(browser, ".message.user") == "Why is the sky blue?"
