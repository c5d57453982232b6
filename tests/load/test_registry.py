from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from brownout.library import library
from brownout.load.registry import CHANNELS, channel_of, name_of, names_of
from brownout.load.scene import Browser
from brownout.profile import Said, SocketIO, Step, WebSocket

SRC = Path(library.__file__).parents[1]
WAYS = {
    "get": st.text(),
    "post": st.text(),
    "put": st.text(),
    "delete": st.text(),
    "whatsapp": st.sampled_from([Said(text=""), Said(image="a.png"), Said(voice="a.ogg", to="meta_ai")]),
    "websocket": st.just(WebSocket(connect="/ws")),
    "socketio": st.just(SocketIO(emit="ask")),
}
ALONE: dict[str, Any] = {
    "whatsapp": Said(text="Hello"),
    "websocket": WebSocket(connect="/ws"),
    "socketio": SocketIO(emit="ask"),
}
FIRST = {"whatsapp": ("whatsapp", "text"), "websocket": ("websocket", "connect"), "socketio": ("socketio", "connect")}


@given(st.fixed_dictionaries({}, optional=WAYS))
def test_every_step_that_a_profile_takes_is_of_exactly_one_channel(ways: dict[str, Any]) -> None:
    try:
        step = Step(name="any", **ways)
    except ValidationError:
        return
    assert [name for name, channel in CHANNELS.items() if channel.owns(step)] == [name_of(step)]


@pytest.mark.parametrize("way", WAYS)
def test_a_profile_takes_each_way_by_itself(way: str) -> None:
    said: dict[str, Any] = {way: ALONE.get(way, "")}
    step = Step(name="any", **said)
    assert name_of(step) == (way if way in ALONE else "http")
    assert FIRST.get(way, (way,)) in dict(channel_of(step).templates(step))


def test_a_step_of_no_channel_is_said_so() -> None:
    with pytest.raises(LookupError, match=f"step 'lost' is of no channel; there are {', '.join(CHANNELS)}"):
        name_of(Step.model_construct(name="lost"))


def test_the_names_that_channels_add_are_their_own() -> None:
    names = [name for channel in CHANNELS.values() for name in channel.names(0, 0)]
    assert sorted(names) == sorted(names_of(0, 0)) == ["phone"]


def test_nobody_but_the_registry_knows_a_channel_by_name() -> None:
    known = {"registry.py", "http_channel.py"}
    files = [path for path in (SRC / "load").glob("*.py") if path.name not in known]
    assert Path(sys.modules[Browser.__module__].__file__ or "") in files
    for path in (*files, SRC / "library" / "library.py"):
        text = path.read_text().lower()
        assert [word for word in ("whatsapp", "http_channel", "httpchannel", "phone") if word in text] == [], path


def test_lint_may_know_all_channels_where_no_engine_is_installed() -> None:
    code = (
        "import brownout.load.registry, sys; print([n for n in ('locust', 'gevent', 'requests') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"
