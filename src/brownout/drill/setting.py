"""What is fixed before a drill begins: scenario, profile and options as one, and the folder it goes to."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from brownout import __version__
from brownout.config import units
from brownout.config.yamlfile import InputError, Problem
from brownout.deciding.carriers import unfit_connect
from brownout.drill.application import check_placeholders
from brownout.drill.places import expectation_lines, placed_rules
from brownout.drill.timeline import phase_rows
from brownout.drill.wiring import missing_variable
from brownout.events import ChannelRow, Drill, Planned, RuleRow
from brownout.expect import AnyExpect, Sampled
from brownout.journal import SUFFIX
from brownout.orders import channel_spans
from brownout.profile import Profile
from brownout.scenario import Scenario
from brownout.services import UnfitPlatform, catalogue_of

MOST_PROXIES = 8
_ENGINES = ("mitmproxy", "locust", "aiohttp")


@dataclass(frozen=True)
class Options:
    """What the command line may say about a drill; None leaves it to scenario and profile.

    ``scenario_file`` and ``app_file`` are what to type to run it again. ``looks``: so many drills judge the same.
    """

    out: Path | None = None
    seed: int | None = None
    speed: float | None = None
    users: int | None = None
    proxies: int = 1
    port: int = 0
    scenario_file: str = ""
    app_file: str = ""
    looks: int = 1


@dataclass(frozen=True)
class Setting:
    """What is the same for a whole drill."""

    scenario: Scenario
    profile: Profile
    speed: float
    users: int
    proxies: int
    scenario_file: str
    app_file: str
    port: int = 0
    looks: int = 1

    @property
    def end(self) -> float:
        """When the timeline is over, in drill seconds."""
        return self.scenario.duration / self.speed

    @cached_property
    def _rules(self) -> list[RuleRow]:
        return placed_rules(self.scenario_file, self.scenario)

    @cached_property
    def _expect_lines(self) -> list[int]:
        return expectation_lines(self.app_file, self.profile)

    def row(self, zero: float, versions: dict[str, str]) -> Drill:
        """The journal's first row: what this drill is, and all that its verdicts depend on."""
        return Drill(
            scenario=self.scenario.name,
            title=self.scenario.title,
            seed=self.scenario.seed,
            speed=self.speed,
            zero=zero,
            app=self.profile.name,
            users=self.users,
            proxies=self.proxies,
            phases=phase_rows(self.scenario, self.speed),
            rules=self._rules,
            expect=[expectation.model_dump(mode="json") for expectation in _judged(self.profile, self.looks)],
            expect_lines=self._expect_lines,
            sources=[{"url": str(source.url), "fact": source.fact} for source in self.scenario.sources],
            versions=versions,
            scenario_file=self.scenario_file,
            app_file=self.app_file,
            sentinel=self.profile.upstream == "stand-in" and self.profile.locustfile is None,
            channels=[
                ChannelRow(name=span.name, announced=span.announced, deadline=span.deadline)
                for span in channel_spans(self.scenario, self.speed)
            ],
            port=self.port,
            looks=self.looks,
            supervised=self.profile.start is not None and self.profile.start.restart,
            wiring=missing_variable(self.profile),
        )

    def plan(self, now: float, versions: dict[str, str]) -> Planned:
        """The same before anything is started."""
        return Planned(**vars(self.row(now, versions)))


def prepare(scenario: Scenario, profile: Profile, options: Options) -> Setting:
    """Scenario, profile and options as one setting. Raises InputError where they do not go together."""
    platforms = {**scenario.platforms, **profile.platforms}
    refusals = [*_about_looks(profile, options), *_about_proxies(scenario, profile, options)]
    refusals += [*_about_both(scenario, profile, options, platforms)]
    if refusals:
        raise InputError([Problem(options.app_file or "drill", 0, 0, text) for text in refusals])
    check_placeholders(profile, options.app_file, catalogue_of(platforms))
    seed = scenario.seed if options.seed is None else options.seed
    return Setting(
        scenario=scenario.changed(platforms=platforms, seed=seed),
        profile=profile,
        speed=options.speed or scenario.speed,
        users=options.users or profile.load.users,
        proxies=options.proxies,
        scenario_file=options.scenario_file,
        app_file=options.app_file,
        port=options.port,
        looks=options.looks,
    )


def _judged(profile: Profile, looks: int) -> list[AnyExpect]:
    """What is expected, each as sure as it has to be where it is looked at so often."""
    return [each.of_looks(looks) if isinstance(each, Sampled) else each for each in profile.expected]


def _about_looks(profile: Profile, options: Options) -> Iterator[str]:
    """Why it cannot be looked at so often."""
    try:
        _judged(profile, options.looks)
    except ValueError as error:
        yield f"--until-settled: {error}; lower confidence in the profile"


def _about_proxies(scenario: Scenario, profile: Profile, options: Options) -> Iterator[str]:
    """Why there cannot be so many proxies."""
    if not 1 <= options.proxies <= MOST_PROXIES:
        yield f"--proxies: {options.proxies} is out of range; allowed: 1 to {MOST_PROXIES}"
    if options.proxies < 2:
        return
    counting = [rule.id for rule in scenario.rules if rule.counts_calls]
    if counting:
        yield (
            f"--proxies: {', '.join(counting)} in {scenario.name} counts calls (after: … calls, limit or bucket), and "
            "each proxy would count for itself; use --proxies 1"
        )
    losing = [rule.id for rule in scenario.rules if rule.kind.paced_by == "deadline"]
    if losing:
        yield (
            f"--proxies: {', '.join(losing)} in {scenario.name} must know each history from its beginning, and no "
            "proxy sees what passes another; use --proxies 1"
        )
    if profile.budget is not None:
        yield f"--proxies: the budget of {profile.budget} calls is counted by each proxy for itself; use --proxies 1"
    if profile.max_active_faults is not None:
        yield (
            f"--proxies: max_active_faults {profile.max_active_faults} is counted by each proxy for itself; use "
            "--proxies 1"
        )


def _about_both(scenario: Scenario, profile: Profile, options: Options, platforms: dict[str, str]) -> Iterator[str]:
    """Why scenario and profile do not go together."""
    if options.speed is not None:
        try:
            units.speed(options.speed)
        except ValueError as error:
            yield f"--speed: {error}"
    unfit = [(rule.id, why) for rule in scenario.rules if (why := unfit_connect(rule.kind, profile.connect))]
    yield from (f"rule {id} of {scenario.name}: {why}" for id, why in unfit)
    if profile.start is None and not options.port:
        yield (
            f"{profile.name} is already running, so it must know the proxy's port beforehand: choose one with --port, "
            "and start the application with what 'brownout proxy' (for connect: intercept, 'brownout ca') prints for "
            "that port; or add start: to the profile"
        )
    for name, url in scenario.platforms.items():
        if platforms[name] != url:
            where = f"{platforms[name]} here and {url} in {scenario.name}"
            yield f"platforms: {name} is {where}; keep one of them"
    try:
        catalogue_of(platforms)
    except UnfitPlatform as error:
        yield f"platforms: with those of {scenario.name}: {error}"


_REPORTS = (".html", ".json", ".md", ".xml")
"""What reports end in."""


def out_folder(setting: Setting, wanted: Path | None) -> Path:
    """The folder of this drill, made; by default a new one in ``reports/``. Raises InputError."""
    place = wanted if wanted is not None else Path("reports")
    try:
        return _new_one(setting, place) if wanted is None else _asked_for(wanted)
    except OSError as error:
        text = f"a drill cannot be written there: {error.strerror}; choose another folder with --out"
        raise InputError([Problem(str(place), 0, 0, text)]) from None


def _asked_for(wanted: Path) -> Path:
    """The folder that somebody named. Raises InputError where it is taken, OSError where it cannot be written."""
    if list((wanted / "journal").glob(f"*{SUFFIX}")):
        raise InputError([Problem(str(wanted), 0, 0, "holds an earlier drill; choose another folder with --out")])
    (wanted / "journal").mkdir(parents=True, exist_ok=True)
    if not os.access(wanted, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    taken = next((each.name for each in wanted.iterdir() if each.suffix in _REPORTS and each.is_dir()), None)
    if taken is not None:
        raise IsADirectoryError(errno.EISDIR, f"{taken} is a folder there")
    return wanted


def _new_one(setting: Setting, place: Path) -> Path:
    """A folder that nobody had before. Raises OSError."""
    app = re.sub(r"[^A-Za-z0-9_.-]+", "-", setting.profile.name)
    stem = f"{setting.scenario.name}-{app}-{time.strftime('%Y%m%d-%H%M%S')}"
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        folder = place / f"{stem}{suffix}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def versions() -> dict[str, str]:
    """What ran: brownout, Python, and the engines."""
    versions = {"brownout": __version__, "python": ".".join(map(str, sys.version_info[:3]))}
    for name in _ENGINES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions
