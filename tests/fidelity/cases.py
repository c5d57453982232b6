"""What is tried on every service: a fault with its settings, and what a client's socket must see of it.

A claim is a regular expression for a whole outcome (``fidelity.outcome``), written from what the fault promises, not from
what was seen. ``plain`` and ``streamed`` are apart; without one, that kind of call is not tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

WHOLE = r"200 JSON"
STREAM = r"200, all events"
BOTH = {"plain": WHOLE, "streamed": STREAM}
LONG = 20.0
"""Patience in seconds where something must come; on a busy machine it may come late."""
SHORT = 1.5
"""Patience in seconds where nothing must come any more."""
_THREE: dict[str, Any] = {"after": "3 events"}
_SIX: dict[str, Any] = {"after": "6 events"}


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    fault: str
    plain: str | None = None
    streamed: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    label: str = ""
    timed: bool = False
    silent: bool = False
    only: tuple[str, ...] = ("http", "tls", "h2")
    """The carriers on which it is tried."""
    http2: str | None = None
    """What must be seen of it over HTTP/2, where that is something else."""

    but: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Claims for services (globs) whose platform has another way; empty where it has none."""

    @property
    def name(self) -> str:
        """The fault, and what is special about it."""
        return f"{self.fault} ({self.label})" if self.label else self.fault

    @property
    def key(self) -> str:
        """The name as a header's value."""
        return "-".join(f"{self.fault} {self.label}".split())

    @property
    def patience(self) -> float:
        """Seconds without a byte after which a client gives up."""
        return SHORT if self.silent else LONG

    def claim(self, service: str, stream: bool, carrier: str) -> str | None:
        """What must be seen; None where it is not tried."""
        claim = self.streamed if stream else self.plain
        if claim is None or carrier not in self.only:
            return None
        other = next((claim for glob, claim in self.but.items() if fnmatchcase(service, glob)), None)
        if other is not None:
            return other or None
        return self.http2 if carrier == "h2" and self.http2 else claim


def _answer(fault: str, code: str, label: str = "", shows: str = "JSON", **settings: Any) -> Case:
    """A whole answer instead of the platform's, the same for plain and streamed calls."""
    claim = rf"{code} {shows}"
    return Case(fault, claim, claim, settings, label)


def _words(fault: str, mark: str, label: str = "", **settings: Any) -> Case:
    """A 200 in the platform's own form that says something else."""
    return Case(fault, f"{WHOLE}, {mark}", f"{STREAM}, {mark}", settings, label)


def _stream(
    fault: str, claim: str, label: str = "", http2: str | None = None, silent: bool = False, **more: Any
) -> Case:
    return Case(fault, None, f"200, {claim}", more, label, http2=http2, silent=silent)


def _but(case: Case, claims: Mapping[str, str]) -> Case:
    """The same case with claims of their own for some platforms."""
    return replace(case, but=claims)


HEALTHY = Case("healthy", WHOLE, STREAM)
_RESET = r"RST"
_NO_ANSWER = "no answer, silence"

CASES: tuple[Case, ...] = (
    Case("answer_cut", "200 broken JSON(, .*)?"),
    Case("answer_cut", "200 empty", None, {"after": "0 bytes"}, "empty"),
    Case("answer_cut", r"200 (broken JSON|.*), FIN", None, {"end": "fin"}, "fin", http2=r"200 .*RST_STREAM\(.*\)"),
    Case("answer_lost", "5.. JSON", "5.. JSON"),
    Case("answer_lost", "no answer, RST", "no answer, RST", {"shows": "reset"}, "reset"),
    _words("answer_refused", "(refused, )?other words"),
    _words("answer_truncated", "cut short, other words"),
    _but(_answer("auth_error", "(401|400|403)"), {"perplexity.*": "401 HTML"}),
    _but(_answer("auth_error", "(401|400|403)", "expired", reason="expired"), {"perplexity.*": "401 HTML"}),
    _answer("auth_error", "4..", "region", reason="region"),
    _answer("auth_error", "(401|403|404)", "permission", reason="permission"),
    _words("broken_json", "(cut short, )?other words"),
    Case("client_closed_request", "499 .*, late", "499 .*, late", {"wait": "400ms"}, timed=True),
    Case("connection_reset", "no answer, RST", "no answer, RST"),
    _but(_answer("content_refused", r"(400|403|422|498)"), {"gemini.*": "200.*", "vertex.*": "200.*"}),
    _answer("context_too_long", "(400|413|422)"),
    Case("empty_answer", f"{WHOLE}(, other words)?", r"200, (all|no|\d) events?(, .*)?"),
    _answer("gateway_error", "502", shows="HTML"),
    _but(
        _answer("gateway_error", "522", "522 problem", status=522, page="problem"),
        dict.fromkeys(("bedrock.*", "cohere.*", "gemini.*", "vertex.*"), "522 HTML"),  # other clouds, other clients
    ),
    _answer("gateway_error", "504", "504 nginx", shows="HTML", status=504, page="nginx"),
    _answer("gateway_error", "520", "520 empty", shows="empty", status=520, page="empty"),
    _answer("gateway_error", "403", "challenge", shows="HTML", page="challenge"),
    _answer("gateway_error", "429", "429", shows="HTML", status=429),
    _words("gibberish", "other words"),
    Case("hang", _NO_ANSWER, _NO_ANSWER, silent=True),
    Case("hang", "200 empty, silence", "200, no events, silence", {"at": "after_headers"}, "after headers", silent=True),
    Case("http2_goaway", None, r"200, 3 events, GOAWAY\(INTERNAL_ERROR\)", {**_THREE, "error": "INTERNAL_ERROR"}, only=("h2",)),
    Case("http2_reset_stream", None, r"200, 3 events, RST_STREAM\(ENHANCE_YOUR_CALM\)",
         {**_THREE, "error": "ENHANCE_YOUR_CALM"}, only=("h2",)),
    _answer("http_status", "418", "418", status=418),
    _answer("http_status", "503", "503", status=503),
    Case("keepalives_only", None, "200, only keep-alives, FIN", {"every": "300ms", "release_after": "1s"},
         http2=r"200, only keep-alives, RST_STREAM\(.*\)",
         but={"ollama.*": r"200, \d events, (FIN|RST_STREAM\(.*\))", "bedrock.*": r"200, no events, (FIN|RST_STREAM\(.*\))"}),
    Case("keepalives_only", None, "200, all events.*", {"every": "100ms", "release_after": "400ms", "then": "answer"}, "then the answer",
         but={"ollama.*": ""}),
    _answer("misleading_error", "(429|402|400|401|403)", "quota"),
    _answer("misleading_error", "(403|401|404)", "forbidden", looks_like="forbidden"),
    _answer("misleading_error", "(404|400)", "not found", looks_like="not_found"),
    _answer("model_retired", "(404|400|410)"),
    _but(_words("model_swapped", "another model, other words"), {"cohere.*": "", "bedrock.converse": ""}),
    Case("off_schema", f"{WHOLE}, other words.*", r"200, .*"),
    _answer("overloaded", "(429|503|529)"),
    _answer("platform_timeout", "(408|504|424|500)"),
    _answer("quota_exhausted", "(429|402|400|401|403)"),
    _answer("rate_limit", "429"),
    _answer("rate_limit", "429", "tokens", by="tokens"),
    _answer("rate_limit", "429", "a day", per="day"),
    _answer("rate_limit", "429", "at once", by="concurrency"),
    Case("redirect", "307 HTML", "307 HTML"),
    Case("request_duplicated", WHOLE, STREAM),
    _answer("server_error", "500"),
    Case("slow_drip", f"{WHOLE}(, late)?, with pauses", f"{STREAM}(, late)?, with pauses", {"bytes": 100, "gap": "300ms"}, timed=True),
    Case("slow_first_token", f"{WHOLE}, late", f"{STREAM}(, late)?, with pauses|{STREAM}, late", {"delay": "400ms"}, timed=True),
    Case("slow_headers", f"{WHOLE}, late", f"{STREAM}, late", {"delay": "400ms"}, timed=True),
    Case("slow_stream", None, f"{STREAM}(, late)?, with pauses", {"gap": {"pareto": {"least": "20ms", "alpha": 0.9}, "most": "400ms"}}, timed=True),
    _stream("stream_corrupt", "all events, one broken", "json", **_SIX),
    _stream("stream_cut", "3 events, clean end", **_THREE),
    _stream("stream_cut", "3 events, FIN", "fin", r"200, 3 events, RST_STREAM\(.*\)", end="fin", **_THREE),
    _stream("stream_cut", "3 events and a part, clean end", "inside an event", inside="event", **_THREE),
    _stream("stream_drop", "all events, one missing", **_SIX),
    _stream("stream_duplicate", "all events, one twice", **_SIX),
    _stream("stream_error", r"(all|[3-6]) events(, .*)?", **_THREE),
    _stream("stream_incomplete", r"all events, cut short(, .*)?", **_SIX),
    _stream("stream_reorder", "all events, two swapped", **_SIX),
    _stream("stream_reset", "3 events, RST", **_THREE),
    _stream("stream_stall", "3 events, silence", silent=True, **_THREE),
    _answer("too_large", "(413|400|422)"),
    Case("usage_missing", f"{WHOLE}(, no usage)?", f"{STREAM}(, .*)?(, no usage)?"),
    Case("write_lost", f"{WHOLE}, other words", f"{STREAM}, other words"),
    Case("wrong_content_type", "200 HTML", "200 HTML"),
    _words("wrong_language", "other words"),
    _words("wrong_tool_call", "a tool call, other words"),
)  # fmt: skip
