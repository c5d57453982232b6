"""What the load of a drill is told: who the users are, what they do, and when."""

from __future__ import annotations

from pathlib import Path

from brownout.drill.application import Application
from brownout.drill.parts import START_TIMEOUT
from brownout.drill.setting import Setting
from brownout.orders import LoadOrders, spans


def load_orders(setting: Setting, application: Application, folder: Path, scratch: Path) -> LoadOrders:
    """The orders of a drill's load: its journal goes to ``folder``, and it waits for files in ``scratch``."""
    profile = setting.profile
    timeout = profile.start.timeout if profile.start else 0.0
    return LoadOrders(
        app_url=application.url,
        # Nobody but the application needs its environment, which may hold keys.
        profile=profile.model_copy(update={"start": None, "url": application.url}),
        profile_folder=profile.folder.resolve(),
        seed=setting.scenario.seed,
        users=setting.users,
        phases=spans(setting.scenario, setting.speed),
        journal=folder / "journal",
        go=scratch / "go",
        standin=scratch / "standin",
        sentinel=profile.upstream == "stand-in",
        go_within=timeout + 3 * START_TIMEOUT,
    )
