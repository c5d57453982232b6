"""The registry of what an app profile may expect: one model a checker, whose name is the ``check`` key. Pure."""

from __future__ import annotations

from typing import Annotated, TypeAlias, get_args

from pydantic import Field

from brownout.expect.base import CONFIDENCE, Confidence, During, Expect, Margin, Need, Sampled
from brownout.expect.cost import Cost, ModelPrice, Prices
from brownout.expect.failures import Blame, HonestErrors
from brownout.expect.memory import ContextKept, ExportComplete, HistoryKept
from brownout.expect.neighbours import Breaker, Bulkhead, Storm
from brownout.expect.resources import Resources
from brownout.expect.shares import Failover, FirstToken, Latency, Recovery, Success, ToldInTime
from brownout.expect.upstream import NoFutileRetries, RetryAfterHonoured, RetryAmplification
from brownout.expect.users import AnsweredOnce, NoDuplicateEffects, NoHang, NoLeaks, WholeAnswers

AnyExpect: TypeAlias = (
    AnsweredOnce
    | Blame
    | Breaker
    | Bulkhead
    | ContextKept
    | Cost
    | ExportComplete
    | Failover
    | FirstToken
    | HistoryKept
    | HonestErrors
    | Latency
    | NoDuplicateEffects
    | NoFutileRetries
    | NoHang
    | NoLeaks
    | Recovery
    | Resources
    | RetryAfterHonoured
    | RetryAmplification
    | Storm
    | Success
    | ToldInTime
    | WholeAnswers
)
Expectation = Annotated[AnyExpect, Field(discriminator="check")]
EXPECTABLE: tuple[str, ...] = tuple(
    sorted(get_args(kind.model_fields["check"].annotation)[0] for kind in get_args(AnyExpect))
)
"""The checks that a profile may expect, by name."""

__all__ = [
    "CONFIDENCE",
    "EXPECTABLE",
    "AnsweredOnce",
    "AnyExpect",
    "Blame",
    "Breaker",
    "Bulkhead",
    "Confidence",
    "ContextKept",
    "Cost",
    "During",
    "Expect",
    "Expectation",
    "ExportComplete",
    "Failover",
    "FirstToken",
    "HistoryKept",
    "HonestErrors",
    "Latency",
    "Margin",
    "ModelPrice",
    "Need",
    "NoDuplicateEffects",
    "NoFutileRetries",
    "NoHang",
    "NoLeaks",
    "Prices",
    "Recovery",
    "Resources",
    "RetryAfterHonoured",
    "RetryAmplification",
    "Sampled",
    "Storm",
    "Success",
    "ToldInTime",
    "WholeAnswers",
]
