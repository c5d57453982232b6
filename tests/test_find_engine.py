"""Where the engine is: here, elsewhere, or nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

import brownout
from brownout import find_engine
from brownout.errors import HarnessError

SRC = Path(brownout.__file__).parents[1]
ROOT = SRC.parent
# An executable that is one, as far as can be told from outside.
BROWNOUT = '#!/bin/sh\n[ "$1" = --version ] && echo "brownout 0.0" || echo "I was asked to $*"\n'


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder with everything that is installed here, but for the engine."""
    folder = tmp_path_factory.mktemp("light")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        heavy = entry.name.partition("-")[0].partition(".")[0].lower() in {
            *find_engine.MODULES,
            "gevent",
            "mitmproxy_rs",
        }
        if not heavy and entry.suffix != ".pth":
            (folder / entry.name).symlink_to(entry)
    return folder


def _brownout(light: Path, home: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in an environment without the engine."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": f"{SRC}{os.pathsep}{light}", "NO_COLOR": "1"}
    command = [sys.executable, "-S", "-m", "brownout", *arguments]
    return subprocess.run(command, env={**clean, **env}, capture_output=True, text=True, check=False, timeout=60)


def test_the_engine_is_here() -> None:
    assert find_engine.missing() == []
    assert find_engine.command()[0] == sys.executable


@pytest.mark.parametrize(
    "arguments", [("demo",), ("run", "baseline", "--app", "."), ("proxy", "baseline"), ("selftest",)]
)
def test_without_an_engine_one_line_says_how_to_get_it(light: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "brownout.yaml").write_text("name: a\nurl: http://127.0.0.1:1\nlocustfile: l.py\n")
    (tmp_path / "l.py").touch()
    result = _brownout(light, tmp_path, *(argument.replace(".", str(tmp_path)) for argument in arguments))

    assert result.returncode == 4
    assert len(result.stderr.splitlines()) == 1
    assert f" pip install '{ROOT}[engine" in result.stderr
    assert f" pipx install '{ROOT}[engine" in result.stderr


@pytest.mark.parametrize("arguments", [("list",), ("show", "baseline"), ("lint",), ("schema", "profile"), ("--help",)])
def test_the_light_part_works_without_the_engine(light: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "brownout.yaml").write_text("name: a\nurl: http://127.0.0.1:1\nlocustfile: l.py\n")
    (tmp_path / "l.py").touch()
    paths = (str(tmp_path / "brownout.yaml"),) if arguments == ("lint",) else ()
    result = _brownout(light, tmp_path, *arguments, *paths)

    assert (result.returncode, result.stderr) == (0, "")


def test_an_engine_that_is_said_to_be_where_nothing_is(light: Path, tmp_path: Path) -> None:
    result = _brownout(light, tmp_path, "proxy", "baseline", BROWNOUT_ENGINE="/no/such/python")

    assert result.returncode == 4
    assert "BROWNOUT_ENGINE is '/no/such/python', and there is no such program" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_same_command_is_run_where_the_engine_is_said_to_be(light: Path, tmp_path: Path) -> None:
    other = tmp_path / "brownout"
    other.write_text(BROWNOUT)
    other.chmod(0o755)
    result = _brownout(light, tmp_path, "proxy", "baseline", "--port", "0", BROWNOUT_ENGINE=str(other))

    assert (result.returncode, result.stdout) == (0, "I was asked to proxy baseline --port 0\n")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('#!/bin/sh\necho "No module named brownout" >&2\nexit 1\n', "No module named brownout"),
        ("#!/bin/sh\nexit 0\n", "it ended with code 0"),
        ("no program at all\n", "Exec format error"),
    ],
)
def test_an_engine_without_brownout_is_told_from_a_drill_that_broke(
    light: Path, tmp_path: Path, script: str, said: str
) -> None:
    other = tmp_path / "python3"
    other.write_text(script)
    other.chmod(0o755)
    result = _brownout(light, tmp_path, "proxy", "baseline", BROWNOUT_ENGINE=str(other))

    assert result.returncode == 4
    assert f"BROWNOUT_ENGINE is '{other}', and there is no brownout: " in result.stderr
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_how_to_get_it_is_said_apart_for_a_checkout_and_for_an_index(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_engine.how_to_get() == (
        f"install it with: pip install '{ROOT}[engine]', or beside everything else: pipx install '{ROOT}[engine]'"
    )
    monkeypatch.setattr(find_engine, "__file__", str(tmp_path / "lib" / "brownout" / "find_engine.py"))
    monkeypatch.setattr(metadata, "distribution", lambda name: metadata.PathDistribution(tmp_path))
    said = find_engine.how_to_get("engine,examples")
    assert "pip install 'brownout[engine,examples]'" in said
    assert "pip install '.[engine,examples]' in a checkout" in said

    (tmp_path / "clone").mkdir()
    (tmp_path / "clone" / "pyproject.toml").touch()
    (tmp_path / "direct_url.json").write_text(f'{{"url": "file://{tmp_path}/clone", "dir_info": {{}}}}')
    assert f"pip install '{tmp_path}/clone[engine]'" in find_engine.how_to_get()


def test_the_engine_of_pipx_is_found(light: Path, tmp_path: Path) -> None:
    environment = tmp_path / ".local" / "share" / "pipx" / "venvs" / "brownout"
    other = environment / "bin" / "brownout"
    other.parent.mkdir(parents=True)
    other.write_text('#!/bin/sh\necho "pipx: $*"\n')
    other.chmod(0o755)
    assert _brownout(light, tmp_path, "proxy", "baseline").returncode == 4  # an environment without mitmproxy

    (environment / "lib" / "python3.11" / "site-packages" / "mitmproxy").mkdir(parents=True)

    assert _brownout(light, tmp_path, "proxy", "baseline").stdout == "pipx: proxy baseline\n"


def test_two_that_lack_the_engine_do_not_call_each_other_for_ever(light: Path, tmp_path: Path) -> None:
    result = _brownout(light, tmp_path, "proxy", "baseline", BROWNOUT_SENT_HERE="1")

    assert result.returncode == 4
    assert "has no engine either" in result.stderr


def test_a_python_is_asked_for_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_engine, "MODULES", ("no_such_module",))

    assert find_engine.command({"BROWNOUT_ENGINE": sys.executable}) == [sys.executable, "-P", "-m", "brownout"]
    with pytest.raises(HarnessError, match="the engine is not installed here"):
        find_engine.command({"HOME": "/nowhere", "PATH": ""})
