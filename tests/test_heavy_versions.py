"""What the heavy tests install is pinned: a framework's next version is somebody's decision, and no surprise."""

from __future__ import annotations

import re
import tomllib

from support.frameworks import PROJECT, VERSIONS


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_every_framework_of_the_heavy_tests_has_one_version() -> None:
    group = tomllib.loads(PROJECT.read_text())["dependency-groups"]["heavy"]
    lines = [line for line in VERSIONS.read_text().splitlines() if not line.startswith("#")]

    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert {_name(framework) for framework in group} <= {_name(line) for line in lines}
