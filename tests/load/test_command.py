from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.loads import make_orders, make_profile

from brownout.load.command import (
    ORDERS,
    grace_of,
    locust_command,
    locust_environment,
    locust_files,
    patience_of,
)
from brownout.orders import LoadOrders
from brownout.profile import History, Journey, Profile, Read, Step

STEP = Step(name="ask", post="/chat", json={"text": "{{ message }}"}, reply=Read(json="reply"))
JOURNEYS = {
    "chat": Journey(steps=(STEP,), history=History(get="/h", messages="m"), patience=2.5),
    "page": Journey(steps=(Step(name="look", get="/"),), patience=1),
}


def own_file(folder: Path, name: str) -> LoadOrders:
    (folder / name).write_text("# a Locust file", encoding="utf-8")
    profile = Profile(name="own", url="http://127.0.0.1:1", locustfile=name)
    return make_orders(folder, "http://127.0.0.1:1", profile)


def test_orders_survive_the_way_to_the_load(tmp_path: Path) -> None:
    orders = make_orders(tmp_path, "http://127.0.0.1:1", make_profile(JOURNEYS), sentinel=False)
    path = tmp_path / "orders.json"
    path.write_text(orders.model_dump_json(by_alias=True), encoding="utf-8")
    assert LoadOrders.model_validate_json(path.read_bytes()) == orders


def test_the_longest_patience_counts_unless_the_orders_set_one(tmp_path: Path) -> None:
    orders = make_orders(tmp_path, "http://127.0.0.1:1", make_profile(JOURNEYS))
    assert patience_of(orders) == 2.5
    assert patience_of(orders.model_copy(update={"patience": 9.0})) == 9.0
    assert patience_of(own_file(tmp_path, "own.py")) == 15.0


def test_users_get_the_time_for_a_step_and_the_history(tmp_path: Path) -> None:
    orders = make_orders(tmp_path, "http://127.0.0.1:1", make_profile(JOURNEYS))
    command = locust_command(tmp_path / "orders.json", orders, sys.executable)
    assert int(command[command.index("--stop-timeout") + 1]) == grace_of(orders) >= 2 * 2.5
    assert command[command.index("--host") + 1] == orders.app_url


def test_each_look_at_the_end_gets_its_time(tmp_path: Path) -> None:
    shown = History(get="/", messages="messages")
    journey = JOURNEYS["chat"].model_copy(update={"patience": 10.0, "history": shown, "export": shown})
    orders = make_orders(tmp_path, "http://127.0.0.1:1", make_profile({"chat": journey}))
    assert grace_of(orders) >= 3 * 10.0


def test_every_file_that_locust_is_given_exists(tmp_path: Path) -> None:
    files = locust_files(make_orders(tmp_path, "http://127.0.0.1:1", make_profile(JOURNEYS)))
    files += locust_files(own_file(tmp_path, "own.py"))
    assert [file.name for file in files] == ["journeys.py", "observe.py", "own.py"]
    assert all(file.is_file() for file in files)


def test_a_missing_locustfile_is_refused(tmp_path: Path) -> None:
    profile = Profile(name="own", url="http://127.0.0.1:1", locustfile="missing.py")
    with pytest.raises(ValueError, match=r"there is no file .*missing\.py"):
        locust_files(make_orders(tmp_path, "http://127.0.0.1:1", profile))


def test_a_locustfile_with_a_comma_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="because of the comma"):
        locust_files(own_file(tmp_path, "a,b.py"))


def test_nothing_in_the_environment_leads_requests_elsewhere(tmp_path: Path) -> None:
    inherited = {
        "PATH": "/bin",
        "HTTPS_PROXY": "http://127.0.0.1:2",
        "http_proxy": "http://127.0.0.1:2",
        "no_proxy": "",
        "LOCUST_USERS": "9",
    }
    environment = locust_environment(tmp_path / "orders.json", inherited)
    assert environment == {"PATH": "/bin", ORDERS: str(tmp_path / "orders.json"), "NO_PROXY": "*"}


def test_whoever_starts_the_load_need_not_import_locust() -> None:
    code = "import brownout.load.command, sys; print([n for n in ('locust', 'gevent', 'requests') if n in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"
