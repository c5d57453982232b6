"""The registry of faults: YAML name → class. One file a kind; one line here."""

from __future__ import annotations

from brownout.faults.base import Fault, Strike
from brownout.faults.connection_reset import ConnectionReset
from brownout.faults.empty_answer import EmptyAnswer
from brownout.faults.gateway_error import GatewayError
from brownout.faults.hang import Hang
from brownout.faults.history_missing import HistoryMissing
from brownout.faults.overloaded import Overloaded
from brownout.faults.rate_limit import RateLimit
from brownout.faults.server_error import ServerError
from brownout.faults.slow_first_token import SlowFirstToken
from brownout.faults.slow_stream import SlowStream
from brownout.faults.stream_cut import StreamCut
from brownout.faults.stream_error import StreamError
from brownout.faults.stream_reset import StreamReset
from brownout.faults.stream_stall import StreamStall

FAULTS: dict[str, type[Fault]] = {
    "connection_reset": ConnectionReset,
    "empty_answer": EmptyAnswer,
    "gateway_error": GatewayError,
    "hang": Hang,
    "history_missing": HistoryMissing,
    "overloaded": Overloaded,
    "rate_limit": RateLimit,
    "server_error": ServerError,
    "slow_first_token": SlowFirstToken,
    "slow_stream": SlowStream,
    "stream_cut": StreamCut,
    "stream_error": StreamError,
    "stream_reset": StreamReset,
    "stream_stall": StreamStall,
}

__all__ = ["FAULTS", "Fault", "Strike"]
