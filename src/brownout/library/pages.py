"""The reference pages, read by commands: what a fault or a check is, and which fault a client's words come from."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from brownout import resources

Kind: TypeAlias = Literal["fault", "check"]
_PAGES: dict[Kind, str] = {"fault": "faults.md", "check": "checkers.md"}
_EXAMPLE = re.compile(r"^```yaml\n(.*?)^```\n?", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_ANCHOR = re.compile(r"^<a id=.*</a>\n", re.MULTILINE)


@dataclass(frozen=True)
class Explained:
    """A section of a reference page: Markdown without links, and the YAML of its example."""

    kind: Kind
    name: str
    text: str
    example: str

    def as_dict(self) -> dict[str, Any]:
        """All of it by name, for machines."""
        return asdict(self)


@dataclass(frozen=True)
class Symptom:
    """What a client prints, which client, the rule that brings it about (as YAML), and what has happened."""

    printed: str
    client: str
    rule: str
    about: str

    @property
    def fault(self) -> str:
        """The name of the fault that the rule orders."""
        match = re.search(r"fault: (\w+)", self.rule)
        return match[1] if match else ""


def explained(kind: Kind, name: str) -> Explained:
    """What a fault or a check is. Raises KeyError for one that has no section."""
    page = (resources.DOCS / _PAGES[kind]).read_text("utf-8")
    match = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    if match is None:
        raise KeyError(name)
    example = "".join(_EXAMPLE.findall(match[1]))
    text = _LINK.sub(r"\1", _ANCHOR.sub("", _EXAMPLE.sub("", match[1])))
    return Explained(kind, name, re.sub(r"\n{3,}", "\n\n", text).strip(), example.rstrip())


def symptoms() -> list[Symptom]:
    """The table of ``docs/symptoms.md``, in its order."""
    lines = (resources.DOCS / "symptoms.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    return [Symptom(*(_cell(cell) for cell in re.split(r"(?<!\\)\|", row)[1:-1])) for row in rows]


def _cell(text: str) -> str:
    return _LINK.sub(r"\1", text.strip().strip("`").replace(r"\|", "|"))


def matching(words: str) -> list[Symptom]:
    """The symptoms that these words show: part of what a client prints, or all of it with more around."""
    wanted = _plain(words)
    return [
        symptom
        for symptom in symptoms()
        if wanted and (wanted in _plain(symptom.printed) or _plain(symptom.printed) in wanted)
    ]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]+", " ", text.casefold()).split())


def put_between(text: str, mark: str, inside: str) -> str:
    """A page with other lines between the comments of a mark. Raises ValueError where it has none."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, _, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not closed:
        raise ValueError(f"has no lines {begin!r} and {end!r}, between which tables go")
    return f"{before}{begin}\n{inside}\n{end}{after}"
