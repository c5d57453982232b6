"""docs/wire-fidelity.md: the tables, what they mean, and which test proves what no table shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fidelity.cases import CASES
from fidelity.openings import OPENINGS

from brownout.faults import FAULTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "wire-fidelity.md"

# Faults that need more than one call on its own: where they are proved.
ELSEWHERE: dict[str, str] = {
    "channel_shut": "tests/e2e/test_seeds_exit.py",
    "context_damaged": "tests/proxy/test_context_faults.py",
    "history_crossed": "tests/proxy/test_history_faults.py",
    "history_duplicated": "tests/proxy/test_history_faults.py",
    "history_late": "tests/proxy/test_history_faults.py",
    "history_gone": "tests/proxy/test_history_gone.py",
    "history_missing": "tests/standin/openai/test_client.py",
    "history_partial": "tests/proxy/test_history_faults.py",
    "history_reordered": "tests/proxy/test_history_faults.py",
    "history_stale": "tests/proxy/test_history_faults.py",
    "job_failed": "tests/proxy/test_job_faults.py",
    "job_stuck": "tests/proxy/test_job_faults.py",
    "message_undelivered": "tests/standin/test_inbound.py",
    "overload": "tests/faults/test_overload.py",
    "prefill_refused": "tests/proxy/test_odd_ends_sdk.py",
    "session_expired": "tests/proxy/test_websockets.py",
    "stream_annotated": "tests/proxy/test_odd_ends_sdk.py",
    "webhook_duplicated": "tests/standin/test_inbound.py",
    "webhook_held": "tests/standin/test_inbound.py",
    "webhook_late": "tests/standin/test_inbound.py",
    "webhook_lost": "tests/standin/test_inbound.py",
    "webhook_reordered": "tests/standin/test_inbound.py",
    "webhook_unsigned": "tests/standin/openai/test_inbound.py",
    "wrong_embedding": "tests/dialects/test_catalogue_sdk.py",
    "ws_close": "tests/proxy/test_websockets.py",
    "ws_delay": "tests/proxy/test_websockets.py",
    "ws_drop": "tests/proxy/test_websockets.py",
    "ws_duplicate": "tests/proxy/test_websockets.py",
    "ws_error": "tests/proxy/test_websockets.py",
}

INTRO = """# Wire fidelity

What a client's socket saw of every fault, and what came out of the official SDKs. This page is written by the tests
that prove it (`make fidelity`); nothing in it was typed in. Each cell is a call through the real proxy to the stand-
in. What was seen is held against what the fault promises; a cell that does not keep its promise says **not proved**,
and CI fails.

How to read a cell: `503 JSON` is a status and a whole body. `200, 3 events, RST` is a stream of which three events
came before the connection was reset. `clean end` is a stream that ended in order, without its last event. `FIN` is a
connection that was closed in the middle of the message, `silence` one on which nothing came any more, `late` and
`with pauses` what came later than it should. `other words` is an answer that does not say what the platform said. `–`
is not tried, because it does not exist: a fault of streams on a plain call, or a fault of HTTP/2 elsewhere.

HTTP/1.1 without TLS is a client with a base URL; TLS is an intercepted one. HTTP/2 clients here offer nothing else.
"""
SOCKETS = """
## What sockets saw

"""
OPENED = """## Before there is a request

These faults strike the opening of a connection, and so only clients that are intercepted: with a base URL, all
clients share one port. A rule with such a fault is refused for a profile that says `connect: base_url`, and otherwise
reported as skipped.

"""
RAISED = """## What the SDKs raised

Python SDKs with a base URL and no retries of their own, in the versions of `constraints/python-3.11.txt`; `httpx`
stands for `httpx2` as well, which newer versions use. `an answer` is what a caller gets who does not look: whether it
is whole is another question.

"""
OTHERS = """
## Proved elsewhere

What one call on its own cannot show.

| fault | proved by |
| --- | --- |
"""


def write(tables: Mapping[str, str]) -> str:
    """The whole page."""
    others = "".join(f"| {fault} | `{test}` |\n" for fault, test in ELSEWHERE.items())
    return "".join(
        (INTRO, OPENED, tables["openings"], SOCKETS, tables["sockets"], RAISED, tables["sdks"], OTHERS, others)
    )


def unaccounted() -> list[str]:
    """Faults that neither a table nor another test accounts for."""
    shown = {case.fault for case in CASES} | {opening.fault for opening in OPENINGS} | set(ELSEWHERE)
    return sorted(set(FAULTS) - shown)
