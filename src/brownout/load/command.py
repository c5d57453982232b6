"""How to start the load: the command and the environment, for whoever runs it. Imports nothing of Locust."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from brownout.orders import LoadOrders
from brownout.resources import LOADTESTS

ORDERS = "BROWNOUT_ORDERS"
DEFAULT_PATIENCE = 15.0
_PROXIES = frozenset(("http_proxy", "https_proxy", "all_proxy", "no_proxy"))


def patience_of(orders: LoadOrders) -> float:
    """The longest that any user waits for one step, in seconds."""
    if orders.patience is not None:
        return orders.patience
    return max((journey.patience for journey in orders.profile.journeys.values()), default=DEFAULT_PATIENCE)


def grace_of(orders: LoadOrders) -> int:
    """Seconds that users get after the timeline, to finish the step they are in and to look at what is left of it."""
    journeys = orders.profile.journeys.values()
    looks = [
        sum(look is not None for look in (journey.history, journey.export, journey.effects)) for journey in journeys
    ]
    return math.ceil(max((2, *(1 + count for count in looks))) * patience_of(orders)) + 5


def locust_files(orders: LoadOrders) -> list[Path]:
    """The files that Locust loads; a user's own comes second, so that the timeline sets the number of users.

    Raises ValueError for a file that Locust cannot be given.
    """
    if orders.profile.locustfile is None:
        return [LOADTESTS / "journeys.py"]
    own = (orders.profile_folder / orders.profile.locustfile).resolve()
    if not own.is_file():
        raise ValueError(f"locustfile: there is no file {own}")
    files = [LOADTESTS / "observe.py", own]
    for file in files:
        if "," in str(file):
            raise ValueError(f"locustfile: Locust reads {file} as two files because of the comma; rename it")
    return files


def locust_command(orders_path: Path, orders: LoadOrders, python: str) -> list[str]:
    """The arguments of the load process; ``orders_path`` is not among them, it travels in the environment.

    Run it with ``locust_environment``, stdin closed, in the profile's folder. After the timeline users get the time to
    finish the step they are in and to look at what is left of it. Exit codes: 0 the load did its work; 4 it could not,
    one line on stderr says why; 130 it was interrupted. Raises ValueError, as ``locust_files``.
    """
    files = locust_files(orders)
    options = ["--headless", "--skip-log-setup", "--only-summary", "--host", orders.app_url]
    return [
        python,
        "-P",
        "-m",
        "locust",
        "-f",
        ",".join(map(str, files)),
        *options,
        "--stop-timeout",
        str(grace_of(orders)),
    ]


def locust_environment(orders_path: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the load process: where its orders are, and nothing that could lead its requests elsewhere.

    Locust takes any option from ``LOCUST_*`` (https://docs.locust.io/en/stable/configuration.html), so these go too.
    """
    harmless = {
        name: value
        for name, value in inherited.items()
        if name.lower() not in _PROXIES and not name.startswith("LOCUST_")
    }
    return {**harmless, ORDERS: str(orders_path.resolve()), "NO_PROXY": "*"}
