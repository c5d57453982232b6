"""What is wrong with a journey, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from brownout.load.journey_flaws import flaws_of
from brownout.profile import Effects, History, Journey, Read, Said, Step

ASK = Step(name="ask", post="/chat", json={"text": "{{ message }}"}, reply=Read(json="reply"), keep={"id": "chat.id"})


def places(folder: Path, *steps: Step, **journey: Any) -> list[tuple[str | int, ...]]:
    return [place for place, _ in flaws_of(Journey(steps=steps, **journey), folder)]


def test_a_sound_journey_has_no_flaws(tmp_path: Path) -> None:
    later = Step(name="later", get="/chats/{{ id }}", headers={"{{ journey }}": "{{ message }}"})
    history, effects = History(get="/h/{{ id }}", messages="m"), Effects(get="/e/{{ id }}", items="i", about="a")

    assert places(tmp_path, ASK, later, history=history, export=history, effects=effects) == []


@pytest.mark.parametrize(
    ("journey", "place"),
    [
        ({"message": "{{ canary }} {{ nobody }}"}, ("message",)),
        ({"message": "{{ canary }} {{ message }}"}, ("message",)),  # it cannot hold itself
        ({"message": "{{ canary }} {{ id }}"}, ("message",)),  # what a step keeps is not there yet
        ({"message": "{{ canary }} {{ 1 / turn }}"}, ("message",)),
        ({"history": History(get="/{{ h", messages="m")}, ("history", "get")),
        ({"export": History(get="/h", messages="m[")}, ("export", "messages")),
        ({"export": History(get="/h", messages="m", headers={"a": "{{ b }}"})}, ("export", "headers", "a")),
        ({"effects": Effects(get="/e", items="i", about="[")}, ("effects", "about")),
        ({"effects": Effects(get="/e", items="i", headers={"x": "{% if"})}, ("effects", "headers", "x")),
    ],
)
def test_a_flaw_has_its_place(tmp_path: Path, journey: dict[str, Any], place: tuple[str | int, ...]) -> None:
    assert places(tmp_path, ASK, **journey) == [place]


@pytest.mark.parametrize(
    ("step", "place"),
    [
        (Step(name="own", put="/{{ p"), ("put",)),
        (Step(name="own", get="/", headers={"{{ h": ""}), ("headers", "{{ h")),
        (Step(name="own", get="/", keep={"id": "a..b"}), ("keep", "id")),
        (Step(name="own", get="/", reply=Read(sse="[")), ("reply", "sse")),
        (Step(name="own", get="/", reply=Read(json="a", disclosed="[")), ("reply", "disclosed")),
        (Step(name="own", get="/", reply=Read(json="a", model="a..b")), ("reply", "model")),
        (Step(name="own", get="/", reply=Read(json="a", usage="summ(a)")), ("reply", "usage")),
        (Step(name="own", whatsapp=Said(text="{{ t")), ("whatsapp", "text")),
        (Step(name="own", whatsapp=Said(image="a.gif")), ("whatsapp",)),
    ],
)
def test_a_steps_flaw_has_its_place_behind_the_steps(tmp_path: Path, step: Step, place: tuple[str | int, ...]) -> None:
    assert places(tmp_path, ASK, step) == [("steps", 1, *place)]
