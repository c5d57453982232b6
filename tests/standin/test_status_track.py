"""When the status pages say what the scenario plans."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from brownout.scenario import StatusPost
from brownout.standin.status_track import StatusTrack
from brownout.status import State

TRACK = {
    "openai": (
        StatusPost.model_validate({"at": "1h", "say": "identified"}),
        StatusPost.model_validate({"at": "10m", "say": "investigating", "indicator": "minor", "text": "Slow"}),
        StatusPost.model_validate({"at": "1000h", "say": "resolved"}),
    )
}


def test_without_a_beginning_nothing_is_said(tmp_path: Path) -> None:
    assert StatusTrack(TRACK).state("openai") == State()
    assert StatusTrack(TRACK, 60, tmp_path / "go").state("openai") == State()


@pytest.mark.parametrize("written", ["", "soon"])
def test_a_beginning_that_cannot_be_read_is_none(tmp_path: Path, written: str) -> None:
    go = tmp_path / "go"
    go.write_text(written)

    assert StatusTrack(TRACK, 60, go).state("openai") == State()


def test_posts_appear_at_their_time_in_their_order(tmp_path: Path) -> None:
    go = tmp_path / "go"
    go.write_text(str(time.monotonic() - 100))  # at this speed, 100 minutes
    track = StatusTrack(TRACK, 60, go)
    state = track.state("openai")

    assert [(post.say, post.indicator, post.text) for post in state.posts] == [
        ("investigating", "minor", "Slow"),
        ("identified", None, None),
    ]
    assert state.posts[1].when - state.posts[0].when == pytest.approx(50)
    assert time.time() - state.posts[0].when == pytest.approx(90, abs=30)


def test_what_has_been_said_stays_the_same(tmp_path: Path) -> None:
    go = tmp_path / "go"
    go.write_text(str(time.monotonic() - 100))
    track = StatusTrack(TRACK, 60, go)

    assert track.state("openai") == track.state("openai")


def test_a_provider_without_posts_is_operational(tmp_path: Path) -> None:
    go = tmp_path / "go"
    go.write_text("0")

    assert StatusTrack(TRACK, 60, go).state("anthropic") == State()
