"""What ``brownout doctor`` looks at. Each check is small, and says what to do when it fails."""

from __future__ import annotations

import json
import os
import platform
import ssl
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from brownout import __version__, find_engine
from brownout.drill.ports import LOOPBACK, free_port, is_free
from brownout.drill.wiring import missing_variable
from brownout.errors import HarnessError
from brownout.mistakes import DISTRUST
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.drill.parts import Parts
    from brownout.profile import Profile
    from brownout.result import Result

LIBRARIES = ("duckdb", "jinja2", "jmespath", "pydantic", "pyyaml", "rich", "typer")
_BODY = json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Are you there?"}]})
_HEADERS = {"Authorization": "Bearer sk-test-doctor", "Content-Type": "application/json"}
_DRILL_SECONDS = 3.0
DESK_PORT = 8080  # what 'brownout proxy' takes


@dataclass(frozen=True)
class Check:
    """What one look found; ``detail`` says what to do where it is not ``ok``, and ``code`` is the exit code then."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    code: int = ExitCode.HARNESS


def checks(profile: Profile | None = None, app_file: str = "", port: int = 0) -> Iterator[Check]:
    """All checks, one after the other; with a profile, the application too."""
    yield _python()
    yield _versions("libraries", LIBRARIES)
    yield _engine()
    yield _port()
    yield from _variables()
    if find_engine.missing():
        return
    yield _versions("engine libraries", find_engine.MODULES)
    wire = list(_wire())
    yield from wire
    if profile is not None and all(check.state != "fail" for check in wire):
        yield _application(profile, app_file, port)


def _python() -> Check:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Check("python", "ok", f"{version} at {sys.executable}; brownout {__version__}")
    return Check("python", "fail", f"{version}; brownout needs 3.11 to 3.13")


def _versions(name: str, libraries: tuple[str, ...]) -> Check:
    present, absent = [], []
    for library in libraries:
        try:
            present.append(f"{library} {metadata.version(library)}")
        except metadata.PackageNotFoundError:
            absent.append(library)
    if absent:
        return Check(name, "fail", f"not installed: {', '.join(absent)}; install brownout again with pip")
    return Check(name, "ok", ", ".join(present))


def _engine() -> Check:
    if not find_engine.missing():
        return Check("engine", "ok", "in this environment")
    try:
        return Check("engine", "ok", f"not in this environment; {' '.join(find_engine.command())} will be used")
    except HarnessError as error:
        return Check("engine", "fail", str(error))


def _port() -> Check:
    try:
        port = free_port()
    except OSError as error:
        return Check("ports", "fail", f"cannot listen on {LOOPBACK}: {error.strerror}")
    if is_free(DESK_PORT):
        return Check("ports", "ok", f"{port} and others are free, and so is {DESK_PORT}, which 'brownout proxy' takes")
    return Check(
        "ports", "warn", f"{DESK_PORT} is in use: 'brownout proxy' will need --port; drills take any free port"
    )


def _variables() -> Iterator[Check]:
    names = [name for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY") if os.environ.get(name)]
    if names:
        yield Check(
            "environment",
            "warn",
            f"{', '.join(names)} set: a drill does not go through it, and hosts that are no AI "
            "platform are reached directly when the application is connected by intercepting",
        )


def _wire() -> Iterator[Check]:
    """A real call through a real proxy, by both ways of connecting."""
    from brownout.drill.parts import Parts
    from brownout.drill.processes import Family
    from brownout.events import Event

    class Nowhere:
        def write(self, event: Event) -> None:
            pass

    with tempfile.TemporaryDirectory(prefix="brownout-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        family = Family(folder / "logs", Nowhere())
        check, ca = _authority(folder / "ca")
        yield check
        try:
            yield from _calls(Parts(family, folder / "orders", ca, None))
        except HarnessError as error:
            yield Check("proxy", "fail", str(error))
        finally:
            family.stop(family.children)


def _authority(otherwise: Path) -> tuple[Check, Path]:
    """The user's CA, or where to make one for this check alone."""
    from brownout.drill import authority

    name = "certificate authority"
    try:
        place = authority.kept()
    except HarnessError as error:
        lost = "each drill will make its own, which an application that runs already (url) cannot trust"
        return Check(name, "warn", f"{error}; {lost}"), otherwise
    words = "made once for you, and private; 'brownout ca' prints how to trust it"
    return Check(name, "ok", f"{place / authority.CERTIFICATE}, {words}"), place


def _calls(parts: Parts) -> Iterator[Check]:
    from brownout.library.library import load_scenario

    orders = parts.proxy_orders(load_scenario("baseline"), 1.0, parts.start_standin(1), None)
    (proxy,) = parts.start_proxies(orders, 1)
    yield _call("base URL", HTTPConnection(LOOPBACK, proxy.port, timeout=15), "/openai/v1/chat/completions")
    context = ssl.create_default_context(cafile=proxy.ca)
    tunnel = HTTPSConnection(LOOPBACK, proxy.port, timeout=15, context=context)
    tunnel.set_tunnel("api.openai.com", 443)
    yield _call("intercepted HTTPS", tunnel, "/v1/chat/completions")


def _call(name: str, connection: HTTPConnection, path: str) -> Check:
    """One question to the stand-in, through the proxy."""
    try:
        connection.request("POST", path, _BODY, _HEADERS)
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, HTTPException, ValueError) as error:
        return Check(name, "fail", f"no answer through the proxy: {error}")
    finally:
        connection.close()
    if response.status != 200 or not answer.get("choices"):
        return Check(name, "fail", f"HTTP {response.status} through the proxy: {str(answer)[:200]}")
    return Check(name, "ok", "a question went through the proxy to the stand-in, and its answer came back")


def _application(profile: Profile, app_file: str, port: int) -> Check:
    from brownout.drill.drill import run_drill
    from brownout.drill.setting import Options
    from brownout.library.library import load_scenario

    scenario = load_scenario("baseline")
    name = f"application {profile.name}"
    brisk = profile.model_copy(update={"settle": 1.0})
    with tempfile.TemporaryDirectory(prefix="brownout-", ignore_cleanup_errors=True) as folder:
        speed = scenario.duration / _DRILL_SECONDS
        options = Options(Path(folder), speed=speed, users=1, port=port, app_file=app_file)
        result = run_drill(scenario, brisk, options)
    return Check(name, *_reached(profile, result), _code(result))


def _code(result: Result) -> int:
    """A trial is no verdict on the application; but where it failed or was interrupted, it ends as drills do."""
    own = (ExitCode.HARNESS, ExitCode.INTERRUPTED)
    return result.exit_code if result.exit_code in own else ExitCode.UNKNOWN


def _reached(profile: Profile, result: Result) -> tuple[Literal["ok", "warn", "fail"], str]:
    """Whether the application's calls came through the proxy, and what to do where they did not."""
    questions, answered = result.totals.get("questions", 0), result.totals.get("answered", 0)
    exchanges = result.totals.get("exchanges", 0)
    calls = result.totals.get("calls", exchanges)
    if result.outcome not in ("completed", "stopped"):
        return "fail", result.why
    if any(verdict.check in ("application_alive", "profile_fits") for verdict in result.verdicts):
        return "fail", result.lead or result.verdicts[0].finding
    if calls == 0:
        if any(note.lower().startswith(DISTRUST) for note in result.notes):
            return "fail", result.lead or next(note for note in result.notes if note.lower().startswith(DISTRUST))
        asked = f"{questions} questions were asked ({_outcomes(result)})" if questions else "no question was asked"
        why = missing_variable(profile)
        if exchanges:
            why = f"{exchanges} webhooks went to it. {_deaf(profile)}{why}"
        return "fail", f"{asked}, and no call to a platform came through the proxy. {why}"
    if answered < questions:
        return "warn", (
            f"{calls} calls came through the proxy, but on a healthy platform only {answered} of {questions} "
            f"questions got a whole answer ({_outcomes(result)}); look at journeys (reply, patience) in the profile"
        )
    return "ok", f"{answered} of {questions} questions answered, {calls} calls came through the proxy"


def _deaf(profile: Profile) -> str:
    """Why an application on WhatsApp may take a webhook and do nothing."""
    whatsapp = profile.webhooks.get("whatsapp")
    if whatsapp is None:
        return ""
    number = whatsapp.phone_number_id or "106540352242922, by default"
    return (
        f"They were about the phone number {number}: a bot drops what is for another number, so give "
        "webhooks.whatsapp.phone_number_id the id that it has. "
    )


def _outcomes(result: Result) -> str:
    return ", ".join(f"{number} {name}" for name, number in result.outcomes.items())
