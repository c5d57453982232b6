from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.loads import make_orders, make_profile

from brownout.load.check import check
from brownout.orders import LoadOrders
from brownout.profile import Effects, History, Journey, Read, Said, SocketIO, Step, Upload, WebSocket

ASK = Step(name="ask", post="/chat", json={"text": "{{ message }} of {{ phone }}"}, reply=Read(json="reply"))


def orders_of(folder: Path, *steps: Step, standin: Path | None = None, **journey: Any) -> LoadOrders:
    profile = make_profile({"chat": Journey(steps=steps, **journey)})
    return make_orders(folder, "http://127.0.0.1:1", profile, standin=standin)


def test_sound_orders_have_nothing_wrong(tmp_path: Path) -> None:
    history, effects = History(get="/h/{{ phone }}", messages="m"), Effects(get="/e", items="i")
    message = "{{ canary }} of {{ phone }}"
    orders = orders_of(tmp_path, ASK, message=message, history=history, export=history, effects=effects)
    assert list(check(orders)) == []


def test_no_timeline_and_no_journeys_are_wrong(tmp_path: Path) -> None:
    sound = make_profile({"chat": Journey(steps=(ASK,))})
    profile = sound.model_copy(update={"journeys": {}, "locustfile": "own.py"})
    first, second = check(make_orders(tmp_path, "http://127.0.0.1:1", profile, phases=()))
    assert first == "phases: the timeline is empty"
    assert second.startswith("profile: there are no journeys")


@pytest.mark.parametrize(
    ("journey", "words"),
    [
        ({"message": "{{ canary }} {{ nobody }}"}, "the template names 'nobody', which is unknown"),
        ({"history": History(get="/{{ h", messages="m")}, "not a jinja2 template"),
        ({"export": History(get="/h", messages="m[")}, "'m[' is not a JMESPath expression"),
        ({"effects": Effects(get="/e", items="i", about="[")}, "'[' is not a JMESPath expression"),
        ({"effects": Effects(get="/e", items="i", headers={"x": "{% if"})}, "not a jinja2 template"),
    ],
)
def test_what_cannot_be_read_is_said_before_any_request(tmp_path: Path, journey: dict[str, Any], words: str) -> None:
    (flaw,) = check(orders_of(tmp_path, ASK, **journey))
    assert flaw.startswith("journey chat, ")
    assert words in flaw


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(name="ask", put="/{{ p"), "not a jinja2 template"),
        (Step(name="ask", get="/", headers={"{{ h": ""}), "not a jinja2 template"),
        (Step(name="ask", get="/", keep={"id": "a..b"}), "'a..b' is not a JMESPath expression"),
        (Step(name="ask", get="/", reply=Read(sse="[")), "'[' is not a JMESPath expression"),
        (Step(name="ask", get="/", reply=Read(ndjson="[")), "'[' is not a JMESPath expression"),
        (Step(name="ask", get="/", until="a..b"), "'a..b' is not a JMESPath expression"),
        (Step(name="ask", post="/", form={"a": "{{ f"}), "not a jinja2 template"),
        (Step(name="ask", post="/", multipart={"a": Upload(file="none.png")}), "no such file"),
        (Step(name="ask", websocket=WebSocket(connect="/", send={"a": "{{ w"})), "not a jinja2 template"),
        (Step(name="ask", websocket=WebSocket(connect="/", done="[")), "'[' is not a JMESPath expression"),
        (Step(name="ask", socketio=SocketIO(auth={"a": "{{ s"})), "not a jinja2 template"),
        (Step(name="ask", whatsapp=Said(text="{{ t")), "not a jinja2 template"),
        (Step(name="ask", whatsapp=Said(image="a.gif")), "step 'ask': image: a.gif should end in .jpeg, .jpg, .png"),
    ],
)
def test_a_steps_own_flaws_are_said_too(tmp_path: Path, step: Step, words: str) -> None:
    (flaw,) = check(orders_of(tmp_path, step, standin=tmp_path / "standin"))
    assert flaw.startswith("journey chat, ")
    assert words in flaw


def test_users_on_whatsapp_must_know_where_the_stand_in_is(tmp_path: Path) -> None:
    assert list(check(orders_of(tmp_path, Step(name="ask", whatsapp=Said(text="Hello"))))) == [
        "journey chat writes on WhatsApp, and the orders do not say where the stand-in is (standin)"
    ]
