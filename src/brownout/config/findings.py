"""What pydantic found wrong, each at its place in a plain value, and which of it only follows from another. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from brownout.config import locations
from brownout.config.spelling import nearest
from brownout.config.yamltree import Path

MANY: Final = 20
"""More names than this are not put into one message, and of more misspelt keys no guesses are made."""
KINDS: Final[Mapping[str, str]] = {
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


@dataclass(frozen=True)
class Finding:
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


def findings_in(model: type[BaseModel], value: Any, error: ValidationError) -> list[Finding]:
    """Every error of pydantic; the types at a place in a list are those at any other place in it."""
    known: dict[Path, tuple[Any, ...]] = {}
    findings = []
    for details in error.errors(include_url=False):
        location = details["loc"]
        alike = tuple(0 if isinstance(part, int) else part for part in location[:-1])
        if alike not in known:
            known[alike] = tuple(locations.at(model, alike))
        findings.append(Finding(details, locations.existing(value, location), known[alike]))
    return findings


class Family:
    """What findings have to do with one another, by their paths: looked up, and not searched for each anew."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.unknown_keys = {each.path for each in findings if each.of_key}
        self.above = {each.path[:end] for each in findings for end in range(len(each.path))}
        self.extra: dict[Path, list[Finding]] = {}
        for each in findings:
            if each.kind == "extra_forbidden":
                self.extra.setdefault(each.path[:-1], []).append(each)


def stands_for_itself(finding: Finding, family: Family) -> bool:
    """Whether an error stands for itself."""
    prefixes = (finding.path[:end] for end in range(len(finding.path) + 1))
    if not finding.of_key and not family.unknown_keys.isdisjoint(prefixes):
        return False  # what stands at a key that there is not
    if finding.kind in ("too_short", *KINDS):  # a list whose items failed counts as short, a union names every member
        return finding.path not in family.above
    if finding.kind == "missing":  # its key is there, misspelt
        return all(_guess(other) != finding.last for other in family.extra.get(finding.path, ())[:MANY])
    return True


def _guess(finding: Finding) -> str | None:
    return nearest(finding.last, locations.keys(finding.types))


def behind_wrong_tags(model: type[BaseModel], value: dict[str, Any], findings: Iterable[Finding]) -> list[Finding]:
    """What else is wrong with a mapping of unknown kind, if it is of the kind whose name is nearest."""
    guesses = [
        (finding, guess)
        for finding in findings
        if finding.kind == "union_tag_invalid"
        and (guess := nearest(str(finding.context["tag"]), quoted(finding.context["expected_tags"])))
    ]
    if not guesses:
        return []
    repaired = copy.deepcopy(value)
    for finding, guess in guesses:
        locations.get(repaired, finding.path)[quoted(finding.context["discriminator"])[0]] = guess
    try:
        model.model_validate(repaired)
    except ValidationError as error:
        again = findings_in(model, repaired, error)
        places = [finding.path for finding, _ in guesses]
        return [finding for finding in again if any(finding.path[: len(path)] == path for path in places)]
    return []


def quoted(text: str) -> list[str]:
    """What stands in single quotes in a text."""
    return re.findall(r"'([^']*)'", text)
