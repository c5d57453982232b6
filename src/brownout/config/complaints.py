"""What pydantic found wrong, in words that the author of a file knows: where, what is allowed, the nearest spelling."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from brownout.config import locations
from brownout.config.findings import (
    KINDS,
    MANY,
    Family,
    Finding,
    behind_wrong_tags,
    findings_in,
    quoted,
    stands_for_itself,
)
from brownout.config.model import ErrorAt
from brownout.config.spelling import few, hint, nearest
from brownout.config.yamltree import Path

_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}
_PATTERNS: Final[Mapping[str, str]] = {
    "^[a-z0-9][a-z0-9-]*$": "lower-case letters, digits and hyphens",
}


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong: the path to it in the plain value, and whether its key is meant or its value."""

    path: Path
    message: str
    at_key: bool = False


def complaints(model: type[BaseModel], value: dict[str, Any], error: ValidationError) -> list[Complaint]:
    """Every error once, without those that only follow from another."""
    return first_complaints(model, value, error, lambda path: (), sys.maxsize)[0]


def first_complaints(
    model: type[BaseModel], value: dict[str, Any], error: ValidationError, place: Callable[[Path], Any], most: int
) -> tuple[list[Complaint], int]:
    """The first complaints in the order of their places, and how many more there are, of which no words are made."""
    findings = findings_in(model, value, error)
    family = Family(findings)
    own = sorted((each for each in findings if stands_for_itself(each, family)), key=lambda each: place(each.path))
    hidden = behind_wrong_tags(model, value, own[:most])
    if hidden:
        family = Family([*findings, *hidden])
        own = [each for each in (*own, *hidden) if stands_for_itself(each, family)]
        own.sort(key=lambda each: place(each.path))
    groups: dict[Any, list[Finding]] = {}
    for number, each in enumerate(own):
        groups.setdefault((each.path,) if each.kind in KINDS else number, []).append(each)
    first = [
        of_kind(group) if group[0].kind in KINDS else _complaint(value, group[0])
        for group in list(groups.values())[:most]
    ]
    return first, len(groups) - len(first)


def in_one_line(error: ValidationError) -> str:
    """The first error by itself, for what no person wrote (orders, a journal): nothing is known but the error."""
    details = error.errors(include_url=False)[0]
    finding = Finding(details, tuple(details["loc"]), ())
    if finding.kind == "json_invalid":
        text = "it is no JSON"
    else:
        text = (of_kind([finding]) if finding.kind in KINDS else _complaint({}, finding)).message
    where = ".".join(map(str, finding.path)) or "the file"
    return f"{where}: {text} ({error.error_count()} in all)"


def of_argument(error: ValidationError) -> str:
    """The first error about a word of a command line; whoever says so names the option."""
    finding = Finding(error.errors(include_url=False)[0], ("it",), ())
    if finding.kind == "value_error":
        allowed = quoted(str(finding.context["error"]).partition(" is not one of ")[2])
        if allowed:
            return f"{_short(finding.given)} is not known{hint(str(finding.given), allowed)}"
    return (of_kind([finding]) if finding.kind in KINDS else _complaint({}, finding)).message


def of_kind(group: Sequence[Finding]) -> Complaint:
    """The complaint about a value of the wrong kind, which names every kind that would do."""
    wanted = " or ".join(dict.fromkeys(KINDS[finding.kind] for finding in group))
    quotes = "; put it in quotes" if wanted == "text" and isinstance(group[0].given, bool | int | float) else ""
    given = "but nothing stands here" if group[0].given is None else f"not {_what(group[0].given)}"
    return Complaint(group[0].path, f"{group[0].label} must be {wanted}, {given}{quotes}")


def _what(given: Any) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return f"the number {given}"
    if isinstance(given, str):
        return f"the text {_short(given)}"
    return "keys and values" if isinstance(given, dict) else "a list"


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}…{text[0]}"


def _complaint(value: dict[str, Any], finding: Finding) -> Complaint:
    if finding.kind == "value_error":
        return _refusal(value, finding)
    if finding.kind in _BOUNDS:
        words, key = _BOUNDS[finding.kind]
        text = f"{finding.label} must be {words} {finding.context[key]:g}, not {_short(finding.given)}"
        return Complaint(finding.path, text)
    return _WORDS.get(finding.kind, _plain)(finding)


def _refusal(value: dict[str, Any], finding: Finding) -> Complaint:
    """A validator of our own spoke: its words are for the user, and begin with the key where it means one."""
    error = finding.context["error"]
    text = str(error)
    if isinstance(error, ErrorAt):
        return Complaint(locations.existing(value, (*finding.path, *error.path)), text)
    first = re.match(r"\w*", text)
    if isinstance(finding.given, dict) and first and first.group() in finding.given:
        return Complaint((*finding.path, first.group()), text)
    if isinstance(finding.given, dict) or not finding.path or text.startswith(f"{finding.label}:"):
        return Complaint(finding.path, text)
    return Complaint(finding.path, f"{finding.label}: {text}")


def _missing(finding: Finding) -> Complaint:
    allowed = locations.literals(locations.step(finding.types, finding.last))
    among = f"; allowed: {', '.join(allowed)}" if allowed else ""
    return Complaint(finding.path, f"missing key {finding.last!r}{among}")


def _unknown_key(finding: Finding) -> Complaint:
    known = locations.keys(finding.types)
    if finding.last == "true" and "on" in known:
        text = "unknown key 'true'; a parser of YAML 1.1 has read the key on as a boolean: write it in quotes, as 'on'"
        return Complaint(finding.path, text, at_key=True)
    near = hint(finding.last, known) if known else ""
    return Complaint(finding.path, f"unknown key {finding.last!r}{near}", at_key=True)


def _unknown_word(finding: Finding) -> Complaint:
    allowed = quoted(finding.context["expected"])
    if finding.of_key:
        return Complaint(finding.path, f"unknown key {finding.given!r}{hint(str(finding.given), allowed)}", at_key=True)
    if finding.given is None:
        return Complaint(finding.path, f"nothing stands at {finding.label}; allowed: {', '.join(allowed)}")
    if not allowed:
        text = f"{finding.label} must be {finding.context['expected']}, not {_short(finding.given)}"
        return Complaint(finding.path, text)
    text = f"unknown {finding.label} {_short(finding.given)}{hint(str(finding.given), allowed)}"
    return Complaint(finding.path, text)


def _unknown_tag(finding: Finding) -> Complaint:
    key, allowed = quoted(finding.context["discriminator"])[0], quoted(finding.context["expected_tags"])
    tag = str(finding.context["tag"])
    return Complaint((*finding.path, key), f"unknown {key} {_short(tag)}{few(tag, allowed, _listing(key))}")


def _listing(key: str) -> str:
    """The command that lists what may stand at the key of a rule or of an expectation."""
    return f"brownout list {key}s"


def _no_tag(finding: Finding) -> Complaint:
    key = quoted(finding.context["discriminator"])[0]
    words = locations.literals(locations.step(locations.step(finding.types, finding.error["loc"][-1]), key))
    allowed = ", ".join(words) if len(words) <= MANY else f"what {_listing(key)} lists"
    near = nearest(key, finding.given) if isinstance(finding.given, dict) and key not in finding.given else None
    if near:
        text = f"unknown key {near!r}; did you mean {key!r}? allowed there: {allowed}"
        return Complaint((*finding.path, near), text, at_key=True)
    return Complaint(finding.path, f"missing key {key!r}; allowed: {allowed}")


def _pattern(finding: Finding) -> Complaint:
    pattern = finding.context["pattern"]
    allowed = _PATTERNS.get(pattern, f"text of the form {pattern}")
    return Complaint(finding.path, f"{finding.label} {_short(finding.given)} is not allowed; allowed: {allowed}")


def _too_long(finding: Finding, of: str) -> Complaint:
    most, given = finding.context["max_length"], len(finding.given)
    return Complaint(finding.path, f"{finding.label} has {given:,} {of}; at most {most:,} are allowed")


def _plain(finding: Finding) -> Complaint:
    """What no reader of ours has words for: pydantic has, and they are about its own types."""
    return Complaint(finding.path, f"{finding.label} cannot be {_short(finding.given)}")


_WORDS: Final[Mapping[str, Callable[[Finding], Complaint]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_tag,
    "union_tag_not_found": _no_tag,
    "string_pattern_mismatch": _pattern,
    "too_long": lambda finding: _too_long(finding, "entries"),
    "string_too_long": lambda finding: _too_long(finding, "characters"),
    "too_short": lambda finding: Complaint(finding.path, f"{finding.label} must have at least one entry"),
    "string_too_short": lambda finding: Complaint(finding.path, f"{finding.label} must not be empty"),
}
