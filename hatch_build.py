"""Build hook: the files that mitmproxy and Locust load by path, and the demo, travel inside the wheel."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("scenarios", "proxy_addons", "loadtests", "examples")


class CarryFilesLoadedByPath(BuildHookInterface):  # type: ignore[type-arg]
    """Map the top-level folders to ``brownout/_bundled``; an editable install reads the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders to a real wheel, and nothing to an editable one."""
        if version != "editable":
            build_data["force_include"].update({name: f"brownout/_bundled/{name}" for name in CARRIED})
