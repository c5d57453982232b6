"""Journeys on WhatsApp: a real Locust process, a real stand-in process, and a bot that misbehaves in each journey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.loads import Ran, Run, Start, make_orders, make_profile
from support.standins import running_standin
from support.whatsapp_modes import Bot, running_bot

from brownout.calls import canary
from brownout.load.whatsapp.phone import digits
from brownout.orders import LoadOrders, PhaseSpan
from brownout.profile import History, Journey, Read, Said, Step

pytestmark = [pytest.mark.e2e, pytest.mark.starts]

OGG, PNG = b"OggS and so on", b"\x89PNG and so on"
MODES = ("echoes", "quotes", "repeats", "silent", "refuses", "lags", "broadcasts", "looks", "control")
PATIENCE = {"silent": 0.5, "refuses": 0.5, "lags": 1.5}
OPEN, SHUT = 4.5, 2.0
SHUT_DOWN = {"fault": "channel_shut", "on": "whatsapp.webhooks", "notice": "This assistant has left."}


def steps(mode: str) -> tuple[Step, ...]:
    if mode == "looks":
        image = Said(image="a.png", caption="{{ message }}")
        return (Step(name="image", whatsapp=image), Step(name="voice", whatsapp=Said(voice="a.ogg")))
    to: Any = "meta_ai" if mode == "control" else "business"
    ask = Step(name="ask", whatsapp=Said(text="{{ message }}", to=to))
    body = {"text": "{{ message }}"}
    return (ask, Step(name="web", instead_of="ask", post="/chat", json=body, reply=Read(json="reply")))


def journey(mode: str) -> Journey:
    shown = History(get="/history/{{ phone }}", messages="messages")
    return Journey(
        steps=steps(mode),
        conversation="user",
        history=shown if mode == "echoes" else None,
        export=shown if mode in ("echoes", "lags") else None,
        notice="go on at chat",
        patience=PATIENCE.get(mode, 20.0),
    )


def phases() -> tuple[PhaseSpan, ...]:
    return (
        PhaseSpan(name="open", impact="operational", start=0.0, end=OPEN),
        PhaseSpan(name="shut", impact="shutdown", start=OPEN, end=OPEN + SHUT),
    )


def scenario() -> dict[str, Any]:
    timeline = [
        {"phase": "open", "lasts": OPEN, "impact": "operational"},
        {"phase": "shut", "lasts": SHUT, "impact": "shutdown", "rules": [SHUT_DOWN]},
    ]
    return {"brownout": 1, "name": "shut", "title": "A test", "timeline": timeline}


def orders_of(folder: Path, bot: Bot) -> LoadOrders:
    profile = make_profile({mode: journey(mode) for mode in MODES})
    return make_orders(folder, bot.url, profile, phases=phases(), standin=folder / "standin")


class Played:
    """The load and the bot, once both are through."""

    def __init__(self, ran: Ran, bot: Bot) -> None:
        self.ran, self.bot = ran, bot

    def turns(self, mode: str, during: str = "open") -> list[dict[str, Any]]:
        """What users asked and had the answer to within a phase."""
        start, end = (0.0, OPEN) if during == "open" else (OPEN, OPEN + SHUT)
        rows = [row for row in self.ran.of("journey", mode) if row["asks"] and start <= row["t"] - self.ran.zero]
        return [row for row in rows if row["t"] + row["duration"] - self.ran.zero < end]

    def outcomes(self, mode: str, step: str = "ask", during: str = "open") -> set[str]:
        return {row["outcome"] for row in self.turns(mode, during) if row["step"] == step}

    def listed(self, mode: str, name: str) -> list[str]:
        return [mark for row in self.ran.of("chat", mode) for mark in row[name]]


@pytest.fixture(scope="module")
def played(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One user for each way to misbehave; in the end the channel is shut for all."""
    folder = tmp_path_factory.mktemp("whatsapp")
    (folder / "a.ogg").write_bytes(OGG)
    (folder / "a.png").write_bytes(PNG)
    with running_bot(MODES) as bot:
        webhooks = {"whatsapp": {"url": f"{bot.url}/hook", "secret": "test-app-secret"}}
        orders = orders_of(folder, bot)
        more = {"webhooks": webhooks, "scenario": scenario(), "go": orders.go}
        with running_standin(folder / "channel", **more) as standin:
            bot.standin = standin
            assert orders.standin is not None
            orders.standin.write_text(standin)
            yield Played(run(orders), bot)


def test_the_load_did_its_work_in_silence(played: Played) -> None:
    assert (played.ran.code, played.ran.stdout, played.ran.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("echoes", "ok"),
        ("quotes", "ok"),
        ("repeats", "ok"),
        ("silent", "hung"),
        ("refuses", "hung"),
        ("broadcasts", "ok"),
        ("control", "ok"),
    ],
)
def test_the_outcome_is_what_the_user_saw(played: Played, mode: str, outcome: str) -> None:
    assert played.outcomes(mode) == {outcome}


def test_every_user_has_a_number_of_their_own(played: Played) -> None:
    assert set(played.bot.heard) == {
        digits(place, 0) for place, mode in enumerate(MODES) if mode not in ("refuses", "control")
    }


def test_every_question_gets_its_own_answer_and_the_chat_says_so(played: Played) -> None:
    said = played.listed("echoes", "said")
    assert len(said) > 3
    answered = played.listed("echoes", "answered")
    assert answered == [mark for mark in said if mark in answered]
    assert {row["canary"] for row in played.turns("echoes")} <= set(answered)
    assert played.listed("echoes", "repeated") == []
    assert all(row["acknowledged"] and row["first_token"] == row["duration"] for row in played.turns("echoes"))


def test_an_answer_without_a_canary_belongs_to_what_it_quotes(played: Played) -> None:
    assert {row["canary"] for row in played.turns("quotes")} <= set(played.listed("quotes", "answered"))
    assert sum(row["loose"] for row in played.ran.of("chat", "quotes")) == 0


def test_answers_that_come_twice_are_counted(played: Played) -> None:
    assert {row["canary"] for row in played.turns("repeats")} <= set(played.listed("repeats", "repeated"))
    assert len(played.listed("repeats", "repeated")) == len(set(played.listed("repeats", "repeated")))


def test_a_late_answer_is_told_from_that_of_the_present_turn(played: Played) -> None:
    rows = [row for row in played.turns("lags") if row["step"] == "ask"]
    assert [row["outcome"] for row in rows] == [("hung", "ok")[number % 2] for number in range(len(rows))]
    assert {row["canary"] for row in rows[: len(rows) // 2 * 2]} <= set(played.listed("lags", "answered"))


def test_who_gets_no_answer_goes_to_the_web(played: Played) -> None:
    assert played.outcomes("silent", "web") == {"ok"}
    rows = [row for row in played.turns("silent") if row["step"] == "web"]
    assert {(row["channel"], row["instead_of"], row["acknowledged"]) for row in rows} == {("http", "ask", True)}
    assert played.outcomes("echoes", "web") == set()


def test_an_unasked_message_tells_the_user_of_the_end(played: Played) -> None:
    rows = played.ran.of("journey", "broadcasts")
    assert any(row["noticed"] for row in rows)
    assert not any(row["noticed"] for mode in ("echoes", "silent") for row in played.ran.of("journey", mode))
    assert sum(row["loose"] for row in played.ran.of("chat", "broadcasts")) > 0


def test_images_and_voice_messages_reach_the_application(played: Played) -> None:
    assert set(played.bot.files) == {PNG, OGG}
    assert played.outcomes("looks", "image") == played.outcomes("looks", "voice") == {"ok"}


def test_a_shut_channel_turns_users_away_and_they_go_on_elsewhere(played: Played) -> None:
    for mode in ("echoes", "quotes", "broadcasts"):
        assert played.outcomes(mode, during="shut") == {"turned_away"}
        assert played.outcomes(mode, "web", during="shut") == {"ok"}
    assert played.outcomes("control", during="shut") == {"ok"}
    assert sum(row["turned_away"] for row in played.ran.of("chat", "echoes")) > 0


def test_the_conversation_of_all_iterations_is_compared_with_history_and_export(played: Played) -> None:
    exports = played.ran.of("export", "echoes")
    assert [row["acknowledged"] for row in exports] == [row["acknowledged"] for row in played.ran.of("history")]
    assert exports[-1]["acknowledged"] > 3
    assert [row["reordered"] + row["duplicated"] + row["foreign"] for row in exports] == [[]] * len(exports)
    late = played.ran.of("export", "lags")
    assert all(row["readable"] for row in late)
    # what was said on the web after the late answer is in no history of this bot, what was late is
    assert {mark for row in late for mark in row["missing"]} <= {
        row["canary"] for row in played.ran.of("journey", "lags") if row["channel"] == "http"
    }


def test_no_row_holds_a_number_or_what_was_said(played: Played) -> None:
    text = "".join(path.read_text() for path in played.ran.orders.journal.iterdir())
    assert digits(0, 0) not in text
    assert "the sky" not in text
    assert canary.SENTINEL not in text


def test_a_stand_in_that_is_not_there_is_the_loads_own_flaw(run: Run, tmp_path: Path) -> None:
    profile = make_profile({"chat": Journey(steps=steps("echoes"))})
    orders = make_orders(tmp_path, "http://127.0.0.1:9", profile, lasts=1.0, standin=tmp_path / "standin")
    (tmp_path / "standin").write_text("http://127.0.0.1:9")
    ran = run(orders)
    assert ran.code == 4
    assert "the load itself failed: ChannelDown: the stand-in, which plays WhatsApp, did not" in ran.stderr


def test_a_load_that_is_not_told_where_the_stand_in_is_does_not_begin(start: Start, tmp_path: Path) -> None:
    profile = make_profile({"chat": Journey(steps=steps("echoes"))})
    ran = start(make_orders(tmp_path, "http://127.0.0.1:9", profile)).wait()
    assert (ran.code, len(ran.stderr.splitlines())) == (4, 1)
    assert "journey chat writes on WhatsApp, and the orders do not say where the stand-in is" in ran.stderr
