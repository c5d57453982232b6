"""The registry of checkers: the name in ``expect`` → the checker. One file a kind; one line here."""

from __future__ import annotations

from brownout.checkers.answered_once import AnsweredOnceChecker
from brownout.checkers.application_alive import ApplicationAliveChecker
from brownout.checkers.base import Checker, Record
from brownout.checkers.blame import BlameChecker
from brownout.checkers.breaker import BreakerChecker
from brownout.checkers.bulkhead import BulkheadChecker
from brownout.checkers.context_kept import ContextKeptChecker
from brownout.checkers.cost import CostChecker
from brownout.checkers.export_complete import ExportCompleteChecker
from brownout.checkers.failover import FailoverChecker
from brownout.checkers.first_token import FirstTokenChecker
from brownout.checkers.history_kept import HistoryKeptChecker
from brownout.checkers.honest_errors import HonestErrorsChecker
from brownout.checkers.injection_proof import InjectionProofChecker
from brownout.checkers.latency import LatencyChecker
from brownout.checkers.no_duplicate_effects import NoDuplicateEffectsChecker
from brownout.checkers.no_futile_retries import NoFutileRetriesChecker
from brownout.checkers.no_hang import NoHangChecker
from brownout.checkers.no_leaks import NoLeaksChecker
from brownout.checkers.profile_fits import ProfileFitsChecker
from brownout.checkers.recovery import RecoveryChecker
from brownout.checkers.resources import ResourcesChecker
from brownout.checkers.retry_after_honoured import RetryAfterHonouredChecker
from brownout.checkers.retry_amplification import RetryAmplificationChecker
from brownout.checkers.storm import StormChecker
from brownout.checkers.success import SuccessChecker
from brownout.checkers.told_in_time import ToldInTimeChecker
from brownout.checkers.whole_answers import WholeAnswersChecker

CHECKERS: dict[str, Checker] = {
    "answered_once": AnsweredOnceChecker(),
    "application_alive": ApplicationAliveChecker(),
    "blame": BlameChecker(),
    "breaker": BreakerChecker(),
    "bulkhead": BulkheadChecker(),
    "context_kept": ContextKeptChecker(),
    "cost": CostChecker(),
    "export_complete": ExportCompleteChecker(),
    "failover": FailoverChecker(),
    "first_token": FirstTokenChecker(),
    "history_kept": HistoryKeptChecker(),
    "honest_errors": HonestErrorsChecker(),
    "injection_proof": InjectionProofChecker(),
    "latency": LatencyChecker(),
    "no_duplicate_effects": NoDuplicateEffectsChecker(),
    "no_futile_retries": NoFutileRetriesChecker(),
    "no_hang": NoHangChecker(),
    "no_leaks": NoLeaksChecker(),
    "profile_fits": ProfileFitsChecker(),
    "recovery": RecoveryChecker(),
    "resources": ResourcesChecker(),
    "retry_after_honoured": RetryAfterHonouredChecker(),
    "retry_amplification": RetryAmplificationChecker(),
    "storm": StormChecker(),
    "success": SuccessChecker(),
    "told_in_time": ToldInTimeChecker(),
    "whole_answers": WholeAnswersChecker(),
}

__all__ = ["CHECKERS", "Checker", "Record"]
