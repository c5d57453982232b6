"""The fragile chat of ``examples``, mended step by step, each time as a finding's advice says, and the drill for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brownout.config.yamlfile import parse
from support.pages import ROOT

EXAMPLE = ROOT / "examples" / "fragile_chat"
SORRY = "The assistant cannot answer right now. Please try again."


@dataclass(frozen=True)
class Fix:
    """A change to the source: which verdict asks for it, by which words, and what stands where from then on."""

    verdict: str
    """Its id."""
    advised: tuple[str, ...]
    """Words of the verdict's advice that name the change."""
    changes: tuple[tuple[str, str], ...]


DEADLINE = Fix(
    "no_hang",
    ("Give every call to the platform a timeout", "unless their own retries (max_retries) are off"),
    (("client = AsyncOpenAI()", "client = AsyncOpenAI(timeout=1.5, max_retries=0)"),),
)
OWN_WORDS = Fix(
    "no_leaks",
    ("Catch provider errors where the reply is built", "show a message of your own"),
    (
        ('yield sse({"error": str(error)})', f'yield sse({{"error": "{SORRY}"}})'),
        ('JSONResponse({"error": str(error)}, status_code=500)', f'JSONResponse({{"error": "{SORRY}"}}, 500)'),
    ),
)
STATUSES = Fix(
    "honest_errors",
    ("Answer 503 with Retry-After", "Treat an empty answer as a failure"),
    (
        (
            f'JSONResponse({{"error": "{SORRY}"}}, 500)',
            f'JSONResponse({{"error": "{SORRY}"}}, 503, {{"retry-after": "1"}})',
        ),
        (
            "        reply = completion.choices[0].message.content\n",
            "        reply = completion.choices[0].message.content\n"
            "        if not reply:\n"
            '            raise ValueError("the answer is empty")\n',
        ),
        (
            '                yield sse({"delta": chunk.choices[0].delta.content})\n',
            '                yield sse({"delta": chunk.choices[0].delta.content})\n'
            "        if not answer:\n"
            '            raise ValueError("the answer is empty")\n',
        ),
    ),
)
STORED_FIRST = Fix(
    "history_kept",
    ("Store the user's message before calling the platform", "keep it when the call fails"),
    (
        (
            "def save_turn(conversation: str, question: str, answer: str | None) -> None:",
            "def save(conversation: str, role: str, text: str | None) -> None:",
        ),
        (
            '[(conversation, "user", question), (conversation, "assistant", answer)],',
            "[(conversation, role, text)],",
        ),
        (
            "    history = await run_in_threadpool(load_messages, conversation)\n",
            '    await run_in_threadpool(save, conversation, "user", text)\n'
            "    history = await run_in_threadpool(load_messages, conversation)\n",
        ),
        (
            'return [*({"role": m["role"], "content": m["text"]} for m in history), {"role": "user", "content": text}]',
            'return [{"role": m["role"], "content": m["text"]} for m in history]',
        ),
        ("(save_turn, conversation, text, answer)", '(save, conversation, "assistant", answer)'),
        ('(save_turn, conversation, body["text"], reply)', '(save, conversation, "assistant", reply)'),
    ),
)
SEEN_TO_THE_END = Fix(
    "whole_answers",
    ("Take an answer as finished only when the provider said so", "do not store it as whole"),
    (
        ('    answer = ""\n', '    answer, finished = "", False\n'),
        (
            "        async for chunk in stream:\n",
            "        async for chunk in stream:\n"
            "            finished = finished or any(choice.finish_reason for choice in chunk.choices)\n",
        ),
        (
            '        if not answer:\n            raise ValueError("the answer is empty")\n',
            '        if not (answer and finished):\n            raise ValueError("the answer is not whole")\n',
        ),
        (
            f'        if not answer:\n            yield sse({{"error": "{SORRY}"}})\n            return\n',
            f'        yield sse({{"error": "{SORRY}"}})\n        return\n',
        ),
    ),
)
FALLBACK = Fix(
    "success during major_outage",
    ("fall back to another model or provider",),
    (
        ("from openai import AsyncOpenAI\n", "from anthropic import AsyncAnthropic\nfrom openai import AsyncOpenAI\n"),
        (
            "async def stream_reply(",
            "other = AsyncAnthropic(timeout=1.5, max_retries=0)\n\n\n"
            "async def ask_other(prompt: list[Any]) -> str:\n"
            '    message = await other.messages.create(model="claude-haiku-4-5", max_tokens=1024, messages=prompt)\n'
            '    text = "".join(block.text for block in message.content if block.type == "text")\n'
            '    if message.stop_reason != "end_turn" or not text:\n'
            '        raise ValueError("the answer is not whole")\n'
            "    return text\n\n\n"
            "async def stream_reply(",
        ),
        (
            f'        yield sse({{"error": "{SORRY}"}})\n        return\n',
            "        try:\n"
            "            whole = await ask_other(prompt)\n"
            "        except Exception:\n"
            f'            yield sse({{"error": "{SORRY}"}})\n'
            "            return\n"
            "        if answer:\n"
            '            yield sse({"replace": True})\n'
            "        answer = whole\n"
            '        yield sse({"delta": whole})\n',
        ),
        (
            "        completion = await client.chat.completions.create(model=MODEL, messages=prompt)\n"
            "        reply = completion.choices[0].message.content\n"
            "        if not reply:\n"
            '            raise ValueError("the answer is empty")\n',
            "        try:\n"
            "            completion = await client.chat.completions.create(model=MODEL, messages=prompt)\n"
            "            reply = completion.choices[0].message.content\n"
            "            if not reply:\n"
            '                raise ValueError("the answer is empty")\n'
            "        except Exception:\n"
            "            reply = await ask_other(prompt)\n",
        ),
    ),
)
FIXES = (DEADLINE, OWN_WORDS, STATUSES, STORED_FIRST, SEEN_TO_THE_END, FALLBACK)
"""In the order in which they are made: each leaves to those after it what they are for."""


def mended(fixes: Iterable[Fix]) -> str:
    """The example's source with these changes. Raises AssertionError where one does not fit it (any more)."""
    source = (EXAMPLE / "app.py").read_text(encoding="utf-8")
    for fix in fixes:
        for old, new in fix.changes:
            assert source.count(old) == 1, f"{fix.verdict}: this is not there exactly once: {old}"
            source = source.replace(old, new)
    return source


STREAMED = {"when": {"stream": True}}


def _outage(name: str, title: str, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "brownout": 1,
        "name": name,
        "title": title,
        "sources": [{"url": "https://status.example.com/1", "fact": "made up for a test"}],
        "seed": 5,
        "timeline": [
            {"phase": "healthy", "lasts": "4s", "impact": "operational"},
            {"phase": "outage", "lasts": "10s", "impact": "major_outage", "rules": rules},
            {"phase": "recovered", "lasts": "4s", "impact": "operational"},
        ],
    }


OUTAGE = _outage(
    "every-way",
    "A platform that fails in every way that the fragile chat has no answer to",
    [
        {"fault": "hang", "on": "openai.chat", "share": "15%"},
        {"fault": "empty_answer", "on": "openai.chat", "share": "25%"},
        {"fault": "stream_cut", "on": "openai.chat", **STREAMED, "share": "60%", "after": "6 events"},
        {"fault": "overloaded", "on": "openai.chat", "retry_after": "1s"},
    ],
)
"""No call succeeds while the platform is out, and each way of failing is met again and again: no verdict is close."""
SOME = _outage(
    "some-of-it",
    "A platform that fails some of the time",
    [
        {"fault": "hang", "on": "openai.chat", "share": "5%"},
        {"fault": "overloaded", "on": "openai.chat", "share": "20%", "retry_after": "1s"},
        {"fault": "stream_cut", "on": "openai.chat", **STREAMED, "share": "25%", "after": "6 events"},
        {"fault": "server_error", "on": "openai.chat", "share": "30%"},
    ],
)
"""Some calls succeed and others do not: what becomes of a share is for chance to say."""
EXPECT: tuple[dict[str, Any], ...] = (
    {"check": "success", "at_least": "90%", "during": "major_outage"},
    {"check": "success", "at_least": "80%", "during": "operational"},
    {"check": "honest_errors"},
    {"check": "blame"},
    {"check": "history_kept"},
    {"check": "whole_answers"},
    {"check": "no_leaks"},
    {"check": "no_hang", "within": "4s"},
)


def profile() -> dict[str, Any]:
    """The example's profile, for users who wait four seconds, and for a page that may be told to begin again."""
    value: dict[str, Any] = parse(EXAMPLE / "brownout.yaml").value
    value["start"]["env"] |= {
        "ANTHROPIC_BASE_URL": "{anthropic_base_url}",
        "ANTHROPIC_API_KEY": "sk-ant-test-0000000000000000",
    }
    for journey in value["journeys"].values():
        journey["patience"] = "4s"
    value["journeys"]["stream"]["steps"][1]["reply"]["restart"] = "replace"
    value["load"] = {"users": 12, "arrive": 12, "pause": "300ms"}
    return {**value, "expect": list(EXPECT)}


def files(fixes: Iterable[Fix]) -> dict[str, object]:
    """What the drill needs: the application so far, its page, its profile, and the outage."""
    return {
        "chat.html": (EXAMPLE.parent / "chat.html").read_text(encoding="utf-8"),
        "mended/app.py": mended(fixes),
        "mended/brownout.yaml": profile(),
        "every-way.yaml": OUTAGE,
    }
