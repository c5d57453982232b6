"""What the doctor says."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest
from support.drills import PROFILE
from support.results import BLANK

from brownout.drill import diagnosis
from brownout.drill.diagnosis import Check
from brownout.drill.wiring import missing_variable
from brownout.mistakes import DISTRUST
from brownout.profile import Profile
from brownout.verdict import ExitCode, Status, Verdict


def _profile(**more: Any) -> Profile:
    return Profile.model_validate({**PROFILE, **more})


def _reached(profile: Profile, questions: int, answered: int, exchanges: int, **outcomes: int) -> tuple[str, str]:
    totals = {"questions": questions, "answered": answered, "exchanges": exchanges}
    return diagnosis._reached(profile, replace(BLANK, totals=totals, outcomes=outcomes))


def test_calls_that_arrive_are_all_that_is_wanted() -> None:
    assert _reached(_profile(), 4, 4, 5, ok=4) == ("ok", "4 of 4 questions answered, 5 calls came through the proxy")


def test_calls_that_arrive_without_answers_are_a_warning() -> None:
    state, detail = _reached(_profile(), 4, 1, 4, ok=1, half=3)

    assert state == "warn"
    assert "only 1 of 4 questions got a whole answer (1 ok, 3 half)" in detail


def test_no_calls_at_all_are_a_failure_that_names_a_way_out() -> None:
    state, detail = _reached(_profile(), 4, 0, 0, error=4)

    assert state == "fail"
    assert "no call to a platform came through the proxy" in detail
    assert "OPENAI_BASE_URL" in detail


def test_webhooks_alone_are_no_calls_and_the_bots_number_may_be_why() -> None:
    webhooks = {"whatsapp": {"url": "/hook", "secret": "s", "phone_number_id": "100000000000001"}}
    result = replace(BLANK, totals={"questions": 2, "answered": 0, "exchanges": 4, "calls": 0}, outcomes={"hung": 2})

    state, detail = diagnosis._reached(_profile(webhooks=webhooks), result)

    assert state == "fail"
    assert "no call to a platform came through the proxy. 4 webhooks went to it." in detail
    assert "the phone number 100000000000001" in detail
    assert "webhooks.whatsapp.phone_number_id" in detail


def test_a_drill_that_failed_says_why() -> None:
    assert diagnosis._reached(_profile(), replace(BLANK, outcome="failed", why="no port")) == ("fail", "no port")


def test_a_variable_that_the_profile_sets_to_something_else_is_named() -> None:
    start = {**PROFILE["start"], "env": {"OPENAI_BASE_URL": "https://gateway.example.com/v1"}}

    assert missing_variable(_profile(start=start)) == (
        "start.env sets OPENAI_BASE_URL to something else: leave it out, or use {openai_base_url}."
    )


def test_a_variable_that_the_profile_sets_to_the_proxy_is_not_blamed() -> None:
    start = {**PROFILE["start"], "env": {"OPENAI_BASE_URL": "{openai_base_url}"}}

    assert "something else" not in missing_variable(_profile(start=start))


def test_intercepting_has_its_own_ways_out() -> None:
    said = missing_variable(_profile(connect="intercept"))

    assert "trust_env=True" in said
    assert "Node" in said


def test_an_application_that_runs_already_must_be_started_with_the_variables() -> None:
    profile = _profile(start=None, url="http://127.0.0.1:8000", connect="intercept")

    assert missing_variable(profile).startswith("Start the application with HTTPS_PROXY, SSL_CERT_FILE")


def test_libraries_that_are_not_there_are_named() -> None:
    assert diagnosis._versions("libraries", ("rich", "no-such-library")) == Check(
        "libraries", "fail", "not installed: no-such-library; install brownout again with pip"
    )


def test_a_desk_port_in_use_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(diagnosis, "DESK_PORT", taken.getsockname()[1])
        assert diagnosis._port().state == "warn"


def test_a_proxy_in_the_environment_is_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert list(diagnosis._variables()) == []

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")

    (check,) = diagnosis._variables()
    assert check.detail.startswith("HTTPS_PROXY set: a drill does not go through it")


@pytest.mark.parametrize("check", ["application_alive", "profile_fits"])
def test_an_application_that_died_and_a_profile_that_does_not_fit_are_told_as_reports_tell_them(check: str) -> None:
    verdict = Verdict(check, check, Status.UNKNOWN, "", "", "")
    result = replace(BLANK, outcome="stopped", verdicts=(verdict,), lead="The profile does not fit.")

    assert diagnosis._reached(_profile(), result) == ("fail", "The profile does not fit.")


@pytest.mark.parametrize(
    ("outcome", "code", "ends"),
    [
        ("completed", ExitCode.BROKEN, ExitCode.UNKNOWN),
        ("stopped", ExitCode.UNKNOWN, ExitCode.UNKNOWN),
        ("aborted", ExitCode.HELD, ExitCode.UNKNOWN),
        ("failed", ExitCode.HARNESS, ExitCode.HARNESS),
        ("interrupted", ExitCode.INTERRUPTED, ExitCode.INTERRUPTED),
    ],
)
def test_what_a_trial_could_not_show_is_no_verdict_and_only_what_failed_is_a_failure_of_ours(
    outcome: str, code: int, ends: int
) -> None:
    assert diagnosis._code(replace(BLANK, outcome=outcome, exit_code=code)) == ends


def test_a_certificate_that_is_not_trusted_is_told_from_a_missing_variable() -> None:
    note = f"{DISTRUST[:1].upper()}{DISTRUST[1:]} for api.openai.com: unknown ca."
    totals = {"questions": 4, "answered": 0, "exchanges": 0}
    lead = f"No call came. {note} 'brownout ca'"
    result = replace(BLANK, totals=totals, outcomes={"error": 4}, notes=(note,), lead=lead)

    assert diagnosis._reached(_profile(connect="intercept"), result) == ("fail", lead)
