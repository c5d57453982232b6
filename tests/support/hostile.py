"""Texts that would act where they are shown, and a journal in which they stand in every name and every message."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from brownout.events import OtherHost, Process, StatusPosted
from support.journals import At, Handwritten, phase

HOSTILE: dict[str, str] = {
    "html": "<script>window.struck = 1</script><img src=x onerror='window.struck = 2'><b>bold",
    "attribute": "\" onmouseover='window.struck = 3' x='",
    "comment": "--><svg onload=window.struck=4>]]>&lt;b&gt;",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    "link": "[x](javascript:alert(1)) ![y](http://127.0.0.1:9/pixel) <http://127.0.0.1:9/>",
    "table": "a | b || `c` | ```\n| d |\n\n# head\n---\n* item",
    "emphasis": "**a** __b__ *c* _d_ ~~e~~ $f$",
    "heading": "# head",
    "list": "1. one",
    "mention": "ask @octocat and @acme/team",
    "escape": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "control": "a\x00b\x08c\rd\x0be\x0cf\x7fg\x85h",
    "direction": "user\u202egpj.exe\u2066x\u2069",
    "unseen": "pay\u200bpal\u2060\ufeff\U000e0041\xad",
    "lines": "one\u2028two\u2029three",
    "half": "half a letter \ud800 and \udc00",
    "github": "::error file=a.py::owned",
    "github in a line": "\n::set-output name=x::owned\n ::add-mask::e",
    "github of old": "x ##[error]owned",
    "azure": "x ##vso[task.setvariable variable=x]owned",
    "teamcity": "##teamcity[buildStatus status='SUCCESS']",
    "formula": '=HYPERLINK("http://127.0.0.1:9/","x")',
    "markup of a console": "[red]x[/red] [link=http://127.0.0.1:9/]y[/link] [/]",
    "long": "a" * 800,
    "long and folded": ("a" * 97 + "::error::b") * 4,
}
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What no output may hold."""
ORDERS = re.compile(r"(?im)^\s*::[a-z-]+.*::|##\[|##vso\[|##teamcity\[")
"""What no line of an output may be, or hold: GitHub trims lines before it looks, and so do we."""


def journal(folder: Path, texts: Sequence[str], outcome: str = "error") -> Handwritten:
    """A drill in which each text is a phase, a rule, a journey, a step, an error, a host, and a status."""
    drill = Handwritten(folder)
    whole = " ".join(texts)
    rules = [_rule(number, text) for number, text in enumerate(texts)]
    drill.drill |= {
        **{"scenario": whole, "title": whole, "app": whole, "rules": rules},
        **{"scenario_file": whole, "app_file": whole, "versions": {"brownout": "1", "mitmproxy": whole}},
        "sources": [{"url": text, "fact": text} for text in texts],
        "phases": [phase(text, "major_outage", 2.0 * n, 2.0 * n + 2) for n, text in enumerate(texts)],
        "expect": [
            {"check": "no_leaks"},
            {"check": "honest_errors", "journey": texts[0]},
            {"check": "success", "at_least": "90%", "min_samples": 3},
        ],
    }
    for number, text in enumerate(texts):
        _asked(drill, number, text, outcome)
        drill.add(OtherHost(text), At(2.0 * number, StatusPosted(text, text, text)), Process(text, "note", detail=text))
    drill.ended = 2.0 * len(texts) + 1
    return drill


def _rule(number: int, text: str) -> dict[str, Any]:
    common = {"on": "openai.chat", "share": "50%", "mean_share": 0.5, "services": "*", "when": {}}
    return {"id": f"{number}{text}", "phase": text, "fault": text, **common}


def _asked(drill: Handwritten, number: int, text: str, outcome: str) -> None:
    for nth in range(4):
        t, canary, struck = 2.0 * number + 0.3 * nth, f"bo-{number}-{nth}", {"rule": f"{number}{text}", "fault": text}
        drill.exchange(t, canary, **struck, injected=True, delivered=True, how="written", status=500, phase=text,
                       eligible=[struck["rule"]], model=text, host=text, path=text)  # fmt: skip
        drill.ask(t, outcome, canary, journey=text, step=text, detail=text, leaks=["traceback"], user=nth)


_FIXED = frozenset(("status", "outcome", "impact", "state", "word", "unit", "better", "check", "kind"))
"""Fields whose words are ours, from a closed set."""


def spoilt(value: Any, text: str) -> Any:
    """A value (a result, say) in which each text that came from outside is this one; lists stay as long as they are."""
    if isinstance(value, str):
        return value if isinstance(value, Enum) else text
    if isinstance(value, dict):
        return {key: item if key in _FIXED else spoilt(item, text) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(spoilt(item, text) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    theirs = {field.name: getattr(value, field.name) for field in fields(value) if field.name not in _FIXED}
    changed = replace(value, **{name: spoilt(item, text) for name, item in theirs.items()})
    # What is to be typed is quoted before a report sees it.
    return replace(changed, command=shlex.join(["brownout", "run", text])) if hasattr(value, "command") else changed
