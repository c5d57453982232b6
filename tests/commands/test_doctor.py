"""``brownout doctor`` as a command: with what it ends, and what machines read. What it looks at is tested elsewhere."""

from __future__ import annotations

import json

import pytest

from brownout.cli import main
from brownout.drill import diagnosis
from brownout.drill.diagnosis import Check
from brownout.verdict import ExitCode

FINE = Check("python", "ok", "3.13")
UNFIT = Check("application shop", "fail", "no call came", ExitCode.UNKNOWN)
OURS = Check("proxy", "fail", "no answer")


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ((FINE, Check("ports", "warn", "in use", ExitCode.UNKNOWN)), 0),
        ((FINE, UNFIT), 3),
        ((UNFIT, OURS), 4),
        ((OURS, Check("application shop", "fail", "interrupted", ExitCode.INTERRUPTED)), 130),
    ],
)
def test_it_ends_with_the_worst_of_what_failed(
    checks: tuple[Check, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "checks", lambda *given: iter(checks))

    assert main(["doctor"]) == code


def test_machines_read_what_each_look_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(diagnosis, "checks", lambda *given: iter((FINE, UNFIT)))

    main(["doctor", "--json"])

    assert json.loads(capsys.readouterr().out) == [
        {"name": "python", "state": "ok", "detail": "3.13"},
        {"name": "application shop", "state": "fail", "detail": "no call came"},
    ]
