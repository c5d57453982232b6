"""Build hook: what mitmproxy and Locust load by path, the demo, and pages that commands read travel in the wheel."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("scenarios", "proxy_addons", "loadtests", "examples")
PAGES = ("docs/checkers.md", "docs/faults.md", "docs/symptoms.md")
"""What ``brownout show`` reads."""


class CarryFilesLoadedByPath(BuildHookInterface):  # type: ignore[type-arg]
    """Map the top-level folders to ``brownout/_bundled``; an editable install reads the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders' files to a real wheel, and nothing to an editable one."""
        if version == "editable":
            return
        # File by file, because a folder that is included by force brings along what .gitignore names.
        loaded = sorted(each for name in CARRIED for each in Path(self.root, name).rglob("*") if each.is_file())
        for path in (*loaded, *(Path(self.root, page) for page in PAGES)):
            inside = path.relative_to(self.root).as_posix()
            if not self.build_config.path_is_excluded(inside):
                build_data["force_include"][inside] = f"brownout/_bundled/{inside}"
