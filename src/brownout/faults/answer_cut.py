"""The body of a plain answer ends early, or there is none."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from brownout.effects import End, Fin, Program, Rst
from brownout.exchange import Call
from brownout.faults.base import After, AfterField, Positioned, Strike

_ENDS: dict[str, End | Fin | Rst] = {"clean": End(), "fin": Fin(), "reset": Rst()}


class AnswerCut(Positioned):
    """A plain 200 breaks off in its body, or has none: '0 bytes'. Of streams, see stream_cut."""

    streams_only: ClassVar[bool] = False

    after: AfterField = After(bytes=40)
    """Where: '400 bytes' into the body; '20 calls' lets so many calls pass first."""
    end: Literal["clean", "fin", "reset"] = "clean"
    """How: as if nothing were missing, or by a connection that is closed or reset before the body is whole."""

    @model_validator(mode="after")
    def _in_bytes(self) -> Self:
        if self.after.events is not None:
            raise ValueError("after: a plain answer has no events, so answer_cut takes '400 bytes'")
        return self

    def applies(self, call: Call) -> bool:
        """Only a plain answer: a stream is cut by stream_cut."""
        return not call.stream and not call.upgrade

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's answer, then the end."""
        return (self.passed, _ENDS[self.end])
