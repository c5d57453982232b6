"""The keys of every platform are known by their looks."""

from __future__ import annotations

import pytest

from brownout import keys
from brownout.leaks import leaks_in, redact

LONG = "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
EXAMPLES = {
    "anthropic": [f"sk-ant-api03-{LONG}"],
    "azure": ["api-key: 0123456789abcdef0123456789abcdef", '"Api-Key": "0123456789abcdef0123456789abcdef"'],
    "bedrock": [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        f"bedrock-api-key-{LONG}",
    ],
    "copilot": [f"gho_{LONG}", f"github_pat_{LONG}"],
    "fireworks": [f"fw_{LONG}"],
    "gemini": [f"AIza{LONG}"],
    "groq": [f"gsk_{LONG}"],
    "huggingface": [f"hf_{LETTERS}"],
    "nvidia": [f"nvapi-{LONG}"],
    "openai": ["sk-test-000000000000", f"sk-or-v1-{LONG}", f"whsec_{LONG}"],
    "perplexity": [f"pplx-{LONG}"],
    "replicate": [f"r8_{LONG}"],
    "together": [f"tgp_v1_{LONG}"],
    "whatsapp": [f"EAAG{LONG}"],
    "xai": [f"xai-{LONG}"],
}
HARMLESS = (
    "An md5 sum is 32 digits long: 0123456789abcdef0123456789abcdef.",
    "fw_update, r8_core and xai-grok are names, and EAAG is a word of nobody's.",
    "/search?key=short&api_key=none",
    "The token was eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl for you.",
)
"""The last one is an application's own, which its user may have."""


def test_every_platform_has_examples() -> None:
    assert set(EXAMPLES) == set(keys.KEYS)


@pytest.mark.parametrize("key", [key for examples in EXAMPLES.values() for key in examples])
def test_a_key_is_a_leak_and_never_kept(key: str) -> None:
    text = f"It failed with {key} today"

    assert leaks_in(text) == ["api_key"]
    assert redact(text) == "It failed with [key] today" or key.rpartition("=")[2] not in redact(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_alike_is_no_leak(text: str) -> None:
    assert leaks_in(text) == []


def test_a_token_of_the_applications_own_is_not_kept_either() -> None:
    assert redact(HARMLESS[-1]) == "The token was [key] for you."


@pytest.mark.parametrize("text", ["{'cookie': 'session=c0ffee-5e12-4a'}", "Set-Cookie: sid=c0ffee-5e12-4a; Path=/"])
def test_a_cookie_is_not_kept_and_is_no_leak_of_a_platform(text: str) -> None:
    assert leaks_in(text) == []
    assert "c0ffee" not in redact(text)


def test_talk_of_cookies_is_kept() -> None:
    assert redact("cookie: a small cake; 1 = one") == "cookie: a small cake; 1 = one"
