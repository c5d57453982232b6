"""Expectations about what each user gets, every time. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.config.model import Seconds
from brownout.expect.base import Expect, Need


class AnsweredOnce(Expect):
    """A message that reached the application is answered once, however often and in whatever order it was delivered."""

    needs: ClassVar[Need] = "chat"
    check: Literal["answered_once"]


class NoDuplicateEffects(Expect):
    """No message leads to the same effect twice: one refund, one order, one mail."""

    needs: ClassVar[Need] = "effects"
    check: Literal["no_duplicate_effects"]


class WholeAnswers(Expect):
    """No half answer is shown, stored or acted on as a whole one."""

    needs: ClassVar[Need] = "question"
    check: Literal["whole_answers"]


class NoLeaks(Expect):
    """No key, traceback or provider page or error text reaches a user."""

    check: Literal["no_leaks"]


class NoHang(Expect):
    """No user waits longer than this for an end, whatever it is."""

    check: Literal["no_hang"]
    within: Seconds
