"""Reads a YAML file into a pydantic model, and says everything that is wrong with it at once, with positions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from brownout.config import complaints, reading, yamltree
from brownout.config.reading import MAX_BYTES as MAX_BYTES
from brownout.config.spelling import shortened
from brownout.config.yamltree import Place

Model = TypeVar("Model", bound=BaseModel)

MOST_SAID = 20
"""Problems of one file that are said; the rest is counted."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LEADING_TAB = re.compile(r" *\t")

# What the parser says (libyaml's words or PyYAML's own) and what it means to the author of the file.
_SYNTAX = (
    ("mapping values", "a ':' cannot stand here; put the text in quotes, or check the indentation"),
    ("sequence entries", "a list item cannot start here; put it on a line of its own"),
    ("start any token", "a value cannot begin with this character; put it in quotes"),
    ("expected ',' or ']'", "a '[' is never closed"),
    ("expected ',' or '}'", "a '{' is never closed"),
    ("unexpected end of stream", "a quote is never closed"),
    ("another document", "'---' begins a second document; a file holds one"),
    ("undefined alias", "an alias (*name) without its anchor (&name) above it"),
    ("expected key", "this does not fit the indentation of the lines above"),
    ("expected <block end>", "this does not fit the indentation of the lines above"),
    ("expected '-' indicator", "this does not fit the indentation of the lines above"),
    ("escape character", "unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"),
    ("tab character", "a tab cannot indent; use spaces"),
    ("levels deep", yamltree.TOO_DEEP),
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file. Line and column count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", shortened(self.message))

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.message}"
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class InputError(Exception):
    """What is wrong with one input; its text is one problem a line: the first of them, and how many more there are.

    ``more`` are those that are known to be there besides, and of which nothing is said.
    """

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        ordered = sorted(dict.fromkeys(problems), key=lambda problem: (problem.line, problem.column))
        first, more = ordered[:MOST_SAID], more + len(ordered[MOST_SAID:])
        self.problems = (*first, Problem(first[0].file, 0, 0, f"… and {more:,} more")) if more else tuple(first)
        self.more = more
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Document:
    """A YAML file that was read: its plain value, and where each part of it stands."""

    file: str
    root: yaml.MappingNode
    value: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: yamltree.Path) -> Place:
        """Line and column of the value at ``path``."""
        return yamltree.place(yamltree.descend(self.root, path)[0])

    def problem(self, path: yamltree.Path, message: str, at_key: bool = False) -> Problem:
        """A problem with the value at ``path`` (or its key); parts of the path that do not exist are left out."""
        node, key, _ = yamltree.descend(self.root, path)
        return Problem(self.file, *yamltree.place(key if at_key and key else node), message)


def read(path: str | os.PathLike[str], model: type[Model]) -> Model:
    """The file as ``model``. Raises InputError with every problem."""
    return validate(parse(path), model)


def parse(path: str | os.PathLike[str]) -> Document:
    """The file's plain value with positions. Raises InputError where it is no YAML mapping.

    Lesser problems (a key given twice) wait in ``problems`` for ``validate`` to raise them with its own.
    """
    file = os.fspath(path)
    text = _text(file)
    root = _root(file, text)
    if not isinstance(root, yaml.MappingNode):
        what = "a list" if isinstance(root, yaml.SequenceNode) else "one value"
        raise InputError([Problem(file, *yamltree.place(root), f"expected keys and values, found {what}")])
    problems: list[Problem] = []
    reader = yamltree.Reader(lambda node, text: problems.append(Problem(file, *yamltree.place(node), text)))
    value = reader.value(root)
    if not isinstance(value, dict):
        raise InputError(problems)
    return Document(file, root, value, problems)


def validate(document: Document, model: type[Model]) -> Model:
    """The document as ``model``. Raises InputError with every problem of the document and of its values."""
    known = {(problem.line, problem.column) for problem in document.problems}
    try:
        instance = model.model_validate(document.value)
    except ValidationError as error:
        first, more = complaints.first_complaints(model, document.value, error, document.place, MOST_SAID)
        problems = [document.problem(complaint.path, complaint.message, complaint.at_key) for complaint in first]
        # A value that could not be read is missing to the model too: once is enough.
        fresh = [problem for problem in problems if (problem.line, problem.column) not in known]
        raise InputError([*document.problems, *fresh], more) from None
    if document.problems:
        raise InputError(document.problems)
    return instance


def _text(file: str) -> str:
    try:
        data = reading.content(file)
    except reading.Unreadable as error:
        raise InputError([Problem(file, 0, 0, str(error))]) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place(data[: error.start].decode("utf-8"))
        raise InputError([Problem(file, *place, "not UTF-8; save the file as UTF-8")]) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    control = _CONTROL.search(text)
    if control:
        what = f"the control character U+{ord(control.group()):04X} is not allowed"
        raise InputError([Problem(file, *_place(text[: control.start()]), what)])
    return text


def _place(before: str) -> Place:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _root(file: str, text: str) -> yaml.Node:
    try:
        root = yamltree.compose(text)
    except yaml.MarkedYAMLError as error:
        raise InputError([_syntax_problem(file, text, error)]) from None
    if root is None:
        raise InputError([Problem(file, 1, 1, "the file is empty")])
    return root


def _syntax_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    tab = _LEADING_TAB.match(lines[line]) if line < len(lines) else None
    if tab:
        return Problem(file, line + 1, tab.end(), "a tab cannot indent; use spaces")
    parser_words = error.problem or str(error)
    meaning = next((meaning for words, meaning in _SYNTAX if words in parser_words), f"not valid YAML: {parser_words}")
    if meaning.endswith("never closed") and error.context_mark:
        line, column = error.context_mark.line, error.context_mark.column
    return Problem(file, line + 1, column + 1, meaning)
