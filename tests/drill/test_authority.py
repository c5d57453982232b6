"""A user's own CA: made once, private, and the same for all."""

from __future__ import annotations

import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from brownout.drill import authority
from brownout.drill.authority_lines import container_lines, shell_lines, variables_for
from brownout.drill.environment import CA_VARIABLES
from brownout.errors import HarnessError


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config")


@pytest.fixture
def mine(config: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a CA that was made, or will be by whoever comes first."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    return authority.folder()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_once_whoever_comes_first(mine: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        places = {future.result() for future in [pool.submit(authority.kept) for _ in range(3)]}
    first = (mine / authority.CERTIFICATE).read_text()

    assert places == {mine}
    assert authority.kept() == mine
    assert (mine / authority.CERTIFICATE).read_text() == first
    assert first.count("BEGIN CERTIFICATE") == 1
    assert ssl.create_default_context(cadata=first).cert_store_stats()["x509_ca"] == 1


def test_nobody_else_can_read_its_key_whatever_the_rights_were(mine: Path) -> None:
    authority.kept()
    mine.chmod(0o755)
    for name in authority.SECRET:
        (mine / name).chmod(0o644)
    authority.kept()

    assert _mode(mine) == 0o700
    assert {_mode(mine / name) for name in authority.SECRET} == {0o600}


def test_the_bundle_holds_it_once_also_where_it_is_trusted_already(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = authority.kept()
    own = (place / authority.CERTIFICATE).read_text().strip()
    for _ in range(3):
        bundle = authority.bundle(place)
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    assert bundle.read_text().count(own) == 1
    assert bundle.read_text().count("BEGIN CERTIFICATE") > 10
    assert [path for path in place.iterdir() if path.name.startswith(f".{authority.BUNDLE}")] == []


def test_where_none_can_be_kept_a_drill_makes_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))

    with pytest.raises(HarnessError, match=r"cannot keep a CA in .*/brownout/ca: Not a directory"):
        authority.kept()
    assert authority.for_drill(tmp_path / "scratch") == tmp_path / "scratch"


def test_the_command_prints_its_path_and_makes_another_one_where_that_is_wanted(mine: Path) -> None:
    authority.kept()
    before = (mine / authority.CERTIFICATE).read_text()
    command = [sys.executable, "-m", "brownout", "ca", "--new", "--path"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == str(mine / authority.CERTIFICATE)
    assert (mine / authority.CERTIFICATE).read_text() != before


def test_lines_for_a_shell_and_a_container() -> None:
    assert set(variables_for("/a b/c.pem", None)) == set(CA_VARIABLES)
    assert "export SSL_CERT_FILE='/a b/c.pem'" in shell_lines("/a b/c.pem", None)
    assert "export HTTPS_PROXY=http://127.0.0.1:8080" in shell_lines("/c.pem", 8080)

    lines = container_lines(Path("/a b/c.pem"), "/etc/ca.pem", 8080)
    assert lines.startswith("docker run --network host")
    assert "-v '/a b/c.pem:/etc/ca.pem:ro'" in lines
    assert "-e NODE_EXTRA_CA_CERTS=/etc/ca.pem" in lines
    assert "-e HTTPS_PROXY=http://127.0.0.1:8080" in lines
