"""How an application is started, and how many users it gets."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from brownout.config.model import Frozen, PerSecond, Seconds

MOST_USERS: Final = 5000
"""As many users as a load may have."""


class Start(Frozen):
    """How to start the application.

    In ``command``, ``env`` and ``ready``, ``{port}`` is a free port and ``{scratch}`` a folder of this drill's own,
    at first and gone afterwards: for databases and uploads.
    """

    command: str | tuple[str, ...]
    """Program and arguments; no shell. ``{python}`` is the interpreter that runs brownout."""
    cwd: str = "."
    """Relative to the profile."""
    env: dict[str, str] = Field(default_factory=dict)
    """``{openai_base_url}``, ``{anthropic_base_url}``, ``{proxy_url}`` and ``{ca}`` may be used."""
    ready: str = "/"
    """Path (or URL) that answers below 500 when the application is up."""
    timeout: Seconds = 30.0
    restart: bool = False
    """Started again whenever its process ends, as a supervisor does in production; restarts are counted."""


class Load(Frozen):
    """How many users, and how many more while the platform is down."""

    users: int = Field(default=10, ge=1, le=MOST_USERS)
    arrive: PerSecond = 10.0
    """New users a second."""
    surge: float = Field(default=1.0, ge=0.1, le=100)
    """Factor on users during an outage: people come back to see whether it works."""
    pause: Seconds = 0.5
    """Mean pause of a user between journeys."""
