"""Keys are known by value wherever they appear, and what is no secret is taken for none."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.keys_in_play import MARK, KeyNotes, KeysInPlay, is_telling

SECRET = "5e" * 32
GATEWAY = "acme-prod-7f3b9c2e51a04d88"
AWS = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYz41Kq8sT2o"
KEYS = (
    GATEWAY,
    AWS,
    "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "Wq8hh2Kd9xZp",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyLTQyIn0.c2lnbmF0dXJlLTEyMw",
)
NO_SECRETS = (
    "",
    "test",
    "none",
    "sk-test",
    "not-a-real-key",
    "my-local-development-key-2024",
    "sk-test-1234567890abcdef",
    "a1b2c3d4e5f6g7h8",
    "abc1",
    "ab1cd2ef3",
    "user-1234567890",
    "gpt-4o-mini-2024-07-18",
    "node12-us-east1a-prod3",
    "121212121212abababab",
    "3f2b8c1a-9d4e-4f6a-8b7c-0d1e2f3a4b5c",
    "ann.7f3b9c2e51@example.com",
    "https://gw7.acme3.example/v1a2b3c4d5",
    "what did 7f3b 9c2e 51a0 4d88 mean",
)


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[KeyNotes]:
    notes = KeyNotes(tmp_path / "keys", SECRET)
    yield notes
    notes.close()


@pytest.fixture
def known(tmp_path: Path) -> KeysInPlay:
    return KeysInPlay(tmp_path / "keys", SECRET)


def own(*texts: str) -> tuple[str, ...]:
    return texts


@pytest.mark.parametrize("value", KEYS)
def test_what_looks_drawn_by_lot_is_a_secret(value: str) -> None:
    assert is_telling(value)


@pytest.mark.parametrize("value", NO_SECRETS)
def test_placeholders_names_ids_and_addresses_are_no_secrets(value: str, notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(value)

    assert not is_telling(value)
    assert known.without(f"It is {value}.") == f"It is {value}."


@pytest.mark.parametrize("value", KEYS)
@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "The gateway said no to {}.",
        '{{"headers":{{"authorization":"Bearer {}"}}}}',
        "GET https://gw.acme.example/v1/chat?key={}&user=7 failed",
        "<td>x-token:</td><td>{}</td>",
        "{{'x-token': '{}'}}",
        "KEY={};",
    ],
)
def test_a_key_is_known_in_whatever_it_stands_in(value: str, text: str, notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(value)

    assert known.shown(text.format(value), own)
    assert known.without(text.format(value)) == text.format(MARK)


def test_a_key_is_known_as_urls_and_json_write_it(notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(AWS)

    assert known.shown(f"?secret={quote(AWS, safe='')}&x=1", own)
    assert known.shown(AWS.replace("/", "\\/"), own)
    assert known.without(f'{{"log":"one\\n{AWS}\\u003c"}}') == f'{{"log":"one\\n{MARK}\\u003c"}}'


def test_a_part_of_a_key_or_a_longer_word_is_another_thing(notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(GATEWAY)

    assert not known.shown(f"{GATEWAY[:-2]} {GATEWAY}ab x{GATEWAY}", own)


def test_what_its_reader_has_anyway_is_not_shown(notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(GATEWAY)
    notes.note(AWS)

    assert not known.shown(f"token: {GATEWAY}", lambda: [f"Bearer {GATEWAY}"])
    assert known.shown(f"token: {GATEWAY}, {AWS}", lambda: [f"Bearer {GATEWAY}"])


def test_a_key_that_is_noted_later_is_known_from_then_on(notes: KeyNotes, known: KeysInPlay) -> None:
    assert not known.shown(GATEWAY, own)
    notes.note(AWS)
    assert not known.shown(GATEWAY, own)
    notes.note(GATEWAY)
    assert known.shown(GATEWAY, own)


def test_what_is_perhaps_a_key_is_kept_out_of_rows_and_held_against_nobody(notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(GATEWAY, sure=False)

    assert not known.shown(GATEWAY, own)
    assert known.without(f"no: {GATEWAY}") == f"no: {MARK}"
    assert notes.scrubbed(GATEWAY.encode()) == GATEWAY.encode()  # rows of calls are tied together by ids

    notes.note(GATEWAY)
    notes.note(GATEWAY, sure=False)

    assert known.shown(GATEWAY, own)


def test_half_a_line_waits_for_its_end(notes: KeyNotes, known: KeysInPlay, tmp_path: Path) -> None:
    notes.note(GATEWAY)
    line = (tmp_path / "keys").read_bytes()
    (tmp_path / "keys").write_bytes(line[:9])
    assert not known.shown(GATEWAY, own)

    (tmp_path / "keys").write_bytes(line)

    assert known.shown(GATEWAY, own)


def test_a_line_that_a_full_disk_left_half_written_keeps_no_other_from_being_read(
    notes: KeyNotes, known: KeysInPlay, tmp_path: Path
) -> None:
    with (tmp_path / "keys").open("ab") as file:
        file.write(b"22 3f 40 \xff")
    notes.note(AWS)
    notes.note(GATEWAY)

    assert known.without(f"It is {GATEWAY}.") == f"It is {MARK}."


@pytest.mark.parametrize("text", ["1." * 100_000, "%E4%BD%A0" * 20_000, "x1y2z3." + "%E4%BD%A0" * 20_000])
def test_long_texts_of_short_parts_are_looked_through_at_once(text: str, notes: KeyNotes, known: KeysInPlay) -> None:
    notes.note(GATEWAY)
    notes.note(2 * KEYS[2] + 8 * KEYS[4])

    began = time.process_time()
    assert not known.shown(text, own)
    assert known.shown(f"{text[:100_000]}/{GATEWAY}/{text[:100_000]}", own)
    assert time.process_time() - began < 2.0  # while a user's answer is looked through, no other user has a turn


def test_the_file_holds_no_key_and_is_its_owners_alone(notes: KeyNotes, tmp_path: Path) -> None:
    for value in KEYS:
        notes.note(value)

    text = (tmp_path / "keys").read_text()
    assert not [value for value in KEYS if value in text]
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_without_the_secret_the_file_tells_nothing(notes: KeyNotes, tmp_path: Path) -> None:
    notes.note(GATEWAY)

    assert not KeysInPlay(tmp_path / "keys", "00" * 32).shown(GATEWAY, own)


def test_a_key_that_comes_by_again_is_written_once(notes: KeyNotes, tmp_path: Path) -> None:
    for _ in range(3):
        notes.note(GATEWAY)
        for number in range(40):
            notes.note(f"{AWS}{number}")

    lines = (tmp_path / "keys").read_text().splitlines()
    assert len(lines) == len(set(lines))


def test_lines_are_scrubbed_by_whoever_met_the_key_and_by_whoever_knows_it(notes: KeyNotes, known: KeysInPlay) -> None:
    line = f'{{"path":"/v1/{GATEWAY}","odd":"'.encode() + b'\xff"}\n'
    assert (notes.scrubbed(line), known.scrubbed(line)) == (line, line)

    notes.note(GATEWAY)

    without = b'{"path":"/v1/[key]","odd":"\xff"}\n'
    assert (notes.scrubbed(line), known.scrubbed(line)) == (without, without)


@given(st.text(), st.text(alphabet="ab1-\ud800 ,\"'"))
def test_no_text_is_too_odd(tmp_path_factory: pytest.TempPathFactory, text: str, more: str) -> None:
    path = tmp_path_factory.mktemp("keys") / "keys"
    notes, known = KeyNotes(path, SECRET), KeysInPlay(path, SECRET)
    notes.note(text)
    notes.note(GATEWAY)

    assert known.without(f"{more} {GATEWAY} {text}").startswith(f"{more} {MARK} ")
    notes.close()
