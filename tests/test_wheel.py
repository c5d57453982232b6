"""What users install: the wheel and the sdist, and that the wheel works far from the checkout, with an engine or not.

Only brownout comes from the wheel; everything else is lent by the environment that runs the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder

import brownout
from brownout import find_engine, resources

ROOT = Path(__file__).parents[1]
VERSION = brownout.__version__
pytestmark = [pytest.mark.wheel, pytest.mark.starts]
JUNK = (
    "examples/fragile_chat/__pycache__/app.cpython-311.pyc",
    "examples/sturdy_chat/chat.sqlite3",
    "loadtests/__pycache__/journeys.cpython-311.pyc",
    "reports/chatgpt-2026-02-03-shop/result.json",
    "src/brownout/__pycache__/cli.cpython-311.pyc",
)


@dataclass(frozen=True)
class Built:
    """What was built from a copy of the checkout in which people have worked."""

    checkout: Path
    sdist: Path
    wheel: Path
    wheel_from_sdist: Path

    @property
    def names(self) -> list[str]:
        """The files of the wheel."""
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.namelist()

    def read(self, name: str) -> bytes:
        """One file of the wheel."""
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.read(name)


def _build(checkout: Path, out: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *arguments, str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    ignored = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "*.tmp")
    checkout = Path(shutil.copytree(ROOT, folder / "checkout", ignore=ignored))
    for name in JUNK:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("junk")
    _build(checkout, folder / "direct", "--wheel")
    _build(checkout, folder / "dist")
    wheel = f"brownout-{VERSION}-py3-none-any.whl"
    return Built(
        checkout, folder / "dist" / f"brownout-{VERSION}.tar.gz", folder / "direct" / wheel, folder / "dist" / wheel
    )


@dataclass(frozen=True)
class Place:
    """An environment of its own with the wheel in it, and an unrelated folder to work in."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def bin(self) -> Path:
        """Its programs."""
        return self.folder / "venv" / "bin"

    def run(self, *command: str, timeout: float = 100) -> subprocess.CompletedProcess[str]:
        """Run one of its programs in the unrelated folder, with nothing of ours in the environment."""
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.folder), "NO_COLOR": "1", **self.env}
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.folder / "work",
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )


def _place(folder: Path, wheel: Path, *without: str) -> Place:
    """A new environment: the wheel, and what is installed here but for brownout and some others."""
    lent = folder / "lent"
    lent.mkdir(parents=True)
    for home in {Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib"))}:
        for entry in home.iterdir():
            name = entry.name.partition("-")[0].partition(".")[0].lower()
            if name not in {"brownout", *without} and entry.suffix != ".pth":
                (lent / entry.name).symlink_to(entry)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    place = Place(folder)
    pip = [sys.executable, "-m", "pip", "--python", str(place.bin / "python"), "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--quiet", str(wheel)],
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (library,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (library / "lent.pth").write_text(f"{lent}\n")
    (folder / "work").mkdir()
    return place


@pytest.fixture(scope="module")
def place(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With the engine."""
    return _place(tmp_path_factory.mktemp("whole"), built.wheel)


@pytest.fixture(scope="module")
def light(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The light base: no mitmproxy, no locust, no stand-in."""
    return _place(tmp_path_factory.mktemp("light"), built.wheel, *find_engine.MODULES)


def _files(folder: Path) -> set[str]:
    """The files below a folder, but for what work leaves behind."""
    found = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(folder)) for path in found if not path.suffix.startswith(".sqlite")}


def test_the_wheel_carries_what_other_tools_load_by_path(built: Built) -> None:
    for name in ("scenarios", "proxy_addons", "loadtests", "examples"):
        own = {f"{name}/{path}" for path in _files(ROOT / name)}
        carried = {each.removeprefix("brownout/_bundled/") for each in built.names if f"/_bundled/{name}/" in each}

        assert own == carried
    assert {name for name in built.names if "/_bundled/docs/" in name} == {
        f"brownout/_bundled/docs/{page}.md" for page in ("checkers", "faults", "symptoms")
    }


def test_the_wheel_holds_the_package_whole(built: Built) -> None:
    own = _files(ROOT / "src")
    info = f"brownout-{VERSION}.dist-info/"
    packaged = {name for name in built.names if not name.startswith((info, "brownout/_bundled/"))}

    assert own == packaged
    assert {"brownout/py.typed", "brownout/report/templates/report.html"} <= packaged
    assert {"brownout/report/vendor/LICENSE-echarts", "brownout/report/vendor/echarts.common.min.js"} <= packaged


def test_the_wheel_says_its_licence_and_how_it_is_called(built: Built) -> None:
    info = f"brownout-{VERSION}.dist-info"
    metadata = message_from_bytes(built.read(f"{info}/METADATA"))
    licences = set(metadata.get_all("License-File") or ())
    needed = [each for each in metadata.get_all("Requires-Dist") or () if "extra ==" not in each]

    assert {"LICENSE", "NOTICE", "src/brownout/report/vendor/LICENSE-echarts"} <= licences
    assert {f"{info}/licenses/{name}" for name in licences} <= set(built.names)
    assert (metadata["Version"], metadata["License-Expression"]) == (VERSION, "Apache-2.0")
    assert not [each for each in needed if each.startswith(find_engine.MODULES)]
    assert built.read(f"{info}/entry_points.txt").decode().split("\n\n") == [
        "[console_scripts]\nbrownout = brownout.__main__:main",
        "[pytest11]\nbrownout = brownout.pytest_plugin\n",
    ]


def test_neither_archive_holds_what_work_leaves_behind(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        sources = [name.partition("/")[2] for name in archive.getnames()]

    for name in [*built.names, *sources]:
        assert not Path(name).suffix.startswith((".pyc", ".sqlite")), name
        assert not {"__pycache__", ".venv", ".git", ".hypothesis"} & set(Path(name).parts), name
    assert not [name for name in built.names if name.split("/")[0] not in ("brownout", f"brownout-{VERSION}.dist-info")]
    assert not [name for name in built.names if "/tests/" in name or "/reports/" in name]
    assert [name for name in sources if name.startswith("reports/")] == ["reports/README.md"]


def test_the_sdist_holds_all_that_is_needed_to_test_it(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        sources = {name.partition("/")[2] for name in archive.getnames()}

    assert {"hatch_build.py", "pyproject.toml", "Makefile", "README.md", "LICENSE", "NOTICE"} <= sources
    assert {"tests/test_wheel.py", "docs/pytest.md", "scripts/install-browser"} <= sources


def test_the_wheel_of_the_sdist_is_the_same(built: Built) -> None:
    assert built.wheel_from_sdist.read_bytes() == built.wheel.read_bytes()


@pytest.mark.parametrize(("version", "carries"), [("standard", True), ("editable", False)])
def test_an_editable_install_reads_the_checkout_instead(built: Built, version: str, carries: bool) -> None:
    builder = WheelBuilder(str(built.checkout))
    (hook,) = builder.get_build_hooks(str(built.checkout.parent)).values()
    data: dict[str, dict[str, str]] = {"force_include": {}}
    hook.initialize(version, data)

    assert bool(data["force_include"]) is carries


def test_in_the_checkout_nothing_is_bundled() -> None:
    assert ROOT == resources.ROOT
    assert not (ROOT / "src" / "brownout" / "_bundled").exists()


def test_an_installed_brownout_is_the_wheels_own(place: Place) -> None:
    code = (
        "import brownout, json, sys; from brownout import resources; from importlib import metadata; "
        "print(json.dumps([brownout.__file__, str(resources.ROOT), metadata.version('brownout'), sys.path]))"
    )
    file, bundled, version, path = json.loads(place.run("python", "-c", code).stdout)

    assert Path(file).is_relative_to(place.folder / "venv")
    assert Path(bundled) == Path(file).parent / "_bundled"
    assert version == VERSION
    assert not [entry for entry in path if entry and Path(entry).is_relative_to(ROOT / "src")]


def test_the_command_knows_its_scenarios_far_from_the_checkout(place: Place) -> None:
    version, listed = place.run("brownout", "--version"), place.run("brownout", "list", "--json")
    names = [path.stem for path in (ROOT / "scenarios").glob("*.yaml")]
    checked = place.run("brownout", "lint", *names)

    assert (version.returncode, version.stdout) == (0, f"brownout {VERSION}\n")
    assert all(f'"{name}"' in listed.stdout for name in names)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture(scope="module")
def drilled(place: Place) -> Path:
    """The folder of a drill of a bundled scenario against a bundled example, from the wheel alone."""
    (bundled,) = (place.folder / "venv" / "lib").glob("python*/site-packages/brownout/_bundled")
    profile = yaml.safe_load((bundled / "examples" / "fragile_chat" / "brownout.yaml").read_text())
    profile["start"]["cwd"] = str(bundled / "examples" / "fragile_chat")
    profile["expect"] = [{"check": "success", "at_least": "60%", "min_samples": 2, "margin": "50%"}]
    (place.folder / "work" / "brownout.yaml").write_text(yaml.safe_dump(profile, sort_keys=False))
    done = place.run("brownout", "run", "baseline", "--speed", "5", "--users", "4", "--out", "out")

    assert done.returncode == 0, done.stdout + done.stderr
    return place.folder / "work" / "out"


@pytest.mark.e2e
@pytest.mark.drill
def test_a_drill_runs_from_the_wheel_alone(place: Place, drilled: Path) -> None:
    result = json.loads((drilled / "result.json").read_text())

    assert (result["scenario"], result["app"], result["status"]) == ("baseline", "fragile_chat", "HELD")
    assert result["totals"]["exchanges"] >= 2
    assert "<script>" in (drilled / "report.html").read_text()
    assert str(ROOT) not in "".join(path.read_text() for path in (drilled / "orders").iterdir())


@pytest.mark.e2e
@pytest.mark.drill
def test_the_light_base_reads_a_journal_without_the_engine(light: Place, drilled: Path) -> None:
    done = light.run("brownout", "report", str(drilled), "--out", "again")

    assert done.returncode == 0, done.stderr
    assert (light.folder / "work" / "again" / "report.html").is_file()


def test_the_light_base_explains_faults_and_symptoms(light: Place) -> None:
    explained = light.run("brownout", "show", "hang")
    looked_up = light.run("brownout", "show", "incomplete chunked read", "--json")

    assert (explained.returncode, explained.stderr) == (0, "")
    assert "- {fault: hang, on: openai.chat, share: 15%}" in explained.stdout
    assert "stream_cut" in looked_up.stdout


def test_the_light_base_says_in_one_line_how_to_get_the_engine(light: Place) -> None:
    done = light.run("brownout", "demo")

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1
    assert "pip install 'brownout[engine]'" in done.stderr


def test_the_light_base_brings_a_quiet_plugin_that_says_the_same(light: Place) -> None:
    work = light.folder / "work"
    (work / "test_it.py").write_text("def test_one(outage): pass\ndef test_two(outage): pass\ndef test_three(): pass\n")
    (work / "app.yaml").write_text("name: a\nurl: http://127.0.0.1:1\nlocustfile: l.py\n")
    (work / "l.py").touch()
    (work / "quick.yaml").write_text(
        "brownout: 1\nname: quick\ntitle: T\ntimeline: [{phase: a, lasts: 1s, impact: operational}]\n"
    )
    done = light.run("python", "-m", "pytest", "-W", "error", "-rN", "--brownout-app", "app.yaml")

    assert "1 failed, 1 passed, 2 errors" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("the engine is not installed here") == 3
    assert "Traceback" not in done.stdout
    assert "engine.py" not in done.stdout
