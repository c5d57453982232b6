"""A platform that a test can break, met by the official SDKs."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import anthropic
import httpx
import openai
import pytest
import yaml
from support.drills import Desk, a_desk, scenario
from support.proxies import wait_until

import brownout.testing.outage
from brownout.config.yamlfile import InputError
from brownout.drill import standstill
from brownout.errors import HarnessError
from brownout.testing.outage import Outage, OutageServer, running_outage_server

CHAT = "openai.chat"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutageServer]:
    with running_outage_server(tmp_path_factory.mktemp("outage")) as running:
        yield running


@pytest.fixture
def outage(server: OutageServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    handle = Outage(server)
    yield handle
    handle.close()


def _openai(outage: Outage, retries: int = 0, timeout: float = 15.0) -> openai.OpenAI:
    return openai.OpenAI(api_key="sk-test-0000", base_url=outage.openai_base_url, max_retries=retries, timeout=timeout)


def _chat(client: openai.OpenAI, text: str = "Are you there?") -> str | None:
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    return answer.choices[0].message.content


def _message(outage: Outage) -> str:
    with anthropic.Anthropic(
        api_key="sk-ant-test-0000", base_url=outage.anthropic_base_url, max_retries=0, timeout=15
    ) as client:
        answer = client.messages.create(
            model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": "Are you there?"}]
        )
    block = answer.content[0]
    assert block.type == "text"
    return block.text


def _struck(outage: Outage, count: int = 24) -> list[bool]:
    """Which of so many different questions an outage strikes."""
    with _openai(outage) as client:
        for number in range(count):
            try:
                _chat(client, f"Question {number}")
            except openai.RateLimitError:
                continue
    return [row["delivered"] is True for row in outage.exchanges()[-count:]]


def test_the_platform_is_healthy_at_first(outage: Outage) -> None:
    with _openai(outage) as client:
        assert _chat(client)
    assert _message(outage)
    assert [(row["service"], row["status"], row["rule"]) for row in outage.exchanges()] == [
        (CHAT, 200, None),
        ("anthropic.messages", 200, None),
    ]
    assert outage.missed() is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("server_error", openai.InternalServerError),
        ("rate_limit", openai.RateLimitError),
        ("connection_reset", openai.APIConnectionError),
        ("hang", openai.APITimeoutError),
    ],
)
def test_a_strike_is_what_the_sdk_meets_until_the_platform_is_healed(
    outage: Outage, fault: str, error: type[openai.APIError]
) -> None:
    rule = outage.strike(fault, on=CHAT)
    with _openai(outage, timeout=0.5 if fault == "hang" else 15.0) as client, pytest.raises(error):
        _chat(client)

    assert outage.missed() is None
    assert [row["fault"] for row in outage.exchanges(rule=rule, delivered=True)] == [fault]
    outage.heal()
    with _openai(outage) as client:
        assert _chat(client)


def test_a_strike_reaches_the_services_it_is_on_and_no_other(outage: Outage) -> None:
    outage.strike("overloaded", on="anthropic.*")

    with pytest.raises(anthropic.APIStatusError) as caught:
        _message(outage)
    assert caught.value.status_code == 529
    with _openai(outage) as client:
        assert _chat(client)


def test_a_retry_gets_through_when_only_the_first_attempt_is_struck(outage: Outage) -> None:
    outage.strike("server_error", on=CHAT, first=1)
    with _openai(outage, retries=2) as client:
        assert _chat(client)

    assert [(row["attempt"], row["status"]) for row in outage.exchanges()] == [(0, 500), (1, 200)]


def test_a_share_strikes_the_same_calls_again_and_others_with_another_seed(outage: Outage) -> None:
    outage.strike("rate_limit", on=CHAT, share="50%", id="half")
    first = _struck(outage)
    outage.heal()
    outage.strike("rate_limit", on=CHAT, share="50%", id="half")
    again = _struck(outage)
    outage.heal()
    outage.seed = 2
    outage.strike("rate_limit", on=CHAT, share="50%", id="half")

    assert first == again != _struck(outage)
    assert 3 < sum(first) < 21


def test_whoever_is_held_is_let_go_by_healing(outage: Outage) -> None:
    outage.strike("hang", on=CHAT)
    caught: list[Exception] = []

    def ask() -> None:
        with _openai(outage, timeout=60) as client:
            try:
                _chat(client)
            except openai.APIConnectionError as error:
                caught.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: outage.server.control.stats()["under_way"])
    outage.heal()
    asking.join(30)

    assert [type(error) for error in caught] == [openai.APIConnectionError]
    assert [row["how"] for row in outage.exchanges()] == ["released"]


def test_an_intercepted_client_is_struck_too(outage: Outage) -> None:
    outage.strike("server_error", on=CHAT)
    trust = ssl.create_default_context(cafile=outage.ca)
    with (
        httpx.Client(proxy=outage.proxy_url, verify=trust, trust_env=False) as http,
        openai.OpenAI(
            api_key="sk-test-0000", base_url="https://api.openai.com/v1", http_client=http, max_retries=0
        ) as client,
        pytest.raises(openai.InternalServerError),
    ):
        _chat(client)

    assert [row["via"] for row in outage.exchanges()] == ["intercept"]


def test_a_platform_that_only_the_test_knows_is_met_like_any_other(outage: Outage) -> None:
    url = outage.platform("acme", "https://llm.acme.example/api/v1")
    rule = outage.strike("overloaded", on="acme.chat")
    with (
        openai.OpenAI(api_key="sk-test-0000", base_url=url, max_retries=0, timeout=15) as client,
        pytest.raises(openai.InternalServerError),
    ):
        _chat(client)

    assert url == outage.base_url("acme") == outage.environment()["ACME_BASE_URL"]
    assert [row["service"] for row in outage.exchanges(rule=rule)] == ["acme.chat"]
    outage.close()
    with pytest.raises(ValueError, match="unknown platform 'acme'"):
        outage.base_url("acme")


def test_a_scenario_may_declare_platforms(outage: Outage, tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    played = {
        **scenario({"fault": "server_error", "on": "acme.chat"}, lasts="1h"),
        "platforms": {"acme": "https://a.example/v1"},
    }
    path.write_text(yaml.safe_dump(played))
    outage.play(path)
    with (
        openai.OpenAI(api_key="sk-test-0000", base_url=outage.base_url("acme"), max_retries=0, timeout=15) as client,
        pytest.raises(openai.InternalServerError),
    ):
        _chat(client)

    assert outage.missed() is None
    with pytest.raises(ValueError, match="is playing; heal"):
        outage.platform("another", "https://another.example/v1")


def test_a_program_of_the_tests_finds_the_platform_past_any_other_proxy(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "internal.example.com,localhost")
    by_url, intercepted = outage.environment(), outage.environment("intercept")

    assert by_url["OPENAI_BASE_URL"] == outage.openai_base_url
    assert by_url["NO_PROXY"] == "127.0.0.1,localhost,::1,internal.example.com"
    assert intercepted["HTTPS_PROXY"] == outage.proxy_url
    assert intercepted["SSL_CERT_FILE"] == outage.ca
    assert intercepted["NO_PROXY"] == "127.0.0.1,localhost,::1"


def test_calls_of_an_earlier_test_are_not_ones_own(outage: Outage, server: OutageServer) -> None:
    with _openai(outage) as client:
        _chat(client)
    later = Outage(server)

    assert later.exchanges() == []


def test_a_column_that_is_misspelt_is_refused(outage: Outage) -> None:
    with pytest.raises(ValueError, match="did you mean 'service'"):
        outage.exchanges(servce=CHAT)


def test_a_strike_that_never_happened_is_told_with_what_was_called(outage: Outage) -> None:
    outage.strike("server_error", on="openai.images")
    outage.strike("server_error", on="openai.embeddings", may_miss=True)
    with _openai(outage) as client:
        _chat(client)

    assert outage.missed() == (
        "1.server_error (on openai.images) struck nothing: 1 call reached the platform (openai.chat). "
        "Where that is meant, pass may_miss=True"
    )


def test_a_strike_without_any_call_is_told_with_how_to_connect(outage: Outage) -> None:
    outage.strike("server_error")

    missed = outage.missed()
    assert missed is not None
    assert missed.startswith("1.server_error (on *) struck nothing: no call reached the platform; a client finds it by")


def test_what_an_earlier_strike_of_the_same_name_hit_is_no_proof(outage: Outage) -> None:
    outage.strike("server_error", on=CHAT, id="mine")
    with _openai(outage) as client, pytest.raises(openai.InternalServerError):
        _chat(client)
    outage.heal()
    outage.strike("server_error", on=CHAT, id="mine")

    assert "mine (on openai.chat) struck nothing" in str(outage.missed())


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (lambda one: one.strike("server_eror"), "strike: unknown fault 'server_eror'; did you mean 'server_error'?"),
        (lambda one: one.strike("hang", shre="5%"), "strike: unknown key 'shre'; did you mean 'share'?"),
        (lambda one: one.strike("hang", share=30), "did you mean 30%"),
        (lambda one: one.strike("hang", on="opnai.chat"), "'opnai.chat' names no service; did you mean 'openai.chat'?"),
        (lambda one: one.strike("history_missing", on="openai.images"), "cannot happen to openai.images"),
        (lambda one: (one.strike("hang"), one.strike("overloaded")), "strikes every call before this one can"),
        (lambda one: one.play("baseline", phase="helthy"), "no phase 'helthy' in baseline"),
        (lambda one: (one.play("baseline"), one.strike("hang")), "baseline is playing; heal"),
    ],
)
def test_an_order_that_cannot_be_meant_is_one_clear_message(
    outage: Outage, order: Callable[[Outage], object], said: str
) -> None:
    with pytest.raises(ValueError) as caught:
        order(outage)

    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_refused_strike_leaves_no_trace(outage: Outage) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        outage.strike("server_eror")
    outage.strike("server_error", on=CHAT)
    with _openai(outage) as client, pytest.raises(openai.InternalServerError):
        _chat(client)

    assert outage.missed() is None


def test_a_shipped_scenario_strikes_in_the_phase_it_stays_in(outage: Outage) -> None:
    outage.play("chatgpt-2026-02-03", phase="announced")
    with _openai(outage, timeout=0.5) as client:
        for number in range(12):
            try:
                _chat(client, f"Question {number}")
            except openai.APIError:
                continue

    rows = outage.exchanges()
    assert {row["phase"] for row in rows} == {"announced"}
    assert {row["fault"] for row in rows} >= {None, "server_error"}
    assert outage.missed() is None


def test_a_share_that_changes_has_its_mean_in_a_phase_that_stays(outage: Outage, tmp_path: Path) -> None:
    rules = [
        {"fault": "server_error", "on": CHAT, "share": {"from": "10%", "to": "50%"}},
        {"fault": "overloaded", "on": CHAT, "share": {"high": "80%", "low": "0%", "every": "1s", "duty": "25%"}},
    ]
    value = scenario(*rules, lasts="10ms", name="ramp")
    (tmp_path / "ramp.yaml").write_text(yaml.safe_dump(value))
    outage.play(tmp_path / "ramp.yaml", phase="only", may_miss=True)
    with _openai(outage) as client:
        for number in range(8):
            try:
                _chat(client, f"Question {number}")
            except openai.InternalServerError:
                continue

    drawn = {(draw[0], round(draw[1], 9)) for row in outage.exchanges() for draw in row["draws"]}
    assert drawn == {("only.1.server_error", 0.3), ("only.2.overloaded", 0.2)}


def test_what_was_said_in_a_phase_before_the_deadline_is_gone_in_one_after_it(outage: Outage) -> None:
    outage.play("chatgpt-whatsapp-exit", phase="last-hours", may_miss=True)
    with _openai(outage) as client:
        left, moved = client.conversations.create(), client.conversations.create(metadata={"account": "7"})
        outage.play("chatgpt-whatsapp-exit", phase="notice")

        with pytest.raises(openai.NotFoundError):
            client.conversations.retrieve(left.id)
        assert client.conversations.retrieve(moved.id).metadata == {"account": "7"}
        assert client.conversations.retrieve(client.conversations.create().id)


def test_a_fault_about_the_end_of_a_channel_is_no_strike_of_its_own(outage: Outage) -> None:
    with pytest.raises(ValueError, match="add channels"):
        outage.strike("history_gone", on="openai.*")


def test_a_scenario_that_struck_nothing_is_told(outage: Outage, tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text(
        yaml.safe_dump(scenario({"fault": "server_error", "on": "openai.images"}, lasts="10m"))
    )
    outage.play(tmp_path / "short.yaml")
    assert "short struck nothing" in str(outage.missed())

    outage.play(tmp_path / "short.yaml", phase="only")
    assert "short, short (only) struck nothing" in str(outage.missed())


def test_a_scenario_without_faults_owes_nothing(outage: Outage) -> None:
    outage.play("baseline")

    assert outage.missed() is None


def test_a_scenario_of_no_such_name_is_refused(outage: Outage) -> None:
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        outage.play("baselin")


def test_a_server_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = [sys.executable, "-c", "import sys; sys.exit('brownout: no room')"]
    monkeypatch.setattr(brownout.testing.outage, "command", lambda: fails)

    with pytest.raises(HarnessError, match="did not start: brownout: no room"), running_outage_server(tmp_path):
        pass


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        (tmp_path / "tmp").mkdir()
        found.env = {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
        yield found


def _status(port: int) -> int:
    """Of a call to a platform whose timeline may be about to begin."""
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("GET", "/openai/v1/models", headers={"authorization": "Bearer sk-test-0000"})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.drill
@pytest.mark.parametrize("signum", [None, signal.SIGTERM])
def test_a_proxy_for_programs_says_one_line_and_leaves_nothing_behind(
    desk: Desk, signum: signal.Signals | None
) -> None:
    desk.write("short.yaml", scenario({"fault": "server_error", "on": "openai.models"}, lasts="10m"))
    with subprocess.Popen(
        [sys.executable, "-m", "brownout", "proxy", "short.yaml", "--port", "0", "--json"],
        cwd=desk.folder,
        env=desk.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        ready = json.loads(process.stdout.readline())
        wait_until(lambda: _status(ready["port"]) == 500)
        if signum is None:
            process.stdin.close()
        else:
            process.send_signal(signum)
        process.wait(30)
        said = process.stdout.read(), process.stderr.read()

    assert (process.returncode, *said) == (0, "", "")
    assert ready["ready"] is True
    assert ready["environment"]["base_url"]["OPENAI_BASE_URL"] == f"http://127.0.0.1:{ready['port']}/openai/v1"
    assert ready["environment"]["intercept"]["SSL_CERT_FILE"] == ready["ca"]
    assert Path(ready["ca"]).is_relative_to(desk.folder / "tmp")
    assert Path(ready["journal"]).is_relative_to(desk.folder / "tmp")
    assert desk.survivors() == []
    assert list((desk.folder / "tmp").iterdir()) == []
    assert not (desk.folder / "home").exists()


@pytest.mark.drill
def test_a_proxy_for_programs_has_no_front_end(desk: Desk) -> None:
    done = desk.brownout("proxy", "short.yaml", "--json", "--ui", "web")

    assert (done.returncode, done.stdout) == (2, "")
    assert "--json: needs --ui none" in done.stderr


def test_while_everything_is_to_stand_still_no_platform_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    standstill.give()

    with (
        pytest.raises(HarnessError, match=r"did not start: .*all drills were stopped by"),
        running_outage_server(tmp_path),
    ):
        pass
