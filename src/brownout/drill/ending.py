"""Why a drill ends before its time: raised wherever that is seen, and turned into its last row."""

from __future__ import annotations


class Interrupted(Exception):
    """The user has had enough of it."""


class Enough(Exception):
    """Going on would show no more, and why."""


class Aborted(Exception):
    """Going on is not allowed, and why: a bound of the profile was passed, or somebody ordered a stop."""
