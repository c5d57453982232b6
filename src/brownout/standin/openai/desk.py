"""OpenAI's desk, and that of the platforms that speak alike: history is kept, models are known by their families."""

from __future__ import annotations

from collections.abc import Callable

from brownout.dialects.openai import responses as openai_responses
from brownout.dialects.openai import stored as openai_stored
from brownout.dialects.openai.models import MODELS, model_id
from brownout.exchange import Answer, Call
from brownout.standin.answers import Memory
from brownout.standin.desk import Desk, Said
from brownout.standin.openai.chats import OpenAIChats
from brownout.standin.openai.files import OpenAIFiles
from brownout.standin.openai.history import OpenAIHistory
from brownout.standin.openai.jobs import OpenAIJobs
from brownout.standin.openai.login import OpenAILogins
from brownout.standin.openai.stores import OpenAIStores
from brownout.standin.openai.threads import OpenAIThreads
from brownout.standin.openai.tunes import OpenAITunes
from brownout.standin.recognise import Arrived
from brownout.standin.stages import Work
from brownout.standin.state import State

_NEEDS_MODEL = ("audio", "chat", "responses", "embeddings")
_NEEDS_BODY = ("chat", "embeddings", "images", "moderations")
_CREATING = ("/batches", "/jobs", "/responses", "/runs", "/search", "/speech", "/uploads")
_MODEL_FAMILIES = ("chatgpt-", "codex-", "computer-use-", "dall-e-", "ft:", "gpt-", "o1", "o3", "o4", "omni-", "text-")


class OpenAIDesk(Desk):
    """Stored responses and conversations; a name of one of OpenAI's families is taken for a known model."""

    def __init__(self) -> None:
        files = OpenAIFiles()
        self.jobs, self.tunes = OpenAIJobs(files), OpenAITunes(files)
        self.history, self.threads, self.chats = OpenAIHistory(State()), OpenAIThreads(), OpenAIChats()
        self._counters: dict[str, Callable[[Call, Answer], Said | None]] = {
            "assistants": self.threads.said,
            "batches": self.jobs.said,
            "chat": self.chats.said,
            "files": files.said,
            "fine_tuning": self.tunes.said,
            "login": OpenAILogins().said,
            "vector_stores": OpenAIStores(files).said,
        }

    def announce(self, accepted: Callable[[Work], None]) -> None:
        """Tell somebody of all work that is accepted from now on and that nobody waits for."""
        self.history.accepted = self.jobs.accepted = self.tunes.accepted = accepted

    def admits(self, call: Call) -> bool:
        """A login gives the key in the first place."""
        return call.part == "login" or super().admits(call)

    def unreadable(self, arrived: Arrived) -> bool:
        """A login may come as a form."""
        return not arrived.service.endswith(".login") and super().unreadable(arrived)

    def needs_body(self, arrived: Arrived) -> bool:
        part = arrived.service.partition(".")[2]
        request = arrived.request
        creates = request.method == "POST" and request.path.rstrip("/").endswith(_CREATING)
        return creates or part in _NEEDS_BODY

    def needs_model(self, call: Call) -> bool:
        """What is computed by a model."""
        if call.part == "chat" and not openai_stored.creates(call):
            return False
        stored = call.part == "responses" and openai_responses.stored_id(call)
        return call.request.method == "POST" and call.part in _NEEDS_MODEL and not stored

    def unknown_model(self, call: Call) -> bool:
        """Whether a model is asked about that OpenAI cannot have."""
        id = model_id(call) if call.service == "openai.models" else None
        return id is not None and id not in MODELS and not id.startswith(_MODEL_FAMILIES)

    def memory(self, call: Call) -> Memory | None:
        """The memory of a stored response, a conversation or a thread."""
        return self.threads.memory(call) if call.part == "assistants" else self.history.memory(call)

    def recalled(self, call: Call) -> Call:
        """A run, with what was said in its thread."""
        return self.threads.recalled(call) if call.part == "assistants" else call

    def said(self, call: Call, answer: Answer) -> Said | None:
        """What comes out of what is kept."""
        return self._counters.get(call.part, self.history.said)(call, answer)

    def keep(self, call: Call, answer: Answer) -> None:
        """Remember a response, unless the caller asked not to; a completion, where they asked to; and a run."""
        keepers = {"assistants": self.threads.keep, "chat": self.chats.keep}
        keepers.get(call.part, self.history.keep)(call, answer)
