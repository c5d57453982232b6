"""What an application finds in its environment."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from brownout.drill.environment import (
    CA_VARIABLES,
    Reach,
    application_environment,
    variables,
    write_bundle,
)
from brownout.services import PROVIDERS

REACH = Reach(8080, Path("/tmp/ca.pem"), Path("/tmp/bundle.pem"))


def _intercepting(**inherited: str) -> dict[str, str]:
    return application_environment("intercept", REACH, inherited, {}, {})


def _base_url(**inherited: str) -> dict[str, str]:
    return application_environment("base_url", REACH, inherited, {}, {})


def test_every_base_url_variable_leads_to_one_provider() -> None:
    names = [name for provider in PROVIDERS for name in provider.variables]

    assert len(set(names)) == len(names)
    for provider in PROVIDERS:
        for name in provider.variables:
            assert _base_url()[name].startswith(f"http://127.0.0.1:8080{provider.prefix}")


def test_base_urls_are_set_though_the_profile_does_not_mention_them() -> None:
    env = _base_url()

    assert env["OPENAI_BASE_URL"] == "http://127.0.0.1:8080/openai/v1"
    assert env["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:8080/anthropic"
    assert "HTTPS_PROXY" not in env


def test_a_base_url_of_the_users_own_shell_does_not_win() -> None:
    assert _base_url(OPENAI_BASE_URL="https://gateway.example.com")["OPENAI_BASE_URL"].startswith("http://127.0.0.1")


def test_intercepting_sets_proxy_and_every_ca_variable() -> None:
    env = _intercepting()

    assert env["HTTPS_PROXY"] == env["https_proxy"] == "http://127.0.0.1:8080"
    assert {env[name] for name in CA_VARIABLES} == {"/tmp/bundle.pem"}
    assert "-Dhttps.proxyPort=8080" in env["JAVA_TOOL_OPTIONS"]
    assert env["NODE_USE_ENV_PROXY"] == "1"


def test_intercepting_leaves_plain_http_and_other_protocols_alone() -> None:
    assert not {"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} & set(variables("intercept", REACH))


def test_intercepting_takes_away_what_would_lead_past_the_proxy() -> None:
    assert "OPENAI_BASE_URL" not in _intercepting(OPENAI_BASE_URL="https://gateway.example.com")


@pytest.mark.parametrize("entry", ["*", "api.openai.com", ".openai.com", "*.anthropic.com", "com", "eu.api.openai.com"])
def test_an_exception_from_proxying_that_covers_a_platform_is_taken_away(entry: str) -> None:
    assert _intercepting(NO_PROXY=f"{entry},internal.example.com")["NO_PROXY"] == (
        "127.0.0.1,localhost,::1,internal.example.com"
    )


def test_the_profile_has_the_last_word() -> None:
    own = {"OPENAI_BASE_URL": "{openai_base_url}/", "PORT": "{port}"}
    env = application_environment("base_url", REACH, {"PORT": "1"}, own, {**REACH.placeholders, "port": "99"})

    assert env["OPENAI_BASE_URL"] == "http://127.0.0.1:8080/openai/v1/"
    assert env["PORT"] == "99"


def test_the_bundle_holds_the_drills_ca_and_those_trusted_before(tmp_path: Path) -> None:
    ours, trusted = tmp_path / "ours.pem", tmp_path / "trusted.pem"
    ours.write_text("OURS\n")
    trusted.write_text("TRUSTED")

    bundle = write_bundle(ours, tmp_path / "bundle.pem", {"SSL_CERT_FILE": str(trusted)})

    assert bundle.read_text() == "TRUSTED\nOURS\n"


def test_the_bundle_has_the_usual_authorities_by_default(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("")

    context = ssl.create_default_context(cafile=write_bundle(ca, tmp_path / "bundle.pem", {}))

    assert len(context.get_ca_certs()) > 50
