"""A finished drill as it really looks: a fragile chat in the ChatGPT outage of 3 February 2026."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brownout.chance import uniform
from brownout.result import PhaseOutcomes, PhaseResult, Result, RuleResult, Second
from brownout.verdict import Evidence, Status, Verdict

WRITE_UP = "https://status.openai.com/incidents/01KGJK9Q6PDB3C3VX6MPCY6106/write-up"
ZERO = 51_207.25
STRIKES = {"injected": 471, "delivered": 468}
SPANS = (  # name, impact, start, end; share of questions that fail, of failures that hang; faults a second
    ("healthy", "operational", 0.0, 5.0, 0.0, 0.0, 0.0),
    ("unannounced", "major_outage", 5.0, 15.0, 0.62, 0.35, 9.0),
    ("announced", "major_outage", 15.0, 29.5, 0.86, 0.45, 16.0),
    ("mitigating", "partial_outage", 29.5, 34.5, 0.35, 0.2, 6.0),
    ("tail", "recovering", 34.5, 91.5, 0.17, 0.1, 2.6),
    ("recovered", "operational", 91.5, 96.5, 0.0, 0.0, 0.0),
)


def _second(t: int) -> Second:
    _, impact, start, end, bad, hanging, faults = next(span for span in SPANS if span[2] <= t + 0.5 < span[3])
    noise = [uniform(7, name, str(t)) for name in ("asked", "bad", "hung", "p50", "injected")]
    fading = 1.9 * (1 - (t - start) / (end - start)) if impact == "recovering" else 1.0
    users = {"operational": 10, "recovering": 14, "partial_outage": 22}.get(impact, 24)
    asked = round(users * (0.42 + 0.25 * noise[0]))
    unhappy = min(asked, round(asked * bad * fading * (0.75 + 0.5 * noise[1])))
    hung = round(unhappy * hanging * (0.5 + noise[2]))
    refused = 1 if unhappy > hung and noise[2] > 0.8 else 0
    slow = 1 + 9 * bad * fading * (0.4 + noise[3])
    p50 = 0.42 * slow if asked > unhappy else None
    injected = round(faults * fading * (0.6 + 0.8 * noise[4]))
    exchanges = asked + 2 * unhappy
    counts = (asked, asked - unhappy, refused, unhappy - hung - refused, hung)
    return Second(float(t), *counts, p50, p50 and p50 * (1.6 + noise[0]), injected, exchanges, users)


def _phase(span: tuple[str, str, float, float, float, float, float], seconds: list[Second]) -> PhaseResult:
    name, impact, start, end, *_ = span
    inside = [second for second in seconds if start <= second.t + 0.5 < end]
    p50 = sorted(second.p50 for second in inside if second.p50 is not None)
    p95 = sorted(second.p95 for second in inside if second.p95 is not None)
    return PhaseResult(
        name=name,
        impact=impact,
        start=start,
        end=end,
        asked=sum(second.asked for second in inside),
        answered=sum(second.answered for second in inside),
        p50=p50[len(p50) // 2] if p50 else None,
        p95=p95[-1] if p95 else None,
        injected=sum(second.injected for second in inside),
    )


def _row(t: float, kind: str, **more: Any) -> dict[str, Any]:
    return {"v": 1, "w": "load", "at": 1_790_000_000.0 + t, "t": ZERO + t, "kind": kind, **more}


def _fault(rule: str, how: str = "written") -> dict[str, Any]:
    return {"rule": rule, "fault": rule.split(".")[2], "delivered": True, "how": how}


def _asked(t: float, canary: str, outcome: str, duration: float, **more: Any) -> dict[str, Any]:
    step = {"journey": "chat", "user": 7, "step": "ask", "canary": canary, "outcome": outcome, "duration": duration}
    return _row(t, "journey", **step, **more)


def _call(t: float, canary: str, rule: str) -> dict[str, Any]:
    wire = {"service": "openai.chat", "status": 503, "duration": 0.012, "end": "complete"}
    return _row(t, "exchange", phase="announced", elapsed=996.0, canary=canary, **wire, **_fault(rule))


ERROR_PAGE = "The user got the application's own error page"
BROKEN = (
    Verdict(
        check="success",
        id="success during major_outage",
        status=Status.BROKEN,
        objective="at least 50% answered whole",
        measured="23%",
        finding="3 of 4 questions got no whole answer while the platform was down; most users saw a bare HTTP 500.",
        samples=301,
        evidence=(
            Evidence(
                ERROR_PAGE,
                _asked(12.41, "bo-q7m2xk4tz6ab", "error", 0.31, status=500, **_fault("unannounced.1.server_error")),
            ),
            Evidence(
                ERROR_PAGE,
                _asked(21.87, "bo-h3v5nd2yqw7e", "error", 0.29, status=500, **_fault("announced.1.server_error")),
            ),
        ),
        next_step="Answer from a fallback model, a cache or an honest message when OpenAI fails",
        during=("major_outage",),
    ),
    Verdict(
        check="no_hang",
        id="no_hang",
        status=Status.BROKEN,
        objective="an end within 6 s, whatever it is",
        measured="15 s at worst; 99 users gave up",
        finding="99 users looked at a spinner until their patience ended: the call to OpenAI has no timeout.",
        samples=912,
        evidence=(
            Evidence(
                "No byte in 15 s, then the user left",
                _asked(17.02, "bo-c6w3jr5kpz2u", "hung", 15.0, **_fault("announced.2.hang", "client_left")),
            ),
        ),
        next_step="Set timeout=5 and max_retries=1 on the OpenAI client; its default timeout is 10 minutes",
    ),
    Verdict(
        check="retry_amplification",
        id="retry_amplification during major_outage",
        status=Status.BROKEN,
        objective="at most 2 calls a question",
        measured="5.8 calls a question",
        finding="A failed question became up to 9 calls: the SDK retries twice inside the application's loop of 3.",
        samples=301,
        evidence=(Evidence("Ninth call for one question", _call(23.3, "bo-y2f4ts6mvh3o", "announced.1.server_error")),),
        next_step="Retry in one place only: set max_retries=0 on the client, or remove the loop around it",
        during=("major_outage",),
    ),
    Verdict(
        check="history_kept",
        id="history_kept",
        status=Status.BROKEN,
        objective="every acknowledged message can be read afterwards",
        measured="41 of 388 missing",
        finding="41 messages were accepted with a 200 and then lost, because they are stored only after the answer.",
        samples=388,
        evidence=(
            Evidence(
                "One of five acknowledged messages is gone",
                _row(33.9, "history", user=3, readable=True, acknowledged=5, found=4, missing=["bo-q7m2xk4tz6ab"]),
            ),
        ),
        next_step="Store the user's message before calling the model",
    ),
)
UNKNOWN = Verdict(
    check="first_token",
    id="first_token during recovering",
    status=Status.UNKNOWN,
    objective="p95 within 2 s",
    measured="too few samples",
    finding="Only 6 streamed answers began in this phase; 10 are needed to say anything.",
    samples=6,
    next_step="Use more users, or a lower speed, so that the phase lasts longer",
    during=("recovering",),
)
HELD = tuple(
    Verdict(name.split()[0], name, Status.HELD, objective, measured, finding, samples)
    for name, objective, measured, finding, samples in (
        ("success during operational", "at least 99% answered whole", "100%", "All 54 were answered whole.", 54),
        ("whole_answers", "no half answer shown as whole", "0 of 912", "No half answer was shown or stored.", 912),
        ("no_leaks", "no key, traceback or provider text", "0 of 912", "Nothing internal reached a user.", 912),
        ("recovery", "95% answered within 10 s of the end", "after 3.1 s", "Users were answered again soon.", 66),
    )
)
RULES = tuple(
    RuleResult(f"{phase}.{nth}.{fault}", phase, fault, on, share, *counts, "struck")
    for phase, nth, fault, on, share, counts in (
        ("unannounced", 1, "server_error", "openai.chat", "10% → 85%", (188, 92, 92, 92)),
        ("unannounced", 2, "hang", "openai.*", "15%", (96, 14, 14, 13)),
        ("announced", 1, "server_error", "openai.chat", "75%", (241, 183, 183, 183)),
        ("announced", 2, "hang", "openai.*", "50%", (58, 31, 31, 29)),
        ("tail", 1, "overload", "openai.*", "30% → 2%", (590, 151, 151, 151)),
    )
)
IDLE = RuleResult(
    id="announced.3.history_missing",
    phase="announced",
    fault="history_missing",
    on="openai.conversations",
    share="60%",
    eligible=0,
    selected=0,
    injected=0,
    delivered=0,
    state="unused",
    why="the application never called openai.conversations, only openai.chat",
)


@pytest.fixture(scope="session")
def outage() -> Result:
    """Four expectations broken, one without a verdict, four held; one rule never struck."""
    seconds = [_second(t) for t in range(96)]
    phases = tuple(_phase(span, seconds) for span in SPANS)
    hung = sum(second.hung for second in seconds)
    asked, answered = sum(phase.asked for phase in phases), sum(phase.answered for phase in phases)
    return Result(
        brownout="0.1.0",
        scenario="chatgpt-2026-02-03",
        title="ChatGPT platform-wide outage, 3 February 2026",
        app="fragile-chat",
        seed=20260203,
        speed=120.0,
        started_at=1_790_000_000.0,
        duration=96.5,
        outcome="completed",
        why="",
        status=Status.BROKEN,
        exit_code=1,
        command="brownout run chatgpt-2026-02-03 --app examples/fragile_chat/brownout.yaml --seed 20260203",
        journal="reports/fragile-chat-chatgpt-2026-02-03/journal",
        verdicts=(*HELD[:2], *BROKEN[:2], UNKNOWN, *BROKEN[2:], *HELD[2:]),
        phases=phases,
        rules=(*RULES[:4], IDLE, *RULES[4:]),
        seconds=tuple(seconds),
        sources=(
            {"url": WRITE_UP, "fact": "impact from 20:12 UTC, most regions recover 21:03, all by 23:05"},
            {"url": "https://status.openai.com/history", "fact": "first post 20:32 UTC, resolved posted 22:14 UTC"},
        ),
        totals={
            "questions": asked,
            "answered": answered,
            "exchanges": 1843,
            "injected": 471,
            "delivered": 468,
            "torn": 1,
        },
        faults={"server_error": 275, "overload": 151, "hang": 45},
        outcomes={"ok": answered, "error": asked - answered - hung - 9, "refused": 9, "hung": hung},
        by_phase=(
            PhaseOutcomes("healthy", "chat", 54, {"ok": 54}),
            PhaseOutcomes("announced", "chat", 190, {"error": 120, "hung": 60, "ok": 10}),
        ),
        other_hosts=("fonts.googleapis.com:443",),
        notes=("The load was 24 users at most: surge 2.4 during the outage.",),
        versions={"brownout": "0.1.0", "python": "3.11.7", "mitmproxy": "11.0.2", "locust": "2.47.0"},
        status_posts=(
            {"t": 15.2, "provider": "openai", "say": "investigating", "indicator": "major"},
            {"t": 39.5, "provider": "openai", "say": "monitoring", "indicator": "minor"},
            {"t": 66.0, "provider": "openai", "say": "resolved", "indicator": "none"},
        ),
        zero=ZERO,
    )


@pytest.fixture
def healthy(outage: Result) -> Result:
    """The same drill of an application that held."""
    held = tuple(verdict for verdict in outage.verdicts if verdict.status is Status.HELD)
    return replace(outage, verdicts=held, status=Status.HELD, exit_code=0, app="sturdy-chat")
