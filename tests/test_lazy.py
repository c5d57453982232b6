from __future__ import annotations

import pytest

from brownout.lazy import Lazy, imported


def test_an_entry_is_made_when_it_is_first_looked_up_and_once() -> None:
    made: list[str] = []

    def make(name: str, word: str) -> str:
        made.append(name)
        return f"{name} {word}"

    registry = Lazy({"a": "1", "b": "2"}, make)
    assert (list(registry), len(registry), "b" in registry, "c" in registry, made) == (["a", "b"], 2, True, False, [])
    assert (registry["b"], registry["b"], made) == ("b 2", "b 2", ["b"])
    assert dict(registry) == {"a": "a 1", "b": "b 2"}


def test_a_name_that_is_not_in_the_table_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Lazy({}, lambda name, word: word)["a"]


def test_what_a_module_holds_is_found_by_its_name() -> None:
    assert imported("brownout.lazy", "Lazy") is Lazy
