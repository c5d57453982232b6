"""The app profile, ``brownout.yaml``: one model a part of it."""

from __future__ import annotations

from brownout.profile.application import MOST_USERS, Load, Start
from brownout.profile.journeys import Effects, History, Journey
from brownout.profile.profile import Profile
from brownout.profile.safety import Abort
from brownout.profile.steps import MARKS, PLACES, Read, Step
from brownout.receiver import Receiver
from brownout.step_kinds import Said, SocketIO, Upload, WebSocket

__all__ = [
    "MARKS",
    "MOST_USERS",
    "PLACES",
    "Abort",
    "Effects",
    "History",
    "Journey",
    "Load",
    "Profile",
    "Read",
    "Receiver",
    "Said",
    "SocketIO",
    "Start",
    "Step",
    "Upload",
    "WebSocket",
]
