"""The platforms' own status pages: what they say to programs. Pure; it knows nothing of the rest."""

from __future__ import annotations

from brownout.status.incidents import Indicator, Post, Say, State
from brownout.status.page import OPERATIONAL, status_page

__all__ = ["OPERATIONAL", "Indicator", "Post", "Say", "State", "status_page"]
