"""jinja2 for the texts of a profile, in which nothing can grow or go on without end.

jinja2's sandbox keeps a template away from Python, and not from memory: ``{{ 'a' * 3000000000 }}`` is allowed there.
So whatever makes a longer text from a shorter one pays for it here beforehand, and a template has only so much to
spend. https://jinja.palletsprojects.com/en/stable/sandbox/
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import islice
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Undefined, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment

LARGEST: Final = 1_000_000
"""Characters that one value, or a whole text, may have."""
WORK: Final = 10_000_000
"""Characters that may be made, and values that may be looked at, while one text is filled in."""
WIDEST: Final = 10_000
"""The largest number that says how wide, how often or how many."""
_LEAST_TURN = 100  # what a turn of a loop costs at least

_WIDTHS = frozenset(
    [
        "batch",
        "center",
        "expandtabs",
        "indent",
        "lipsum",
        "ljust",
        "pprint",
        "rjust",
        "round",
        "slice",
        "to_bytes",
        "tojson",
        "truncate",
        "wordwrap",
        "zfill",
    ]
)
_PRODUCTS = frozenset(
    ["*", "batch", "center", "format", "indent", "join", "ljust", "replace", "rjust", "tojson", "wordwrap", "%"]
)
_REFUSED = frozenset(("format_map", "translate"))
_WIDE = re.compile(r"[%{][^a-zA-Z%}]*(\d{5,}|\*)|\{[^{}]*(:[^{}]*\{|\d{5,})")


class TooMuch(ValueError):
    """A template that would make more than anybody can mean."""


class _Purse:
    """What is left to spend on one text."""

    def __init__(self) -> None:
        self.left = WORK


_purse: ContextVar[_Purse | None] = ContextVar("what the text being filled in may still cost", default=None)


def paid(fill_in: Callable[[], str]) -> str:
    """Fill in one text with a purse of its own. Raises TooMuch."""
    token = _purse.set(_Purse())
    try:
        return fill_in()
    finally:
        _purse.reset(token)


def _spend(amount: int, what: str) -> None:
    purse = _purse.get()
    if purse is None:
        return
    purse.left -= amount
    if amount > LARGEST or purse.left < 0:
        raise TooMuch(f"{what} makes more than {LARGEST:,} characters, or takes too many steps; make it smaller")


def _size(value: Any) -> int:
    """About how many characters a value has when it is written out; counts no further than ``LARGEST``."""
    size, waiting = 0, [value]
    while waiting and size <= LARGEST:
        item = waiting.pop()
        if isinstance(item, str | bytes | bytearray | range):
            size += len(item) + 1
        elif isinstance(item, Undefined):
            size += 1
        elif isinstance(item, int):
            size += item.bit_length() // 3 + 1
        else:
            size += 1
            if isinstance(item, Mapping):
                waiting += item.keys()
                waiting += item.values()
            elif isinstance(item, Collection):
                waiting += item
    return size


def _afford(name: str, operands: list[Any]) -> None:
    """Refuse beforehand what would make too much of these operands; the first one is what it is made of."""
    if name in _REFUSED:
        raise TooMuch(f"{name} is not available in the templates of a profile")
    numbers = [each for each in operands if isinstance(each, int) and not isinstance(each, bool)]
    if name in _WIDTHS and any(abs(number) > WIDEST for number in numbers[isinstance(operands[0], int) :]):
        raise TooMuch(f"{name}: a number above {WIDEST:,} cannot be meant")
    sizes = [_size(each) for each in operands if not isinstance(each, int)]
    if name in _PRODUCTS:
        product = functools.reduce(int.__mul__, sizes, 1)
        if name not in ("format", "%", "tojson"):  # there a number is written and does not repeat
            product *= functools.reduce(int.__mul__, (max(1, abs(number)) for number in numbers), 1) if sizes else 1
        if product > WORK:
            raise TooMuch(f"{name} makes too long a text")
    if name in ("format", "%") and isinstance(operands[0], str) and _WIDE.search(operands[0]):
        raise TooMuch(f"{name}: a width above {WIDEST:,}, or one that is a value itself, cannot be meant")
    _spend(sum(sizes) + 1, name)


def _is_loop(value: Any) -> bool:
    return isinstance(value, LoopContext)


def _at_hand(value: Any) -> Any:
    """An iterator's items, so that they can be counted."""
    if not isinstance(value, Iterator) or _is_loop(value):
        return value
    items = list(islice(value, WIDEST * 10 + 1))
    if len(items) > WIDEST * 10:
        raise TooMuch(f"a list of more than {WIDEST * 10:,} items")
    return items


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that pays beforehand for its operands, and afterwards for what it makes."""

    @functools.wraps(function)
    def guard(*args: Any, **named: Any) -> Any:
        ready = [_at_hand(each) for each in args]
        named = {key: _at_hand(each) for key, each in named.items()}
        own = [each for each in (*ready, *named.values()) if not isinstance(each, Context | EvalContext | Environment)]
        _afford(name, own)
        result = function(*ready, **named)
        _spend(_size(result), name)
        return result

    return guard


def _turns(items: Iterable[Any], cost: int) -> Iterator[Any]:
    """The items of a loop, each of which costs what its turn may write."""
    for item in items:
        _spend(cost, "a loop")
        yield item


class _Generator(CodeGenerator):
    """Joins texts by a function of ours, for ``~`` is no operator that jinja2 lets anybody intercept."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


@pass_context
def _written(context: Context, value: Any) -> Any:
    """Every value that a template writes. It takes the context so that jinja2 works out nothing beforehand."""
    _spend(_size(value), "what it writes")
    return value


class BoundedEnvironment(SandboxedEnvironment):
    """jinja2's sandbox, strict about names that nobody has set, with a price on all that makes texts longer."""

    code_generator_class = _Generator
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, keep_trailing_newline=True, optimized=False, finalize=_written)
        self.filters = {name: _guarded(name, function) for name, function in self.filters.items()}
        self.filters["_turns"] = _turns
        self.globals = {name: value for name, value in self.globals.items() if name != "lipsum"}

    def joined(self, parts: tuple[Any, ...]) -> str:
        """What ``~`` makes of its parts."""
        _spend(sum(map(_size, parts)), "~")
        return "".join(map(str, parts))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            _afford_power(left, right)
        elif operator == "*" and isinstance(left, int) and isinstance(right, int):
            _spend(_size(left) + _size(right), operator)
        else:
            _afford(operator, [left, right])
        result = super().call_binop(context, operator, left, right)
        _spend(_size(result), operator)
        return result

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # as jinja2 has it
        """Any call in a template: a method of a value, or one of the few functions there are."""
        function = getattr(__obj, "__wrapped__", __obj)
        owner = getattr(function, "__self__", None)
        ready = [_at_hand(each) for each in args]
        _afford(str(getattr(function, "__name__", "")), [owner, *ready, *kwargs.values()])
        result = super().call(__context, __obj, *ready, **kwargs)
        _spend(_size(result), "a call")
        return result


def _afford_power(base: Any, exponent: Any) -> None:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * abs(exponent) > WIDEST:
        raise TooMuch("** makes too large a number")


def with_dear_loops(tree: nodes.Template, length: int) -> nodes.Template:
    """The template, each of whose loops pays for its turns as much as so long a source can write in one."""
    for loop in tree.find_all(nodes.For):
        cost = nodes.Const(max(_LEAST_TURN, length))
        loop.iter = nodes.Filter(loop.iter, "_turns", [cost], [], None, None, lineno=loop.lineno)
    return tree
