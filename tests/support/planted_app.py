"""Chats that keep their conversations, each with a bug planted in it, or with none.

``PLANTED`` names the bugs, separated by commas (``support.planted`` lists them; any other name is a chat without one):
there is a chat with each, below ``/NAME``. On a good day none shows: each is a mistake on a path taken only when the
platform fails.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

log = logging.getLogger(__name__)

MODELS = ("gpt-4o", "gpt-4o-mini")
"""The one that answers, and the one to fall back on."""
GUARD = "gpt-3.5-turbo"
"""The one that is asked first, in a chat with a guard, whether a question is polite. Without its word it is."""
GUARDED = {"guarded": 1, "futile_retry": 3}
"""Chats with a guard, and how often each asks it."""
AGAIN_FIRST = ("gpt-4.1", "gpt-4o-mini")
"""The same of chats whose users send again, because the first one gives no sign of life."""
LINES = 2
"""To the platform, of each chat: so few that each is used again soon, and by somebody else."""
PAGE = 1
"""Turns to a page of the export: so few that a short conversation has several pages."""
AGAIN = 0.4
"""Pause before a question that got no answer is asked again, once, behind the user's back. Seconds."""
ABOUT = "Say in five words what this is about."
LATER = "There is no answer right now. Your message is kept, and will be answered here."
TOLD: dict[str, tuple[dict[str, str], int]] = {
    "empty_success": ({"reply": ""}, 200),
    "error_in_200": ({"reply": "Sorry, something went wrong."}, 200),
    "wrong_status": ({"error": LATER}, 500),
    "blames_user": ({"error": "Please correct your request."}, 400),
}
"""Chats that tell a failure badly, and how; they fall back on nothing. The others keep what they have promised."""
SCHEMA = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, user TEXT NOT NULL);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, question TEXT NOT NULL, answer TEXT, changed REAL NOT NULL
);
"""

Said = dict[str, str]
client = AsyncOpenAI(max_retries=0, timeout=10)


class Store:
    """Conversations in SQLite, turn by turn. Calls take under a millisecond, so the event loop makes them itself."""

    def __init__(self, path: Path, order: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(SCHEMA)
        self._order = order

    def create(self, user: str) -> str:
        """A new conversation's id."""
        conversation = uuid.uuid4().hex
        self._db.execute("INSERT INTO conversations VALUES (?, ?)", (conversation, user))
        return conversation

    def ask(self, conversation: str, question: str) -> int:
        """Keeps a question; its id."""
        insert = "INSERT INTO turns (conversation, question, changed) VALUES (?, ?, ?)"
        id = self._db.execute(insert, (conversation, question, time.time())).lastrowid
        assert id is not None
        return id

    def answer(self, id: int, answer: str, changed: float | None = None) -> None:
        """Keeps a question's answer, and when the turn changed by it after it had been over."""
        update = "UPDATE turns SET answer = ?, changed = coalesce(?, changed) WHERE id = ?"
        self._db.execute(update, (answer, changed, id))

    def messages(self, conversation: str, offset: int = 0, limit: int = -1, before: int = sys.maxsize) -> list[Said]:
        """Questions, each with its answer if there is one, oldest first; offset and limit count turns."""
        rows = self._db.execute(
            "SELECT question, answer FROM turns WHERE conversation = ? AND id < ? "
            f"ORDER BY {self._order} LIMIT ? OFFSET ?",
            (conversation, before, limit, offset),
        )
        return [
            {"role": role, "text": text}
            for turn in rows
            for role, text in zip(("user", "assistant"), turn, strict=True)
            if text is not None
        ]


class BrokenOff(Exception):
    """A stream that ended without saying that the answer is whole."""


class Line:
    """One of a few lines to the platform, with what was heard on it of the answer that is under way."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def ask(self, model: str, messages: list[Any], **more: Any) -> str:
        """A whole answer. Raises what the client raises, and BrokenOff."""
        stream = await client.chat.completions.create(model=model, messages=messages, stream=True, **more)
        ends = set()
        async for chunk in stream:
            for choice in chunk.choices:
                self.heard.append(choice.delta.content or "")
                ends.add(choice.finish_reason)
        if not ends & {"stop", "length"}:
            raise BrokenOff
        return "".join(self.heard)


class Chat:
    """A chat with one bug, or with none."""

    def __init__(self, bug: str, folder: Path) -> None:
        self.bug = bug
        self.store = Store(folder / f"{bug}.db", order="changed" if bug == "reordered" else "id")
        self.pages: dict[str, dict[str, Any]] = {}
        resent = bug in ("keyed", "twice")
        self.models = AGAIN_FIRST if resent else MODELS[:1] if bug in TOLD else MODELS
        self._keys: dict[str, int] = {}
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        for _ in range(20 if resent else LINES):
            self._lines.put_nowait(Line())
        self._later: set[asyncio.Task[None]] = set()

    async def ask(self, model: str, messages: list[Any], **more: Any) -> str | None:
        """The model's answer, or None, whatever went wrong."""
        line = await self._lines.get()
        try:
            answer = await line.ask(model, messages, **more)
            line.heard.clear()
            return answer
        except Exception as error:
            log.warning("no answer from %s: %r", model, error)
            return None
        finally:
            if self.bug != "leaked":
                line.heard.clear()
            self._lines.put_nowait(line)

    def prompt(self, conversation: str, question: str, id: int | None) -> list[Any]:
        """The question with all that was said before it."""
        before = self.store.messages(conversation, before=sys.maxsize if id is None else id)
        return [
            {"role": said["role"], "content": said["text"]} for said in (*before, {"role": "user", "text": question})
        ]

    def keep(self, conversation: str, question: str, key: str) -> int:
        """Keeps a question, and one that comes again with its key once; its id."""
        if self.bug != "keyed":
            return self.store.ask(conversation, question)
        if key not in self._keys:
            self._keys[key] = self.store.ask(conversation, question)
        return self._keys[key]

    async def turn(self, conversation: str, question: str, key: str) -> str | None:
        """The answer to a question, or None where there is none for now."""
        id = None if self.bug == "lost" else self.keep(conversation, question, key)
        await self.guard(question)
        for model in self.models:
            fallback = model != self.models[0]
            if fallback and self.bug == "duplicated":
                id = self.store.ask(conversation, question)
            prompt = self.prompt(conversation, question, id)
            answer = await self.ask(model, prompt[-1:] if fallback and self.bug == "trimmed" else prompt)
            if answer is not None:
                self.store.answer(self.store.ask(conversation, question) if id is None else id, answer)
                return answer
        if id is not None:
            task = asyncio.create_task(self.again(conversation, question, id))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        return None

    async def guard(self, question: str) -> None:
        """Asks whether a question is polite; a chat with the bug takes no answer for a reason to ask again."""
        asked = [{"role": "system", "content": "Is this polite?"}, {"role": "user", "content": question}]
        for _ in range(GUARDED.get(self.bug, 0)):
            if await self.ask(GUARD, asked) is not None:
                return

    async def again(self, conversation: str, question: str, id: int) -> None:
        """Asks once more when the user has been told to wait."""
        await asyncio.sleep(AGAIN)
        answer = await self.ask(MODELS[1], self.prompt(conversation, question, id))
        if answer is not None:
            self.store.answer(id, answer, time.time())

    @property
    def failure(self) -> tuple[dict[str, str], int]:
        """What a user gets where there is no answer for now."""
        return TOLD.get(self.bug, ({"error": LATER}, 202))

    async def page(self, conversation: str) -> dict[str, Any]:
        """The conversation, with a line on what it is about, which the page can do without."""
        messages = self.store.messages(conversation)
        questions = [said["text"] for said in messages if said["role"] == "user"]
        about: str | None = " ".join(questions)  # a short conversation says itself what it is about
        if len(questions) > 1:
            asked = [{"role": "system", "content": ABOUT}, {"role": "user", "content": about}]
            about = await self.ask(MODELS[0], asked, max_tokens=10)
        page = {"about": about, "messages": messages}
        if about is None and self.bug == "stale":
            return self.pages.get(conversation, page)
        self.pages[conversation] = page
        return page

    def export(self, conversation: str) -> list[Said]:
        """The conversation to take away, read page by page."""
        messages: list[Said] = []
        offset = 0
        while found := self.store.messages(conversation, offset, PAGE):
            messages += found
            offset += PAGE
            if self.bug == "export" and len(found) < 2 * PAGE:
                break
        return messages

    def routes(self) -> list[Route]:
        """What users reach it by."""

        async def begin(request: Request) -> JSONResponse:
            return JSONResponse({"id": self.store.create(str((await request.json())["user"]))}, 201)

        async def send(request: Request) -> JSONResponse:
            key = request.headers.get("Idempotency-Key", "")
            answer = await self.turn(request.path_params["id"], (await request.json())["text"], key)
            body, status = ({"reply": answer}, 200) if answer is not None else self.failure
            return JSONResponse(body, status)

        async def show(request: Request) -> JSONResponse:
            return JSONResponse(await self.page(request.path_params["id"]))

        async def take_away(request: Request) -> JSONResponse:
            return JSONResponse({"messages": self.export(request.path_params["id"])})

        return [
            Route("/conversations", begin, methods=["POST"]),
            Route("/conversations/{id}", send, methods=["POST"]),
            Route("/conversations/{id}", show),
            Route("/conversations/{id}/export", take_away),
        ]


async def healthy(request: Request) -> JSONResponse:
    """Ready, and so is the client: its resources are imported at their first use."""
    return JSONResponse({"ok": client.chat.completions is not None})


def application(planted: str, folder: Path) -> Starlette:
    """A chat for each name."""
    mounts = [Mount(f"/{bug}", routes=Chat(bug, folder).routes()) for bug in planted.split(",")]
    return Starlette(routes=[Route("/healthz", healthy), *mounts])


if __name__ == "__main__":
    import uvicorn

    app = application(os.environ["PLANTED"], Path(os.environ["SCRATCH"]))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
