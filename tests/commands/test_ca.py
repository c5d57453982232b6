"""``brownout ca``: where the CA is, and how a program trusts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from brownout.cli import main
from brownout.drill import authority


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CA that is there already."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    place = authority.folder()
    place.mkdir(parents=True)
    for name in (authority.CERTIFICATE, *authority.SECRET):
        (place / name).write_text("made up")
    return place


def test_people_read_paths_and_lines(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ca", "--port", "8080"]) == 0

    said = capsys.readouterr().out
    assert str(made / authority.CERTIFICATE) in said
    assert f"export SSL_CERT_FILE={made / authority.BUNDLE}" in said
    assert "export HTTPS_PROXY=http://127.0.0.1:8080" in said
    assert "docker run --network host" in said


def test_machines_read_json(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ca", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["certificate"] == str(made / authority.CERTIFICATE)
    assert told["environment"]["NODE_EXTRA_CA_CERTS"] == told["bundle"] == str(made / authority.BUNDLE)
    assert "HTTPS_PROXY" not in told["environment"]


def test_a_script_reads_the_path_alone(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ca", "--path"]) == 0

    assert capsys.readouterr().out == f"{made / authority.CERTIFICATE}\n"
