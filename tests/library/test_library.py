from __future__ import annotations

from pathlib import Path

import pytest

from brownout import resources
from brownout.config.yamlfile import InputError, Problem
from brownout.library import library

SCENARIO = """\
brownout: 1
name: mine
title: Mine
timeline:
  - {phase: only, lasts: 5s, impact: operational}
"""
PROFILE = """\
name: shop
url: http://127.0.0.1:8000
journeys:
  chat:
    message: "{{ canary }} of {{ user }}"
    steps:
      - name: login
        post: /login
        keep: {token: token}
      - name: ask
        post: /chat
        json: {text: ["{{ message }}", "{{ turn }}"]}
        headers: {authorization: "Bearer {{ token }}"}
        reply: {sse: delta.text, error: error.message}
    history: {get: "/history/{{ token }}", messages: messages}
expect:
  - {check: success, at_least: 95%, journey: chat}
  - {check: no_hang, within: 5s}
"""


def problems_of_profile(folder: Path, text: str) -> tuple[Problem, ...]:
    (folder / "brownout.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        library.load_profile(folder)
    return caught.value.problems


def test_the_shipped_scenarios_are_listed_baseline_first() -> None:
    listed = library.scenarios()
    assert listed[0].name == "baseline"
    assert {one.name for one in listed} == {path.stem for path in resources.SCENARIOS.glob("*.yaml")}
    assert all(one.title and one.path.is_file() for one in listed)


def test_a_shipped_scenario_is_found_by_its_name() -> None:
    assert library.load_scenario("chatgpt-2026-02-03").name == "chatgpt-2026-02-03"


def test_an_unknown_name_gets_the_nearest_and_the_list() -> None:
    with pytest.raises(InputError) as caught:
        library.load_scenario("chatgpt-2026")
    text = str(caught.value)
    assert text.startswith("chatgpt-2026: no scenario of this name; did you mean 'chatgpt-2026-02-03'? allowed: ")
    assert "baseline" in text
    assert "schema" not in text


def test_a_scenario_is_loaded_from_an_absolute_and_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    for path in (tmp_path / "mine.yaml", tmp_path / "sub" / "mine.yaml"):
        path.write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    for name in (tmp_path / "mine.yaml", "mine.yaml", "./mine.yaml", "sub/mine.yaml"):
        assert library.load_scenario(name).title == "Mine"


def test_a_path_that_does_not_exist_is_not_taken_for_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        library.load_scenario(tmp_path / "baseline")
    with pytest.raises(InputError, match=r"baselin\.yaml: no such file"):
        library.load_scenario("baselin.yaml")


def test_a_scenario_is_named_like_its_file(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(SCENARIO)
    with pytest.raises(InputError) as caught:
        library.load_scenario(path)
    assert str(caught.value) == f"{path}:2:7: name 'mine' and file name 'other.yaml' differ; make both the same"


def test_a_profile_is_loaded_from_its_file_or_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "brownout.yaml"
    path.write_text(PROFILE)
    monkeypatch.chdir(tmp_path)
    for name in (path, tmp_path, "brownout.yaml", "."):
        profile = library.load_profile(name)
        assert profile.name == "shop"
        assert profile.folder == tmp_path


def test_a_folder_without_a_profile_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"brownout\.yaml: no such file"):
        library.load_profile(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("{{ canary }} of", "{{ canary } of", "5:14", "not a jinja2 template"),
        (
            "{{ user }}",
            "{{ usr }}",
            "5:14",
            "the template names 'usr', which is unknown; did you mean 'user'? allowed:",
        ),
        ("{{ user }}", "{{ 1 / user }}", "5:14", "cannot be filled in: division by zero"),
        ("/login\n", "/login{% if %}\n", "8:15", "not a jinja2 template"),
        ("{{ turn }}", "{{ tern }}", "12:40", "did you mean 'turn'?"),
        ("Bearer {{ token }}", "Bearer {{ tokn }}", "13:34", "did you mean 'token'?"),
        (
            "keep: {token: token}",
            "keep: {token: 'a..b'}",
            "9:23",
            "'a..b' is not a JMESPath expression: unexpected '.'",
        ),
        ("delta.text", "'delta['", "14:22", "'delta[' is not a JMESPath expression: Incomplete expression"),
        ("error.message", "lenght(@)", "14:41", "unknown JMESPath function 'lenght'; did you mean 'length'?"),
        ("/history/{{ token }}", "/history/{{ chat }}", "15:20", "the template names 'chat'"),
        ("messages: messages", "messages: 'messages['", "15:54", "is not a JMESPath expression"),
        ("journey: chat", "journey: caht", "17:46", "unknown journey 'caht'; did you mean 'chat'? allowed: chat"),
        ("within: 5s}", "within: 5s}\n  - {check: no_hang, within: 9s}", "19:5", "expects 'no_hang' a second time"),
    ],
)
def test_what_a_profile_refers_to_is_checked_where_it_stands(
    tmp_path: Path, old: str, new: str, at: str, words: str
) -> None:
    assert old in PROFILE
    found = problems_of_profile(tmp_path, PROFILE.replace(old, new))
    assert len(found) == 1, found
    assert f"{found[0].line}:{found[0].column}" == at
    assert words in found[0].message


@pytest.mark.parametrize(
    ("retry", "column", "words"),
    [
        ("0", 16, "retry must be at least 1, not 0"),
        ("often", 16, "'often' is no number of times to send it again; allowed: 1 to 10, or {times: 2"),
        ("{tims: 2}", 17, "unknown key 'tims'; did you mean 'times'?"),
        ("{on: [huge]}", 22, "did you mean 'hung'? allowed: error, refused, hung, cut, unreachable, empty"),
    ],
)
def test_how_a_user_sends_again_is_checked_where_it_stands(tmp_path: Path, retry: str, column: int, words: str) -> None:
    asks = PROFILE.replace("post: /chat\n", f"post: /chat\n        retry: {retry}\n")
    (problem,) = problems_of_profile(tmp_path, asks)

    assert (problem.line, problem.column) == (12, column)
    assert words in problem.message


def test_what_is_written_on_whatsapp_once_more_is_another_message(tmp_path: Path) -> None:
    said = "whatsapp: {text: '{{ message }}'}\n        retry: 2\n"
    receiver = "webhooks: {whatsapp: {url: /hook, secret: s}}\n"
    asks = PROFILE[PROFILE.index("        post: /chat\n") : PROFILE.index("    history")]

    (problem,) = problems_of_profile(tmp_path, receiver + PROFILE.replace(asks, f"        {said}"))

    assert (problem.line, problem.column) == (13, 16)
    assert "step 'ask': retry is not of whatsapp" in problem.message


def test_every_name_that_templates_know_may_be_used(tmp_path: Path) -> None:
    names = "{{ user }} {{ iteration }} {{ turn }} {{ journey }} {{ phone }} {{ key }} {{ attempt }}"
    (tmp_path / "brownout.yaml").write_text(PROFILE.replace("{{ user }}", names))

    assert names in library.load_profile(tmp_path).journeys["chat"].message


def test_all_references_are_checked_at_once(tmp_path: Path) -> None:
    text = (
        PROFILE.replace("{{ user }}", "{{ usr }}")
        .replace("journey: chat", "journey: caht")
        .replace("delta.text", "'['")
    )
    assert [problem.line for problem in problems_of_profile(tmp_path, text)] == [5, 14, 17]


CHATTING = """\
name: shop
url: http://127.0.0.1:8000
webhooks: {whatsapp: {url: /hook, secret: test-app-secret}}
journeys:
  chat:
    steps:
      - {name: ask, whatsapp: {text: "{{ message }}"}}
      - name: show
        whatsapp: {image: shop.png, caption: "{{ phone }}"}
    export: {get: "/export/{{ phone }}", messages: messages}
"""


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("{{ message }}", "{{ massage }}", "7:38", "did you mean 'message'?"),
        ('"{{ phone }}"}\n', '"{{ fone }}"}\n', "9:46", "did you mean 'phone'?"),
        ("/{{ phone }}", "/{{ fone }}", "10:19", "did you mean 'phone'?"),
        ("messages: messages", "messages: 'a..b'", "10:52", "is not a JMESPath expression"),
        ("shop.png", "none.png", "9:19", "step 'show': image: no such file"),
        ("shop.png", "shop.gif", "9:19", "step 'show': image: shop.gif should end in .jpeg, .jpg, .png"),
    ],
)
def test_what_users_write_on_whatsapp_is_checked_where_it_stands(
    tmp_path: Path, old: str, new: str, at: str, words: str
) -> None:
    (tmp_path / "shop.png").write_bytes(b"PNG")
    assert old in CHATTING
    (found,) = problems_of_profile(tmp_path, CHATTING.replace(old, new))
    assert f"{found.line}:{found.column}" == at
    assert words in found.message


def test_a_file_that_whatsapp_would_not_take_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "shop.png").open("wb") as file:
        file.truncate(5 * 1024 * 1024 + 1)
    (found,) = problems_of_profile(tmp_path, CHATTING)
    assert "holds 5,242,881 bytes; at most 5,242,880 are allowed" in found.message


def test_a_locustfile_and_a_start_folder_must_exist(tmp_path: Path) -> None:
    text = "name: shop\nstart: {command: x, cwd: server}\nlocustfile: users.py\n"
    found = problems_of_profile(tmp_path, text)
    assert [(problem.line, problem.column) for problem in found] == [(2, 26), (3, 13)]
    assert "no such folder" in found[0].message
    assert "no such file" in found[1].message
    (tmp_path / "server").mkdir()
    (tmp_path / "users.py").touch()
    assert library.load_profile(tmp_path).locustfile == "users.py"


def test_an_application_without_a_name_is_refused_with_its_place(tmp_path: Path) -> None:
    (found,) = problems_of_profile(tmp_path, 'url: http://x\nname: ""\njourneys: {a: {steps: [{name: b, get: /}]}}\n')

    assert (found.line, found.column, found.message) == (2, 7, "name must not be empty")


def test_journeys_of_a_locustfile_are_not_checked(tmp_path: Path) -> None:
    (tmp_path / "users.py").touch()
    text = "name: shop\nurl: http://x\nlocustfile: users.py\nexpect: [{check: no_leaks, journey: anything}]\n"
    (tmp_path / "brownout.yaml").write_text(text)
    assert library.load_profile(tmp_path).expect[0].journey == "anything"
