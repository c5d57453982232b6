"""The load of a drill: what it is told of users, of what they do and when, and how it is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from brownout.drill.application import Application
from brownout.drill.own_python import own_environment
from brownout.drill.parts import START_TIMEOUT, Parts
from brownout.drill.processes import Child
from brownout.drill.setting import Setting
from brownout.errors import HarnessError
from brownout.load.command import locust_command, locust_environment
from brownout.orders import LoadOrders, spans


def load_orders(setting: Setting, application: Application, folder: Path, scratch: Path, parts: Parts) -> LoadOrders:
    """The orders of a drill's load: its journal goes to ``folder``, and it waits for files in ``scratch``.

    It shows the stand-in the token of the ``parts``, and knows the keys that they note.
    """
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
        standin_token=parts.token,
        keys=parts.keys,
        sentinel=profile.upstream == "stand-in",
        go_within=timeout + 3 * START_TIMEOUT,
    )


def start_load(parts: Parts, orders: LoadOrders) -> Child:
    """Start the load: first of all, because importing Locust takes longest. Raises HarnessError."""
    path = parts.write("load", orders)
    try:
        command = locust_command(path, orders, sys.executable)
    except ValueError as error:
        raise HarnessError(str(error)) from None
    theirs = orders.profile.locustfile is not None
    env = locust_environment(path, own_environment(os.environ, with_path=theirs))
    return parts.family.start("load", command, env=env, cwd=orders.profile_folder, linger=0.0, grace=3.0)
