"""Expectations about what an application keeps: conversations, exports, the thread of a talk. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brownout.expect.base import Expect, Need


class HistoryKept(Expect):
    """Every acknowledged message can be read afterwards, in order, once, and nobody else's."""

    needs: ClassVar[Need] = "history"
    check: Literal["history_kept"]
    keeps: Literal["accepted", "said"] = "accepted"
    """What must be there: what the application accepted, or also what users said in turns that it refused or failed."""


class ExportComplete(Expect):
    """Every acknowledged message is in the export that its user took in time: whole, in order, once."""

    needs: ClassVar[Need] = "export"
    check: Literal["export_complete"]


class ContextKept(Expect):
    """An answer still knows what its conversation was about, and nothing of anybody else's."""

    needs: ClassVar[Need] = "questions"
    check: Literal["context_kept"]
    turns: int | None = Field(default=None, ge=1)
