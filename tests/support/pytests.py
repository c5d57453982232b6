"""Runs of pytest inside tests, with the plugin as an installed brownout brings it."""

from __future__ import annotations

from importlib.metadata import entry_points

_INSTALLED = any(each.value == "brownout.pytest_plugin" for each in entry_points(group="pytest11"))
PLUGIN: tuple[str, ...] = (
    () if _INSTALLED else ("-p", "brownout.pytest_plugin", "-W", "ignore::pytest.PytestAssertRewriteWarning")
)
"""Arguments, the last ones, that load it where brownout is only on the path."""
