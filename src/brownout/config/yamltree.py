"""A YAML document that knows where each of its values stands: the nodes, the plain values, and the way between them.

Plain scalars are read as YAML 1.2 does (https://yaml.org/spec/1.2.2/#103-core-schema), so that ``on`` is a key and
not a boolean, and ``2026-02-03`` is text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, cast

import yaml

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]
Complain: TypeAlias = Callable[[yaml.Node, str], None]

MAX_VALUES = 50_000
"""Far more than any scenario holds; what needs more is a trap made of aliases."""
MAX_DEPTH = 100
LARGEST = 10**100
"""No whole number is as large, and none that is smaller is too large for the arithmetic of fractions."""
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"

_TAG = "tag:yaml.org,2002:"


class _Loader(_Base):
    """Composes nodes; constructs nothing."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # PyYAML's own class attribute, emptied on purpose


class _Dumper(yaml.SafeDumper):
    """Quotes what any reader of YAML 1.1 or 1.2 would take for something other than text."""

    def ignore_aliases(self, data: Any) -> bool:
        """A value that occurs twice is written out twice."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Line breaks that only YAML 1.1 knows are escaped, or a reader would fold them."""
    style = '"' if _OLD_BREAKS.search(text) else None
    return dumper.represent_scalar(f"{_TAG}str", text, style=style)


_OLD_BREAKS = re.compile("[\x85\u2028\u2029]")
_Dumper.add_representer(str, _text)

for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
):
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"^(?:{_pattern})$"), _first)


def dump(value: Any) -> str:
    """Plain data as YAML text that ``compose`` and other readers take for the same data."""
    return str(yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110))


def _refuse_deep_nesting(text: str) -> None:
    """The composer recurses in C, where too deep a document ends the process instead of raising."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem=TOO_DEEP, problem_mark=cast("yaml.Mark | None", event.start_mark))


def compose(text: str) -> yaml.Node | None:
    """The root node; None for an empty document. Raises yaml.YAMLError."""
    _refuse_deep_nesting(text)
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def place(node: yaml.Node) -> Place:
    """Line and column of a node, counted from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def _int(text: str) -> int:
    digits = text.lower()
    if digits.startswith(("0o", "0x")):
        return int(digits, 0)
    return int(digits)


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


_SCALARS: dict[str, Callable[[str], Any]] = {
    "null": lambda text: None,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
    "int": _int,
    "float": _float,
    "str": str,
}


class Reader:
    """Turns nodes into plain values, and hands every complaint to ``complain``; goes on after each."""

    def __init__(self, complain: Complain) -> None:
        self.complain = complain
        self._left = MAX_VALUES
        self._open: list[int] = []

    def value(self, node: yaml.Node) -> Any:
        """The plain value of a node: None where it had to complain."""
        self._left -= 1
        if self._left <= 0:
            if self._left == 0:
                self.complain(node, f"more than {MAX_VALUES} values; aliases (*name) repeat too much")
            return None
        if id(node) in self._open:
            self.complain(node, "an alias (*name) inside the very value it stands for")
            return None
        if len(self._open) >= MAX_DEPTH:
            self.complain(node, TOO_DEEP)
            return None
        self._open.append(id(node))
        try:
            return self._read(node)
        finally:
            self._open.pop()

    def _read(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return {name: self.value(child) for name, child in self._entries(node)}
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(child) for child in node.value]
        kind = node.tag.removeprefix(_TAG)
        if not isinstance(node, yaml.ScalarNode) or kind not in _SCALARS:
            self.complain(node, f"the tag {node.tag.replace(_TAG, '!!')} is not allowed; write a plain value")
            return None
        try:
            value = _SCALARS[kind](node.value)
        except (ValueError, KeyError):
            self.complain(node, f"{node.value[:40]!r} cannot be read as !!{kind}; leave the tag out")
            return None
        if isinstance(value, int) and abs(value) >= LARGEST:
            self.complain(node, f"a number of {len(node.value):,} digits; this cannot be meant")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self.complain(node, f"{node.value} is not a finite number")
            return None
        return value

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
        seen: dict[str, int] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.complain(key, "a key must be plain text")
            elif key.value == "<<" and not key.style:
                self.complain(key, "'<<' does not merge here; write the keys out, or use an alias for a whole value")
            elif key.value in seen:
                self.complain(key, f"key {key.value!r} appears twice; the first is on line {seen[key.value]}")
            else:
                seen[key.value] = place(key)[0]
                yield key.value, child


def descend(node: yaml.Node, path: Path) -> tuple[yaml.Node, yaml.Node | None, Path]:
    """The node that a path leads to, its key where it has one, and the parts of the path that exist in the tree.

    Parts that lead nowhere (names of a union's members, keys that are missing) are left out.
    """
    key: yaml.Node | None = None
    taken: list[str | int] = []
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((entry for entry in node.value if entry[0].value == str(part)), None)
            if pair is None:
                continue
            key, node = pair
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
            key, node = None, node.value[part]
        else:
            continue
        taken.append(part)
    return node, key, tuple(taken)
