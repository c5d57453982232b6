"""``brownout init``: a first app profile for the application in this folder, tried at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.config.yamlfile import InputError
    from brownout.scaffold.draft import Draft
    from brownout.scaffold.questions import Ask
    from brownout.scaffold.survey import Survey
    from brownout.scaffold.trial import Seen

_BY_HAND = "write brownout.yaml by hand (docs/profile.md)"
_STEPS = " (docs/profile.md#steps)"


def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take what the folder says.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a brownout.yaml that is there.")] = False,
    no_try: Annotated[bool, typer.Option("--no-try", help="Only look and write; start nothing.")] = False,
) -> None:
    """Write a brownout.yaml for the application in this folder, and try it.

    Looks at frameworks, libraries, scripts and routes, asks four questions at most (none with --yes, or without a
    terminal), starts the application before the offline stand-in, and asks it one thing, to see where in its answer the
    words are. The keys that it writes are made up.

    \b
    Examples:
      brownout init
      brownout init --yes
      brownout init --no-try
    """
    from brownout import find_engine
    from brownout.library.library import PROFILE_NAME
    from brownout.scaffold.survey import survey_of

    path = Path.cwd() / PROFILE_NAME
    if path.exists() and not force:
        raise _refusal("is there already; try it with: brownout doctor --app brownout.yaml, or make another: --force")
    survey = survey_of(path.parent)
    draft = _drafted(survey, path.parent)
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    if draft is None and not asks:
        raise _refusal(_nothing(survey))
    if not no_try:
        find_engine.require(sys.argv[1:])
    _say_survey(survey)
    ask = _ask if asks else _take
    draft = _asked(draft or survey.draft(path.parent), survey, ask)
    _write(path, draft)
    if no_try or draft.start is None:
        _untried(survey, draft, no_try=no_try)
        raise typer.Exit(ExitCode.HELD if no_try else ExitCode.UNKNOWN)
    raise typer.Exit(_try(path, survey, draft, ask))


def _refusal(text: str) -> InputError:
    from brownout.config.yamlfile import InputError, Problem
    from brownout.library.library import PROFILE_NAME

    return InputError([Problem(PROFILE_NAME, 0, 0, text)])


def _drafted(survey: Survey, root: Path) -> Draft | None:
    """What can be written without asking; None where neither a start nor a running application is known."""
    from dataclasses import replace

    from brownout.scaffold.survey import listening

    draft = survey.draft(root)
    if draft.start is not None:
        return draft
    port = listening(survey.ports)
    return replace(draft, url=f"http://127.0.0.1:{port}") if port else None


def _nothing(survey: Survey) -> str:
    ports = ", ".join(map(str, survey.ports))
    if ports:
        return (
            f"not written: nothing here says how to start it, and nothing answers on port {ports}; start it and type "
            f"brownout init again, or {_BY_HAND}"
        )
    return (
        "not written: no application was recognised here (by package.json, pyproject.toml, requirements.txt, "
        f"Procfile, Dockerfile, compose.yaml, pom.xml, build.gradle); go to its folder, or {_BY_HAND}"
    )


def _take(question: str, default: str) -> str:
    return default


def _ask(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default)))


def _asked(draft: Draft, survey: Survey, ask: Ask) -> Draft:
    from brownout.scaffold.questions import Unfit, asked

    try:
        return asked(draft, survey.python, ask)
    except Unfit as error:
        raise _refusal(f"not written: {error}") from None


def _say_survey(survey: Survey) -> None:
    platforms = ", ".join(survey.upstream.platforms) or "none that is known"
    output.say(f"seen here: {', '.join(survey.names) or 'no framework that is known'}; platforms: {platforms}")


def _write(path: Path, draft: Draft) -> None:
    """Write the file, and read it as every other command does. Raises InputError."""
    from brownout.library.library import load_profile
    from brownout.scaffold.profile_text import text_of

    with output.writing(path, "make the folder writable, or write it elsewhere"):
        path.write_text(text_of(draft), "utf-8")
    load_profile(path)


def _untried(survey: Survey, draft: Draft, *, no_try: bool) -> None:
    output.say("written: brownout.yaml; it was not tried, so its request and reply are guesses", "yellow")
    if no_try and draft.start is not None:
        output.say("next: brownout doctor --app brownout.yaml", "bold")
        return
    from brownout.scaffold.fitting import fitting

    name = fitting((), survey.upstream.platforms)
    output.say(f"{draft.url} runs already, and what it is asked now would go to the real platform.")
    output.say(f"next: start it again with the variables that this prints: brownout proxy {name} --port 8080", "bold")


def _try(path: Path, survey: Survey, draft: Draft, ask: Ask) -> int:
    """Start it, ask it, write down what was seen; returns the exit code."""
    from brownout.drill.ending import Interrupted
    from brownout.scaffold.trial import DidNotStart, tried

    known = draft.request == survey.draft(path.parent).request
    try:
        seen = tried(draft, survey.requests if known else (), path, output.say)
    except Interrupted:
        return ExitCode.INTERRUPTED
    except DidNotStart as error:
        output.complain(
            f"brownout: the application did not start: {error}\n"
            "brownout.yaml is written as far as it is known; correct start there, then: "
            "brownout doctor --app brownout.yaml"
        )
        return ExitCode.HARNESS
    if not seen.draft.seen:
        seen = _told(survey, seen, ask)
    _write(path, seen.draft)
    return _conclude(path, survey, seen)


def _told(survey: Survey, seen: Seen, ask: Ask) -> Seen:
    """Where no answer was understood, the user may know where its words are."""
    from dataclasses import replace

    from brownout.scaffold.questions import Unfit, where_the_words_are
    from brownout.scaffold.written import paths_to_fill

    alike = {(came.request.path, came.status): came for came in reversed(seen.answers)}
    for came in list(reversed(alike.values()))[:3]:
        output.say(f"asked {came.in_words}", "yellow")
    if paths := paths_to_fill(survey.folder):
        output.say(
            f"not tried: POST {', '.join(paths[:3])}: a step before has to keep what stands there{_STEPS}", "yellow"
        )
    if any(came.status in (401, 403) for came in seen.answers):
        output.say(f"it wants a login: a step before has to log in{_STEPS}", "yellow")
    try:
        return replace(seen, draft=where_the_words_are(seen.draft, ask))
    except Unfit as error:
        output.complain(f"brownout: {error}")
        return seen


def _conclude(path: Path, survey: Survey, seen: Seen) -> int:
    from brownout.scaffold.fitting import fitting

    draft = seen.draft
    if draft.seen:
        place = next(f"{key}: {'true' if value is True else value}" for key, value in draft.reply.items())
        output.say(f"asked {draft.request.in_words}: a whole answer, by {place}", "green")
    else:
        output.say("not found out: where in its answer the words are; reply in brownout.yaml is a guess", "yellow")
    _say_calls(path, seen)
    output.say("not looked for: a login, a stored history, errors shown inside answers (docs/profile.md)")
    output.say("written: brownout.yaml")
    if not seen.works:
        output.say("next: correct it, then: brownout doctor --app brownout.yaml", "bold")
        return ExitCode.UNKNOWN
    name = fitting(seen.calls, survey.upstream.platforms)
    output.say(f"next: brownout run {name} --app brownout.yaml", "bold")
    return ExitCode.HELD


def _say_calls(path: Path, seen: Seen) -> None:
    from brownout.drill.wiring import missing_variable

    if seen.calls:
        calls = ", ".join(seen.calls)
        output.say(f"its calls came through the proxy ({seen.draft.connect}): {calls}", "green")
    elif any(came.taken for came in seen.answers):
        why = missing_variable(seen.draft.profile(path))
        output.say(f"not seen: any call to a platform. {why}", "yellow")
    else:
        output.say("not seen: any call to a platform, for no request was taken", "yellow")
