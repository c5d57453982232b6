"""What an edge decides: which exchange this is, which rule strikes it, and what that rule's fault does to it."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from brownout.calls.caller import account_of
from brownout.calls.histories import Histories, Opening, Seen
from brownout.calls.identity import Occurrences, canary_of, key_of, pseudonym
from brownout.calls.made import names_of
from brownout.chance import uniform
from brownout.deciding.clock import Clock
from brownout.deciding.counting import Tally
from brownout.deciding.plan import NOTHING_COUNTED, Counts, Decision, Moment, decide, drawn
from brownout.dialects import Voice
from brownout.exchange import Call, Exchange
from brownout.faults import Strike
from brownout.rule import Rule
from brownout.scenario import Phase, Scenario


@dataclass(frozen=True)
class Decided:
    """A decision, and what the fault of the rule that strikes is to know; None where none strikes."""

    decision: Decision
    strike: Strike | None = None


class Decider:
    """Decides for one edge. It counts for itself; ``clock`` is set by whoever knows when the timeline begins."""

    def __init__(
        self, scenario: Scenario, speed: float, zero: float | None = None, histories: Histories | None = None
    ) -> None:
        self.scenario = scenario
        self.clock = Clock(scenario, speed, zero, unix=time.time)
        self.tally = Tally(speed)
        self.seen = Seen(time.monotonic)
        self.histories = histories or Histories()
        self._deadline = min((end.deadline for end in scenario.channels.values()), default=math.inf)

    def decide(self, exchange: Exchange, moment: Moment, now: float) -> Decided:
        """Which rule of the present phase strikes; it counts from then on."""
        call = exchange.call
        counts = self.tally.counts(moment.phase, call, now)
        if self.scenario.channels:
            counts |= self._spared(moment.phase, call, now, counts)
        decision = decide(self.scenario, moment, exchange, counts)
        reset = self._bucket_reset(decision.rule, call, now)
        self.tally.note(decision, moment.phase, call, now)
        rule = decision.rule
        return Decided(decision, self._strike(rule, exchange, moment, counts, reset) if rule else None)

    def watch(self, call: Call, now: float) -> None:
        """Note which history a call is about, where a channel ends."""
        if self.scenario.channels:
            self.histories.meet(call, self._incident(now))

    def note(self, call: Call, opening: Opening, now: float) -> None:
        """The platform has done what a call asked for at ``now``, where a channel ends; its answer began like this."""
        if self.scenario.channels:
            self.histories.note(call, opening, self._incident(now))

    def _incident(self, now: float) -> float:
        elapsed = self.clock.elapsed(now)
        return -math.inf if elapsed is None else elapsed

    def _spared(self, phase: Phase, call: Call, now: float, counts: Mapping[str, Counts]) -> dict[str, Counts]:
        """Whether the rules that are about the end of a channel let a call through."""
        over = self._incident(now) >= self._deadline
        return {
            rule.id: replace(
                counts.get(rule.id, NOTHING_COUNTED),
                admits=not (over and rule.kind.lost(call, self.histories, self._deadline)),
            )
            for rule in phase.rules
            if rule.kind.paced_by == "deadline"
        }

    def _bucket_reset(self, rule: Rule | None, call: Call, now: float) -> float | None:
        if rule is None or rule.bucket is None:
            return None
        return self.tally.seconds_until_admitted(rule, call, now)

    def _strike(
        self, rule: Rule, exchange: Exchange, moment: Moment, counts: Mapping[str, Counts], reset: float | None
    ) -> Strike:
        seed, salt = self.scenario.seed, f"{rule.id}|{exchange.key}|{exchange.occurrence}"
        return Strike(
            call=exchange.call,
            platform=Voice(exchange.call, now=time.time()),
            id=hashlib.blake2b(f"{seed}|{salt}".encode(), digest_size=16).hexdigest(),
            uniform=partial(uniform, seed, salt),
            speed=self.clock.speed,
            bucket_reset=reset,
            bucket_limit=rule.bucket.burst if rule.bucket else None,
            load=counts[rule.id].load if rule.kind.paced_by == "load" else 0.0,
            salt=f"{seed}|{rule.id}",
            seen=self.seen,
            selects=partial(self._selects, rule, exchange, rule.share.at(moment.elapsed, moment.phase.lasts)),
        )

    def _selects(self, rule: Rule, exchange: Exchange, share: float, entity: str) -> bool:
        """Whether a rule strikes an entity that a call shows among others; with ``sticky``, all that the call shows."""
        return rule.sticky is not None or drawn(self.scenario, rule, entity, exchange) < share


class Identities:
    """Says which exchange a call is, and gives out ids: one for each writer of a journal, in which they are unique."""

    def __init__(self) -> None:
        self._serial = 0
        self.restart()

    def restart(self) -> None:
        """Another scenario begins: nothing has been called yet. No id is given out again."""
        self._occurrences = Occurrences()

    def meet(self, call: Call) -> tuple[Exchange, str]:
        """The exchange that a call is, and an id of its own for the journal."""
        call = replace(call, user=pseudonym(call.user))
        marked = canary_of(call)
        key = key_of(call, marked)
        occurrence, source = self._occurrences.number(key, call.attempt)
        self._serial += 1
        return Exchange(call, key, marked, occurrence, source), f"{key}.{occurrence}.{self._serial}"


def row_of(exchange: Exchange, moment: Moment | None, decision: Decision) -> dict[str, Any]:
    """What the journal says of an exchange before it is known how it went: fields of ``events.ExchangeEnds``."""
    call, rule = exchange.call, decision.rule
    return {
        "service": call.service,
        "host": call.request.host,
        "path": call.request.path,
        "method": call.request.method,
        "model": call.model,
        "stream": call.stream,
        "canary": exchange.canary,
        "key": exchange.key,
        "occurrence": exchange.occurrence,
        "occurrence_from": exchange.occurrence_from,
        "attempt": call.attempt,
        "step": call.step,
        "phase": moment.phase.phase if moment else None,
        "elapsed": moment.elapsed if moment else None,
        "eligible": list(decision.eligible),
        "draws": [draw.row for draw in decision.draws],
        "rule": rule.id if rule else None,
        "fault": rule.fault if rule else None,
        "account": account_of(call),
        "names": names_of(call, exchange.canary),
    }
