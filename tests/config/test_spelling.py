import pytest

from brownout.config.spelling import hint, nearest

KNOWN = ("server_error", "stream_error", "major_outage", "on")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("server_eror", "server_error"),
        ("SERVER_ERROR", "server_error"),
        ("major", "major_outage"),
        ("s", None),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_the_nearest_word_is_the_one_that_was_probably_meant(word: str, expected: str | None) -> None:
    assert nearest(word, KNOWN) == expected


def test_a_hint_names_the_guess_and_what_is_allowed() -> None:
    assert hint("onn", ["on", "off"]) == "; did you mean 'on'? allowed: on, off"
    assert hint("xyzzy", ["on", "off"]) == "; allowed: on, off"
