"""A past drill, read back from its folder: what was played, and what was asked of the application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from brownout.comparing.sides import weighed
from brownout.config.yamlfile import InputError, Problem
from brownout.drill.setting import Options
from brownout.expect import AnyExpect
from brownout.journal import home_of
from brownout.judging.judge import expectations_in
from brownout.judging.weighing import Weighed
from brownout.orders import ProxyOrders, flaw
from brownout.profile import Profile
from brownout.scenario import Scenario

_NEEDED = "to play it again, give the folder as 'brownout run' left it, with journal and orders"


@dataclass(frozen=True)
class Past:
    """What a drill was. Its scenario has the seed and the platforms that it was played with."""

    folder: Path
    drill: Weighed
    scenario: Scenario

    def options(self, out: Path | None = None, app: str = "") -> Options:
        """How it was played, for another folder; its seed is the scenario's own."""
        row = self.drill.drill
        return Options(
            out=out,
            speed=float(row["speed"]),
            users=int(row["users"]),
            proxies=int(row["proxies"]),
            port=int(row.get("port") or 0),
            scenario_file=str(row.get("scenario_file") or row["scenario"]),
            app_file=app or self.app_file,
        )

    @property
    def app_file(self) -> str:
        """The profile that it was played with, as it was typed."""
        return str(self.drill.drill.get("app_file") or "brownout.yaml")

    @property
    def expected(self) -> tuple[AnyExpect, ...]:
        """What was asked of the application then."""
        return tuple(expectations_in(self.drill.drill))


def past_drill(path: Path) -> Past:
    """The drill in a folder. Raises InputError where it cannot be played again."""
    drill = weighed(path)
    folder = home_of(path)
    orders = sorted((folder / "orders").glob("proxy-*.json"))
    if not orders:
        raise _refused(path, f"no orders of a proxy in {folder / 'orders'}; {_NEEDED}")
    try:
        scenario = Scenario.model_validate(ProxyOrders.model_validate_json(orders[0].read_bytes()).scenario)
    except ValidationError as error:
        raise _refused(orders[0], f"this version cannot play it: {flaw(error)}") from None
    except OSError as error:
        raise _refused(orders[0], f"cannot be read: {error.strerror}; {_NEEDED}") from None
    return Past(folder, drill, scenario)


def asked_then(profile: Profile, expected: Sequence[AnyExpect]) -> Profile:
    """Today's application, asked for what a past drill asked for."""
    return profile.model_copy(update={"expect": tuple(expected)})


def _refused(path: Path, text: str) -> InputError:
    return InputError([Problem(str(path), 0, 0, text)])
