import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from brownout.config import yamltree


def read(text: str) -> tuple[object, list[tuple[int, int, str]]]:
    complaints: list[tuple[int, int, str]] = []
    root = yamltree.compose(text)
    assert root is not None
    reader = yamltree.Reader(lambda node, said: complaints.append((*yamltree.place(node), said)))
    return reader.value(root), complaints


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-3", -3),
        ("1:30", "1:30"),
        ("2026-02-03", "2026-02-03"),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("30%", "30%"),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_plain_values_are_read_as_yaml_1_2_reads_them(text: str, value: object) -> None:
    found, complaints = read(text)
    assert found == value
    assert type(found) is type(value)
    assert complaints == []


def test_on_is_a_key_and_not_a_boolean() -> None:
    assert read("{on: openai.chat, off: 1}") == ({"on": "openai.chat", "off": 1}, [])


def test_an_alias_repeats_its_value() -> None:
    assert read("a: &x [1, 2]\nb: *x\n") == ({"a": [1, 2], "b": [1, 2]}, [])


def test_an_alias_inside_its_own_value_is_refused() -> None:
    _, complaints = read("a: &x [*x]\n")
    assert complaints == [(1, 4, "an alias (*name) inside the very value it stands for")]


def test_aliases_that_multiply_are_refused_once_and_quickly() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    _, complaints = read("\n".join(layers))
    assert [text for _, _, text in complaints] == ["more than 50000 values; aliases (*name) repeat too much"]


def test_a_chain_of_aliases_that_nests_too_deep_is_refused() -> None:
    half = "[" * 60 + "x" + "]" * 60
    _, complaints = read(f"a: &x {half}\nb: {'[' * 60}*x{']' * 60}\n")
    assert {text for _, _, text in complaints} == {"nested more than 100 levels deep"}


@pytest.mark.parametrize("text", ["[" * 100_000, "a: [[[" * 50_000, "- " * 50_000])
def test_absurd_nesting_ends_in_an_error_and_not_in_a_crash(text: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError, match="levels deep"):
        yamltree.compose(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: !!python/object/apply:os.getcwd []", (1, 4, "the tag !!python/object/apply:os.getcwd is not allowed")),
        ("a: !thing x", (1, 4, "the tag !thing is not allowed")),
        ("a: !!set {x}", (1, 4, "the tag !!set is not allowed")),
        ("a: !!int x", (1, 4, "'x' cannot be read as !!int")),
        ("a: .inf", (1, 4, ".inf is not a finite number")),
        ("a: 1e999", (1, 4, "1e999 is not a finite number")),
        ("? [a]\n: b", (1, 3, "a key must be plain text")),
        ("a: {b: 1, b: 2}", (1, 11, "key 'b' appears twice; the first is on line 1")),
        ("x: &x {a: 1}\ny:\n  <<: *x", (3, 3, "'<<' does not merge here")),
    ],
)
def test_what_is_no_plain_data_is_refused_where_it_stands(text: str, complaint: tuple[int, int, str]) -> None:
    _, complaints = read(text)
    assert len(complaints) == 1
    line, column, words = complaint
    assert complaints[0][:2] == (line, column)
    assert complaints[0][2].startswith(words)


def test_a_path_leads_to_key_and_value() -> None:
    root = yamltree.compose("a:\n  - b: 1\n    c: [x, y]\n")
    assert root is not None
    node, key, path = yamltree.descend(root, ("a", 0, "union member", "c", 1))
    assert yamltree.place(node) == (3, 12)
    assert key is None
    assert path == ("a", 0, "c", 1)
    _, key, _ = yamltree.descend(root, ("a", 0, "c"))
    assert key is not None
    assert yamltree.place(key) == (3, 5)


letters = st.characters(max_codepoint=0xD7FF)  # libyaml does not know JSON's escapes in pairs
texts = st.text(letters)
names = st.text(letters, max_size=150)  # YAML's simple keys end after 1,024 characters, and an escape has six
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(names, children, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_what_json_can_say_is_read_as_json_reads_it(value: object) -> None:
    text = json.dumps(value)  # ASCII only: JSON is YAML 1.2
    if '"<<"' in text:
        return
    found, complaints = read(text)
    assert complaints == []
    assert found == json.loads(text)


yaml_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        [
            "on",
            "no",
            "<<",
            "1e3",
            "0o7",
            "0x1",
            "010",
            "1:30",
            "2026-02-03",
            "~",
            "null",
            "=",
            "- a",
            "a: b",
            "#",
            "",
            " ",
        ]
    ),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.text(max_size=100) | st.sampled_from(["on", "1e3", "<<"]), children, max_size=4)
    ),
    max_leaves=20,
)


@given(yaml_values)
def test_what_was_dumped_is_read_back(value: object) -> None:
    found, complaints = read(yamltree.dump(value))
    assert complaints == []
    assert found == value
