"""The registry of faults: YAML name → class. One file a kind; one line here."""

from __future__ import annotations

from brownout.faults.answer_lost import AnswerLost
from brownout.faults.answer_refused import AnswerRefused
from brownout.faults.answer_truncated import AnswerTruncated
from brownout.faults.auth_error import AuthError
from brownout.faults.base import Fault, Strike
from brownout.faults.broken_json import BrokenJson
from brownout.faults.certificate_expired import CertificateExpired
from brownout.faults.channel_shut import ChannelShut
from brownout.faults.client_closed_request import ClientClosedRequest
from brownout.faults.connection_refused import ConnectionRefused
from brownout.faults.connection_reset import ConnectionReset
from brownout.faults.content_refused import ContentRefused
from brownout.faults.context_damaged import ContextDamaged
from brownout.faults.context_too_long import ContextTooLong
from brownout.faults.empty_answer import EmptyAnswer
from brownout.faults.gateway_error import GatewayError
from brownout.faults.gibberish import Gibberish
from brownout.faults.half_open import HalfOpen
from brownout.faults.hang import Hang
from brownout.faults.history_crossed import HistoryCrossed
from brownout.faults.history_duplicated import HistoryDuplicated
from brownout.faults.history_gone import HistoryGone
from brownout.faults.history_late import HistoryLate
from brownout.faults.history_missing import HistoryMissing
from brownout.faults.history_partial import HistoryPartial
from brownout.faults.history_reordered import HistoryReordered
from brownout.faults.history_stale import HistoryStale
from brownout.faults.http2_goaway import Http2Goaway
from brownout.faults.http2_reset_stream import Http2ResetStream
from brownout.faults.http_status import HttpStatus
from brownout.faults.job_stuck import JobStuck
from brownout.faults.keepalives_only import KeepalivesOnly
from brownout.faults.misleading_error import MisleadingError
from brownout.faults.model_retired import ModelRetired
from brownout.faults.model_swapped import ModelSwapped
from brownout.faults.name_not_resolved import NameNotResolved
from brownout.faults.off_schema import OffSchema
from brownout.faults.overload import Overload
from brownout.faults.overloaded import Overloaded
from brownout.faults.platform_timeout import PlatformTimeout
from brownout.faults.quota_exhausted import QuotaExhausted
from brownout.faults.rate_limit import RateLimit
from brownout.faults.redirect import Redirect
from brownout.faults.request_duplicated import RequestDuplicated
from brownout.faults.server_error import ServerError
from brownout.faults.slow_drip import SlowDrip
from brownout.faults.slow_first_token import SlowFirstToken
from brownout.faults.slow_headers import SlowHeaders
from brownout.faults.slow_stream import SlowStream
from brownout.faults.stream_corrupt import StreamCorrupt
from brownout.faults.stream_cut import StreamCut
from brownout.faults.stream_drop import StreamDrop
from brownout.faults.stream_duplicate import StreamDuplicate
from brownout.faults.stream_error import StreamError
from brownout.faults.stream_incomplete import StreamIncomplete
from brownout.faults.stream_reorder import StreamReorder
from brownout.faults.stream_reset import StreamReset
from brownout.faults.stream_stall import StreamStall
from brownout.faults.tls_failure import TlsFailure
from brownout.faults.too_large import TooLarge
from brownout.faults.usage_missing import UsageMissing
from brownout.faults.webhook_duplicated import WebhookDuplicated
from brownout.faults.webhook_held import WebhookHeld
from brownout.faults.webhook_late import WebhookLate
from brownout.faults.webhook_lost import WebhookLost
from brownout.faults.webhook_reordered import WebhookReordered
from brownout.faults.webhook_unsigned import WebhookUnsigned
from brownout.faults.write_lost import WriteLost
from brownout.faults.wrong_content_type import WrongContentType
from brownout.faults.wrong_embedding import WrongEmbedding
from brownout.faults.wrong_language import WrongLanguage
from brownout.faults.wrong_tool_call import WrongToolCall
from brownout.faults.ws_close import WsClose
from brownout.faults.ws_delay import WsDelay
from brownout.faults.ws_drop import WsDrop
from brownout.faults.ws_duplicate import WsDuplicate
from brownout.faults.ws_error import WsError

FAULTS: dict[str, type[Fault]] = {
    "answer_lost": AnswerLost,
    "answer_refused": AnswerRefused,
    "answer_truncated": AnswerTruncated,
    "auth_error": AuthError,
    "broken_json": BrokenJson,
    "certificate_expired": CertificateExpired,
    "channel_shut": ChannelShut,
    "client_closed_request": ClientClosedRequest,
    "connection_refused": ConnectionRefused,
    "connection_reset": ConnectionReset,
    "content_refused": ContentRefused,
    "context_damaged": ContextDamaged,
    "context_too_long": ContextTooLong,
    "empty_answer": EmptyAnswer,
    "gateway_error": GatewayError,
    "gibberish": Gibberish,
    "half_open": HalfOpen,
    "hang": Hang,
    "history_crossed": HistoryCrossed,
    "history_duplicated": HistoryDuplicated,
    "history_gone": HistoryGone,
    "history_late": HistoryLate,
    "history_missing": HistoryMissing,
    "history_partial": HistoryPartial,
    "history_reordered": HistoryReordered,
    "history_stale": HistoryStale,
    "http2_goaway": Http2Goaway,
    "http2_reset_stream": Http2ResetStream,
    "http_status": HttpStatus,
    "job_stuck": JobStuck,
    "keepalives_only": KeepalivesOnly,
    "misleading_error": MisleadingError,
    "model_retired": ModelRetired,
    "model_swapped": ModelSwapped,
    "name_not_resolved": NameNotResolved,
    "off_schema": OffSchema,
    "overload": Overload,
    "overloaded": Overloaded,
    "platform_timeout": PlatformTimeout,
    "quota_exhausted": QuotaExhausted,
    "rate_limit": RateLimit,
    "redirect": Redirect,
    "request_duplicated": RequestDuplicated,
    "server_error": ServerError,
    "slow_drip": SlowDrip,
    "slow_first_token": SlowFirstToken,
    "slow_headers": SlowHeaders,
    "slow_stream": SlowStream,
    "stream_corrupt": StreamCorrupt,
    "stream_cut": StreamCut,
    "stream_drop": StreamDrop,
    "stream_duplicate": StreamDuplicate,
    "stream_error": StreamError,
    "stream_incomplete": StreamIncomplete,
    "stream_reorder": StreamReorder,
    "stream_reset": StreamReset,
    "stream_stall": StreamStall,
    "tls_failure": TlsFailure,
    "too_large": TooLarge,
    "usage_missing": UsageMissing,
    "webhook_duplicated": WebhookDuplicated,
    "webhook_held": WebhookHeld,
    "webhook_late": WebhookLate,
    "webhook_lost": WebhookLost,
    "webhook_reordered": WebhookReordered,
    "webhook_unsigned": WebhookUnsigned,
    "write_lost": WriteLost,
    "wrong_content_type": WrongContentType,
    "wrong_embedding": WrongEmbedding,
    "wrong_language": WrongLanguage,
    "wrong_tool_call": WrongToolCall,
    "ws_close": WsClose,
    "ws_delay": WsDelay,
    "ws_drop": WsDrop,
    "ws_duplicate": WsDuplicate,
    "ws_error": WsError,
}

__all__ = ["FAULTS", "Fault", "Strike"]
