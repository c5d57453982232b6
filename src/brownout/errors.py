"""The one exception of the harness itself."""

from __future__ import annotations


class HarnessError(Exception):
    """The harness failed, not the application under test; its text says what happened and what to do. Exit code 4."""
