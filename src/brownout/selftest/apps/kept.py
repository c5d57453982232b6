"""Chats that keep their conversations, each with a defect planted in it, or with none.

``PLANTED`` names the chats, separated by commas: there is one below ``/NAME`` for each. On a good day none of the
defects shows: each is a mistake on a path taken only when the platform fails.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from brownout.selftest.apps.client import ENDS, Failed, Platform
from brownout.selftest.apps.serving import serve
from brownout.selftest.apps.store import Message, Store

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
    "refuses": ({"error": LATER}, 503),
    "unkept": ({"error": LATER}, 503),
    "blames_user": ({"error": "Please correct your request."}, 400),
}
"""Chats that tell a failure badly, and how; and two that refuse. The others keep what they have promised."""
ALONE = ("empty_success", "error_in_200", "wrong_status", "blames_user")
"""Chats that fall back on nothing."""

platform = Platform()


class Line:
    """One of a few lines to the platform, with what was heard on it of the answer that is under way."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def ask(self, model: str, messages: list[Any], **more: Any) -> str:
        """The text of a whole answer. Raises Failed."""
        ends = set()
        async for piece, end in platform.pieces(model, messages, **more):
            self.heard.append(piece)
            ends.add(end)
        if not ends & ENDS:
            raise Failed(None, "the stream ended without saying that the answer is whole")
        return "".join(self.heard)


class Chat:
    """A chat with one defect, or with none."""

    def __init__(self, bug: str, folder: Path) -> None:
        self.bug = bug
        self.store = Store(folder / f"{bug}.db", order="changed" if bug == "reordered" else "id")
        self.pages: dict[str, dict[str, Any]] = {}
        resent = bug in ("keyed", "twice")
        self.models = AGAIN_FIRST if resent else MODELS[:1] if bug in ALONE else MODELS
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
        except Failed as error:
            log.warning("no answer from %s: %r", model, error)
            return None
        finally:
            if self.bug != "leaked":
                line.heard.clear()
            self._lines.put_nowait(line)

    def prompt(self, conversation: str, question: str, id: int | None) -> list[Any]:
        """The question with all that was said before it."""
        before = self.store.messages(conversation, before=sys.maxsize if id is None else id)
        asked: Message = {"role": "user", "text": question}
        return [{"role": message["role"], "content": message["text"]} for message in (*before, asked)]

    def keep(self, conversation: str, question: str, key: str) -> int:
        """Keep a question, and one that comes again with its key once; its id."""
        if self.bug != "keyed":
            return self.store.ask(conversation, question)
        if key not in self._keys:
            self._keys[key] = self.store.ask(conversation, question)
        return self._keys[key]

    async def turn(self, conversation: str, question: str, key: str) -> str | None:
        """The answer to a question, or None where there is none for now."""
        id = None if self.bug in ("lost", "unkept") else self.keep(conversation, question, key)
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
        """Ask whether a question is polite; a chat with the defect takes no answer for a reason to ask again."""
        asked = [{"role": "system", "content": "Is this polite?"}, {"role": "user", "content": question}]
        for _ in range(GUARDED.get(self.bug, 0)):
            if await self.ask(GUARD, asked) is not None:
                return

    async def again(self, conversation: str, question: str, id: int) -> None:
        """Ask once more when the user has been told to wait."""
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
        questions = [message["text"] for message in messages if message["role"] == "user"]
        about: str | None = " ".join(questions)  # a short conversation says itself what it is about
        if len(questions) > 1:
            asked = [{"role": "system", "content": ABOUT}, {"role": "user", "content": about}]
            about = await self.ask(MODELS[0], asked, max_tokens=10)
        page = {"about": about, "messages": messages}
        if about is None and self.bug == "stale":
            return self.pages.get(conversation, page)
        self.pages[conversation] = page
        return page

    def export(self, conversation: str) -> list[Message]:
        """The conversation to take away, read page by page."""
        messages: list[Message] = []
        offset = 0
        while some := self.store.messages(conversation, offset, PAGE):
            messages += some
            offset += PAGE
            if self.bug == "export" and len(some) < 2 * PAGE:
                break
        return messages

    def routes(self) -> list[web.RouteDef]:
        """What users reach it by, below the name of its defect."""

        async def begin(request: web.Request) -> web.Response:
            return web.json_response({"id": self.store.create(str((await request.json())["user"]))}, status=201)

        async def send(request: web.Request) -> web.Response:
            key = request.headers.get("Idempotency-Key", "")
            answer = await self.turn(request.match_info["id"], (await request.json())["text"], key)
            body, status = ({"reply": answer}, 200) if answer is not None else self.failure
            return web.json_response(body, status=status)

        async def show(request: web.Request) -> web.Response:
            return web.json_response(await self.page(request.match_info["id"]))

        async def take_away(request: web.Request) -> web.Response:
            return web.json_response({"messages": self.export(request.match_info["id"])})

        place = f"/{self.bug}/conversations"
        return [
            web.post(place, begin),
            web.post(f"{place}/{{id}}", send),
            web.get(f"{place}/{{id}}", show),
            web.get(f"{place}/{{id}}/export", take_away),
        ]


if __name__ == "__main__":
    scratch = Path(os.environ["SCRATCH"])
    serve(route for name in os.environ["PLANTED"].split(",") for route in Chat(name, scratch).routes())
