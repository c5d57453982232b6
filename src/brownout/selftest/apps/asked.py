"""An application that is asked one thing at a time, in many ways: each way is sound, or has one defect.

``POST /NAME`` asks in the way of this name. What a way promises on a bad day is in its docstring.
"""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from brownout.selftest.apps import neighbours, streamed
from brownout.selftest.apps.client import ENDS, GOOD, KEY, Failed, Platform
from brownout.selftest.apps.question import PATIENT, SOON, Question, Way
from brownout.selftest.apps.serving import LATER, answer, later, serve

platform = Platform()


effects: dict[str, list[dict[str, str]]] = defaultdict(list)
talks: dict[str, list[Any]] = defaultdict(list)
shut: set[str] = set()


async def through(question: Question, *models: str, timeout: float | None = PATIENT) -> web.Response:
    """The answer of the first model that gives one; else an honest refusal."""
    wait = None
    for model in models:
        try:
            limit = PATIENT if model == GOOD else timeout
            return answer({"reply": await platform.answer(model, question.prompt, limit)})
        except Failed as error:
            wait = error.wait
    return later(wait)


def by(*models: str, timeout: float | None = PATIENT) -> Way:
    """A way that asks these models, one after the other."""

    async def way(question: Question) -> web.Response:
        return await through(question, *models, timeout=timeout)

    return way


async def stuck_breaker(question: Question) -> web.Response:
    """After the first failure nobody is asked any more: the breaker has no way back."""
    if "breaks" in shut:
        return later()
    response = await through(question, "breaks")
    if response.status != 200:
        shut.add("breaks")
    return response


async def hammers(question: Question) -> web.Response:
    """Asks again at once, whatever wait the platform has named."""
    return await through(question, "limits", "limits", "limits")


async def no_wait(question: Question) -> web.Response:
    """Refuses as the platform does, and keeps the time to come back to itself."""
    response = await through(question, "limits")
    if response.status != 200:
        del response.headers["retry-after"]
    return response


def told(words: Callable[[Failed], str]) -> Way:
    """A way that tells a failure in these words."""

    async def way(question: Question) -> web.Response:
        try:
            return answer({"reply": await platform.answer("breaks", question.prompt, PATIENT)})
        except Failed as error:
            return answer({"error": words(error)}, 503, "1")

    return way


def refunds(each_time: bool) -> Way:
    """A way that refunds, and has the model say so; asked again, it refunds again, or not."""

    async def way(question: Question) -> web.Response:
        for attempt in range(2):
            if each_time or attempt == 0:
                effects[question.way].append({"for": question.text})
            try:
                return answer({"reply": await platform.answer("breaks", question.prompt, PATIENT)})
            except Failed:
                continue
        return later()

    return way


def too_long(response: Callable[[], web.Response]) -> Way:
    """A way that tells so that a prompt is too long."""

    async def way(question: Question) -> web.Response:
        try:
            return answer({"reply": await platform.answer("too-long", question.prompt, PATIENT)})
        except Failed as error:
            return response() if error.status == 400 else later()

    return way


def with_key(times: int) -> Way:
    """A way that asks so often with a key before it asks with another one."""

    async def way(question: Question) -> web.Response:
        for model, key in (*[("keyed", KEY)] * times, (GOOD, f"{KEY}1")):
            try:
                return answer({"reply": await platform.answer(model, question.prompt, PATIENT, key)})
            except Failed:
                continue
        return later()

    return way


def half(trusting: bool, mails: bool, model: str = "cuts") -> Way:
    """A way that takes a stream's end for the answer's end, or asks why it ended; and mails the answer, or shows it."""

    async def way(question: Question) -> web.Response:
        try:
            pieces = [each async for each in platform.pieces(model, question.prompt)]
        except Failed:
            return later()
        text, whole = "".join(piece for piece, _ in pieces), any(end in ENDS for _, end in pieces)
        if mails and (whole or trusting):
            effects[question.way].append({"for": question.text, "mail": text})
        return answer({"reply": text}) if whole or (trusting and not mails) else later()

    return way


def other(model: str, remembers: bool) -> Way:
    """The other channel, with this model: it knows the conversation, or it does not."""

    async def way(question: Question) -> web.Response:
        before = talks[question.talk] if remembers else []
        try:
            return answer({"reply": await platform.answer(model, [*before, *question.prompt], PATIENT)})
        except Failed as error:
            return later(error.wait)

    return way


async def start(question: Question) -> web.Response:
    """The beginning of a conversation, which is kept."""
    try:
        reply = await platform.answer(GOOD, question.prompt)
    except Failed:
        return later()
    talks[question.talk] += [*question.prompt, {"role": "assistant", "content": reply}]
    return answer({"reply": reply})


WAYS: dict[str, Way] = {
    "bad_key": with_key(3),
    "bounded": by("hangs", GOOD, timeout=SOON),
    "eager_shows": half(trusting=True, mails=False),
    "eager_mails": half(trusting=True, mails=True),
    "fallback": by("overloads", GOOD),
    "careful_shows": half(trusting=False, mails=False),
    "careful_mails": half(trusting=False, mails=True),
    "hammers": hammers,
    "key_once": with_key(1),
    "leaks_error": told(lambda error: error.text),
    "leaks_key": told(lambda error: f"The call with Authorization: Bearer {KEY} failed."),
    "leaks_traceback": told(lambda error: "".join(traceback.format_exception(error))),
    "multiplied": by(*["overloads"] * 6, GOOD),
    "no_fallback": by("overloads"),
    "no_timeout": by("hangs", timeout=None),
    "no_wait": no_wait,
    "own_words": told(lambda error: LATER),
    "patient": by("limits"),
    "prompt_blamed": too_long(lambda: answer({"error": "Your message is too long."}, 413)),
    "platform_blamed": too_long(later),
    "refunds_once": refunds(each_time=False),
    "refunds_twice": refunds(each_time=True),
    "serial": by(*["hangs"] * 4, GOOD, timeout=SOON),
    "stuck_breaker": stuck_breaker,
    "tries_again": by("breaks"),
    **neighbours.ways(platform),
    "survives": half(trusting=False, mails=False, model="breaks-off"),
    **{name: by("overloads") for name in ("forgets", "other_way", "same_fate")},
}
"""What is asked at ``/NAME``."""
OTHERS: dict[str, Way] = {
    "forgets": other(GOOD, remembers=False),
    "other_way": other(GOOD, remembers=True),
    "same_fate": other("overloads", remembers=True),
}
"""What is asked at ``/NAME/other``."""


def asked_at(ways: dict[str, Way]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What takes a request, and asks in the way that its path names."""

    async def handle(request: web.Request) -> web.Response:
        body, name = await request.json(), request.match_info["name"]
        return await ways[name](Question(name, body["text"], f"{name} {body.get('talk')}"))

    return handle


async def show(request: web.Request) -> web.Response:
    """All that was done in the way of this name."""
    return answer({"effects": effects[request.match_info["name"]]})


if __name__ == "__main__":
    serve(
        [
            *streamed.routes(platform, SOON),
            web.get("/{name}/effects", show),
            web.post("/{name}/start", asked_at(dict.fromkeys(OTHERS, start))),
            web.post("/{name}/other", asked_at(OTHERS)),
            web.post("/{name}", asked_at(WAYS)),
        ]
    )
