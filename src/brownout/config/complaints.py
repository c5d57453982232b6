"""What pydantic found wrong, in words that the author of a file knows: where, what is allowed, the nearest spelling."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from brownout.config import locations
from brownout.config.model import ErrorAt
from brownout.config.spelling import few, hint, nearest

Path = tuple[str | int, ...]

MANY: Final = 20
"""More names than this are not put into one message."""
_KINDS: Final[Mapping[str, str]] = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "url_type": "a URL such as https://example.org/page",
    "url_parsing": "a URL such as https://example.org/page",
    "url_scheme": "a URL that begins with https:// or http://",
}
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


@dataclass(frozen=True)
class _Finding:
    """One of pydantic's errors, with the part of its location that exists in the value, and the model there."""

    error: ErrorDetails
    path: Path
    types: tuple[Any, ...]  # the types that could stand at the location's parent

    @property
    def kind(self) -> str:
        return self.error["type"]

    @property
    def given(self) -> Any:
        return self.error["input"]

    @property
    def context(self) -> dict[str, Any]:
        return self.error.get("ctx", {})

    @property
    def last(self) -> str:
        return str(self.error["loc"][-1]) if self.error["loc"] else ""

    @property
    def of_key(self) -> bool:
        """Whether the key itself is refused, of a mapping whose keys are fixed words."""
        return self.last == "[key]"

    @property
    def label(self) -> str:
        """What to call the value: its key, or which item of which list it is."""
        names = [part for part in self.path if isinstance(part, str)]
        if self.path and isinstance(self.path[-1], int):
            return f"{names[-1] if names else 'list'} item {self.path[-1] + 1}"
        return names[-1] if names else "the file"


def complaints(model: type[BaseModel], value: dict[str, Any], error: ValidationError) -> list[Complaint]:
    """Every error once, without those that only follow from another."""
    findings = [_finding(model, value, details) for details in error.errors(include_url=False)]
    findings += _behind_wrong_tags(model, value, findings)
    return [
        *_kind_complaints(findings),
        *(_complaint(value, finding) for finding in findings if finding.kind not in _KINDS and _own(finding, findings)),
    ]


def in_one_line(error: ValidationError) -> str:
    """The first error by itself, for what no person wrote (orders, a journal): nothing is known but the error."""
    details = error.errors(include_url=False)[0]
    finding = _Finding(details, tuple(details["loc"]), ())
    if finding.kind == "json_invalid":
        text = "it is no JSON"
    else:
        text = (_kind_complaints([finding]) or [_complaint({}, finding)])[0].message
    where = ".".join(map(str, finding.path)) or "the file"
    return f"{where}: {text} ({error.error_count()} in all)"


def _finding(model: type[BaseModel], value: Any, details: ErrorDetails) -> _Finding:
    location = details["loc"]
    return _Finding(details, locations.existing(value, location), tuple(locations.at(model, location[:-1])))


def _own(finding: _Finding, findings: Sequence[_Finding]) -> bool:
    """Whether an error stands for itself."""
    if not finding.of_key and any(other.of_key and finding.path[: len(other.path)] == other.path for other in findings):
        return False  # what stands at a key that there is not
    if finding.kind in ("too_short", *_KINDS):  # a list whose items failed counts as short, a union names every member
        return not any(
            len(other.path) > len(finding.path) and other.path[: len(finding.path)] == finding.path
            for other in findings
        )
    if finding.kind == "missing":  # its key is there, misspelt
        return not any(
            other.kind == "extra_forbidden" and other.path[:-1] == finding.path and _guess(other) == finding.last
            for other in findings
        )
    return True


def _guess(finding: _Finding) -> str | None:
    return nearest(finding.last, locations.keys(finding.types))


def _behind_wrong_tags(model: type[BaseModel], value: dict[str, Any], findings: Iterable[_Finding]) -> list[_Finding]:
    """What else is wrong with a mapping of unknown kind, if it is of the kind whose name is nearest."""
    repaired = copy.deepcopy(value)
    places: list[Path] = []
    for finding in findings:
        if finding.kind == "union_tag_invalid":
            guess = nearest(str(finding.context["tag"]), _quoted(finding.context["expected_tags"]))
            if guess:
                locations.get(repaired, finding.path)[_quoted(finding.context["discriminator"])[0]] = guess
                places.append(finding.path)
    if not places:
        return []
    try:
        model.model_validate(repaired)
    except ValidationError as error:
        again = [_finding(model, repaired, details) for details in error.errors(include_url=False)]
        return [finding for finding in again if any(finding.path[: len(path)] == path for path in places)]
    return []


def _kind_complaints(findings: Sequence[_Finding]) -> list[Complaint]:
    """One complaint for each value of the wrong kind, naming every kind that would do."""
    by_path: dict[Path, list[_Finding]] = {}
    for finding in findings:
        if finding.kind in _KINDS and _own(finding, findings):
            by_path.setdefault(finding.path, []).append(finding)
    result = []
    for path, group in by_path.items():
        wanted = " or ".join(dict.fromkeys(_KINDS[finding.kind] for finding in group))
        quotes = "; put it in quotes" if wanted == "text" and isinstance(group[0].given, bool | int | float) else ""
        given = "but nothing stands here" if group[0].given is None else f"not {_what(group[0].given)}"
        result.append(Complaint(path, f"{group[0].label} must be {wanted}, {given}{quotes}"))
    return result


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


def _quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def _complaint(value: dict[str, Any], finding: _Finding) -> Complaint:
    if finding.kind == "value_error":
        return _refusal(value, finding)
    if finding.kind in _BOUNDS:
        words, key = _BOUNDS[finding.kind]
        text = f"{finding.label} must be {words} {finding.context[key]:g}, not {_short(finding.given)}"
        return Complaint(finding.path, text)
    return _WORDS.get(finding.kind, _plain)(finding)


def _refusal(value: dict[str, Any], finding: _Finding) -> Complaint:
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


def _missing(finding: _Finding) -> Complaint:
    allowed = locations.literals(locations.step(finding.types, finding.last))
    among = f"; allowed: {', '.join(allowed)}" if allowed else ""
    return Complaint(finding.path, f"missing key {finding.last!r}{among}")


def _unknown_key(finding: _Finding) -> Complaint:
    known = locations.keys(finding.types)
    if finding.last == "true" and "on" in known:
        text = "unknown key 'true'; a parser of YAML 1.1 has read the key on as a boolean: write it in quotes, as 'on'"
        return Complaint(finding.path, text, at_key=True)
    near = hint(finding.last, known) if known else ""
    return Complaint(finding.path, f"unknown key {finding.last!r}{near}", at_key=True)


def _unknown_word(finding: _Finding) -> Complaint:
    allowed = _quoted(finding.context["expected"])
    if finding.of_key:
        return Complaint(finding.path, f"unknown key {finding.given!r}{hint(str(finding.given), allowed)}", at_key=True)
    if finding.given is None:
        return Complaint(finding.path, f"nothing stands at {finding.label}; allowed: {', '.join(allowed)}")
    if not allowed:
        text = f"{finding.label} must be {finding.context['expected']}, not {_short(finding.given)}"
        return Complaint(finding.path, text)
    text = f"unknown {finding.label} {_short(finding.given)}{hint(str(finding.given), allowed)}"
    return Complaint(finding.path, text)


def _unknown_tag(finding: _Finding) -> Complaint:
    key, allowed = _quoted(finding.context["discriminator"])[0], _quoted(finding.context["expected_tags"])
    tag = str(finding.context["tag"])
    return Complaint((*finding.path, key), f"unknown {key} {_short(tag)}{few(tag, allowed, _listing(key))}")


def _listing(key: str) -> str:
    """The command that lists what may stand at the key of a rule or of an expectation."""
    return f"brownout list {key}s"


def _no_tag(finding: _Finding) -> Complaint:
    key = _quoted(finding.context["discriminator"])[0]
    words = locations.literals(locations.step(locations.step(finding.types, finding.error["loc"][-1]), key))
    allowed = ", ".join(words) if len(words) <= MANY else f"what {_listing(key)} lists"
    near = nearest(key, finding.given) if isinstance(finding.given, dict) and key not in finding.given else None
    if near:
        text = f"unknown key {near!r}; did you mean {key!r}? allowed there: {allowed}"
        return Complaint((*finding.path, near), text, at_key=True)
    return Complaint(finding.path, f"missing key {key!r}; allowed: {allowed}")


def _pattern(finding: _Finding) -> Complaint:
    pattern = finding.context["pattern"]
    allowed = _PATTERNS.get(pattern, f"text of the form {pattern}")
    return Complaint(finding.path, f"{finding.label} {_short(finding.given)} is not allowed; allowed: {allowed}")


def _plain(finding: _Finding) -> Complaint:
    """What no reader of ours has words for: pydantic has, and they are about its own types."""
    return Complaint(finding.path, f"{finding.label} cannot be {_short(finding.given)}")


_WORDS: Final[Mapping[str, Callable[[_Finding], Complaint]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_tag,
    "union_tag_not_found": _no_tag,
    "string_pattern_mismatch": _pattern,
    "too_short": lambda finding: Complaint(finding.path, f"{finding.label} must have at least one entry"),
    "string_too_short": lambda finding: Complaint(finding.path, f"{finding.label} must not be empty"),
}
