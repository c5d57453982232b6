"""What is allowed in an app profile and yet cannot be meant. Pure checks over a loaded profile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final

from brownout.config import units
from brownout.config.placeholders import names_in
from brownout.config.spelling import nearest
from brownout.config.yamltree import Path
from brownout.library import needs, starting
from brownout.library.library import open_profile
from brownout.library.lint import Finding, placed
from brownout.load import expressions
from brownout.load.registry import channel_of
from brownout.profile import PLACES, Journey, Profile, Read, Step


def lint_profile_file(path: str | os.PathLike[str]) -> list[Finding]:
    """All findings on the app profile of a file, with positions. Raises InputError where it cannot be loaded."""
    profile, document = open_profile(path)
    return placed(lint_profile(profile), document)


def lint_profile(profile: Profile) -> list[Finding]:
    """All findings on an app profile."""
    findings = [finding for check in _CHECKS for finding in check(profile)]
    for name, journey in profile.journeys.items():
        findings += _journey(journey, ("journeys", name))
    return findings


def _base_urls(profile: Profile) -> Iterator[Finding]:
    known = starting.names(profile)
    for place, text in starting.texts(profile):
        for name in names_in(text):
            if name.endswith("_base_url") and name not in known:
                guess = nearest(name, known)
                near = f"did you mean {{{guess}}}? " if guess else ""
                what = f"no platform is known that {{{name}}} stands for; {near}it works only where the scenario has it"
                yield Finding("warning", what, place)


def _unknown_names(profile: Profile) -> Iterator[Finding]:
    known = starting.names(profile)
    for place, text in starting.texts(profile):
        unknown = [name for name in names_in(text) if name not in known and not name.endswith("_base_url")]
        if place[-1] not in ("url", "ready") and unknown:
            what = f"{{{unknown[0]}}} stands for nothing and is passed on as it is; known: {', '.join(known[:5])}, …"
            yield Finding("warning", what, place)


def _port(profile: Profile) -> Iterator[Finding]:
    port = starting.fixed_port(profile)
    if port is not None:
        text = f"port {port} is fixed: a second drill, or any program there, is in the way; write {{port}} instead"
        yield Finding("warning", text, ("url",))
    if not starting.is_told_its_port(profile):
        text = (
            "nothing tells the application its port: put {port} into command or env, or say with url: where it listens"
        )
        yield Finding("error", text, ("start", "command"))


def _elsewhere(profile: Profile) -> Iterator[Finding]:
    places: list[tuple[Path, str]] = [(("url",), profile.url or "")]
    places += [(("webhooks", name, "url"), receiver.url) for name, receiver in profile.webhooks.items()]
    for name, journey in profile.journeys.items():
        places += [(("journeys", name, *place), path) for place, path in starting.addresses(journey)]
    for place, url in places:
        if starting.is_elsewhere(url):
            text = (
                f"{url} is not this machine: the load goes there, and what runs there cannot reach the drill, which "
                "listens on 127.0.0.1 only"
            )
            yield Finding("warning", text, place)


def _expects_nothing(profile: Profile) -> Iterator[Finding]:
    if not profile.expect:
        text = "no expect: a drill says whether its faults struck, and nothing is held or broken; add expectations"
        yield Finding("warning", text, ("expect",))


def _budget(profile: Profile) -> Iterator[Finding]:
    if profile.budget is not None and profile.upstream != "real":
        text = "budget limits the calls that leave for the real platform, and none does; add upstream: real, or drop it"
        yield Finding("error", text, ("budget",))


def _needs(profile: Profile) -> Iterator[Finding]:
    for number, expectation in enumerate(profile.expect):
        lack = needs.lack(profile, expectation)
        if lack is not None:
            yield Finding("error", lack, ("expect", number))


def _patience(profile: Profile) -> Iterator[Finding]:
    for number, expectation in enumerate(profile.expect):
        meant = needs.journeys(profile, expectation)
        longest = max((journey.longest_wait for journey in meant.values()), default=None)
        for key, limit in needs.limits(expectation).items():
            if longest is not None and longest < limit:
                text = (
                    f"{key} is never reached: users of {', '.join(meant)} give up after {units.in_words(longest)} "
                    f"(patience), before {units.in_words(limit)} are over; make one of the two fit the other"
                )
                yield Finding("warning", text, ("expect", number, key))


def _journey(journey: Journey, place: Path) -> Iterator[Finding]:
    for where, path in starting.addresses(journey):
        if not path.startswith(("/", "http://", "https://", "{")):
            text = f"{path!r} does not begin with a slash; it is taken for {'/' + path!r}: write that"
            yield Finding("warning", text, (*place, *where))
    sent = False
    for number, step in enumerate(journey.steps):
        where = (*place, "steps", number)
        sent = sent or _sends_the_canary(step)
        if step.asks and not sent and not _is_no_text(step):
            text = (
                f"step {step.name!r} is a question and sends no {{{{ message }}}}: what its users meet cannot be tied "
                "to the faults that they met"
            )
            yield Finding("warning", text, where)
        if step.reply is not None:
            yield from _reply(step.reply, (*where, "reply"))


def _sends_the_canary(step: Step) -> bool:
    if step.whatsapp is not None and step.whatsapp.voice is not None:
        return True  # it has no words
    named = {name for _, template in channel_of(step).templates(step) for name in expressions.names(template)}
    return not named.isdisjoint(("message", "canary"))


def _is_no_text(step: Step) -> bool:
    """Whether what it asks for is no text, as a look at a status page: whose words it is about matters less then."""
    return step.reply is not None and step.reply.value is not None


def _reply(read: Read, place: Path) -> Iterator[Finding]:
    """The places in which an answer is looked for: one, and not two."""
    given = {Read.model_fields[name].alias or name for name in read.model_fields_set if getattr(read, name)}
    places = [key for key in PLACES if key in given]
    if not places:
        text = f"reply does not say where the answer is, so each would be empty; say one of {', '.join(PLACES)}"
        yield Finding("error", text, place)
    if len(places) > 1:
        text = f"{' and '.join(places)} each say where the answer is, and an answer is in one place; keep one of them"
        yield Finding("warning", text, (*place, places[1]))


_CHECKS: Final[tuple[Callable[[Profile], Iterator[Finding]], ...]] = (
    _base_urls,
    _unknown_names,
    _port,
    _elsewhere,
    _expects_nothing,
    _budget,
    _needs,
    _patience,
)
