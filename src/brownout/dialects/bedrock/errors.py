"""Bedrock's errors: exception, status and text of each kind of failure, before and inside a stream. Pure.

Exceptions: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html; those that belong
to every AWS service: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html; texts from public
reports of real answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from brownout.dialects.error_table import Error, as_asked
from brownout.exchange import Call, Failure, FailureKind

_UNABLE = "Bedrock is unable to process your request."
_UNEXPECTED = "The system encountered an unexpected error during processing. Try your request again."
_COUNTRY = (
    "Access to Anthropic models is not allowed from unsupported countries, regions, or territories. Please refer to "
    "https://www.anthropic.com/supported-countries for more information on the countries and regions Anthropic "
    "currently supports."
)
_FILTERED = (
    "This request has been blocked by our content filters. Our filters automatically flagged this prompt because it "
    "may conflict with our AUP or AWS Responsible AI Policy. Please adjust your text prompt to submit a new request."
)
_END_OF_LIFE = (
    "This model version has reached the end of its life. Please refer to the AWS documentation for more details."
)
_NO_ACCESS = "You don't have access to the model with the specified model ID."
_QUOTA = "Your request exceeds the service quota for your account."
_API_KEY = "Authentication failed: Please make sure your API Key is valid."
_PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."
_TOO_MANY = "Too many {} please wait before trying again."


@dataclass(frozen=True)
class AwsError(Error):
    """One error before it becomes bytes. ``code`` is the exception that the AWS clients raise."""

    key: str = "message"
    """What the text is called in the body: those who check an API key write it with a capital."""


_BY_KIND = {
    FailureKind.ACCOUNT_FLAGGED: AwsError(
        403, "Your account is not authorized to invoke this API operation.", "AccessDeniedException"
    ),
    FailureKind.AUTH_EXPIRED: AwsError(
        403, "The security token included in the request is expired", "ExpiredTokenException"
    ),
    FailureKind.AUTH_REVOKED: AwsError(
        403, "The security token included in the request is invalid.", "UnrecognizedClientException"
    ),
    FailureKind.CONFLICT: AwsError(
        400, "Error occurred because of a conflict while performing an operation.", "ConflictException"
    ),
    FailureKind.CONTENT_REFUSED: AwsError(400, _FILTERED, "ValidationException"),
    FailureKind.CONTEXT_TOO_LONG: AwsError(400, "Input is too long for requested model.", "ValidationException"),
    FailureKind.HISTORY_MISSING: AwsError(
        404, "The specified resource ARN was not found.", "ResourceNotFoundException"
    ),
    FailureKind.INVALID_REQUEST: AwsError(
        400, "Malformed input request, please reformat your input and try again.", "ValidationException"
    ),
    FailureKind.MODEL_RETIRED: AwsError(404, _END_OF_LIFE, "ResourceNotFoundException"),
    FailureKind.NOT_FOUND: AwsError(404, "The specified resource ARN was not found.", "ResourceNotFoundException"),
    FailureKind.OVERLOADED: AwsError(503, _UNABLE, "ServiceUnavailableException"),
    FailureKind.PERMISSION_DENIED: AwsError(403, _NO_ACCESS, "AccessDeniedException"),
    FailureKind.PREFILL_REFUSED: AwsError(400, _PREFILL, "ValidationException"),
    FailureKind.QUOTA_EXHAUSTED: AwsError(400, _QUOTA, "ServiceQuotaExceededException"),
    FailureKind.RATE_LIMIT_REQUESTS: AwsError(429, _TOO_MANY.format("requests,"), "ThrottlingException"),
    FailureKind.RATE_LIMIT_TOKENS: AwsError(429, _TOO_MANY.format("tokens,"), "ThrottlingException"),
    FailureKind.REGION_BLOCKED: AwsError(400, _COUNTRY, "ValidationException"),
    FailureKind.SERVER_ERROR: AwsError(500, _UNEXPECTED, "InternalServerException"),
    FailureKind.TIMEOUT: AwsError(
        408, "Model has timed out in processing the request. Try your request again.", "ModelTimeoutException"
    ),
    FailureKind.TOO_LARGE: AwsError(413, "Request entity is too large.", "RequestEntityTooLargeException"),
}
_NO_TOKEN = AwsError(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
_NOT_READY = "Model is not ready for inference. Wait and try your request again."
_BY_STATUS = {
    400: _BY_KIND[FailureKind.INVALID_REQUEST],
    401: _NO_TOKEN,
    403: _NO_TOKEN,
    404: _BY_KIND[FailureKind.NOT_FOUND],
    405: AwsError(405, "The requested method is not supported.", "UnsupportedOperationException"),
    408: _BY_KIND[FailureKind.TIMEOUT],
    413: _BY_KIND[FailureKind.TOO_LARGE],
    424: AwsError(424, _UNEXPECTED, "ModelErrorException"),
    429: AwsError(429, _NOT_READY, "ModelNotReadyException"),
    500: _BY_KIND[FailureKind.SERVER_ERROR],
    503: _BY_KIND[FailureKind.OVERLOADED],
}
_LIMITS = {FailureKind.RATE_LIMIT_REQUESTS: "requests", FailureKind.RATE_LIMIT_TOKENS: "tokens"}
_GENERAL = (FailureKind.INVALID_REQUEST, FailureKind.OVERLOADED, FailureKind.SERVER_ERROR)
_WRONG_MODEL = "The provided model identifier is invalid."
_UNKNOWN_OPERATION = AwsError(
    404, "The requested operation is not recognized by the service.", "UnknownOperationException"
)


def _usual(call: Call, failure: Failure) -> AwsError:
    """The error of a kind; a status of its own choosing names another exception where the kind is a general one."""
    kind, status = failure.kind, failure.status
    if kind is FailureKind.NOT_FOUND and call.model and not call.service.endswith((".models", ".other")):
        return AwsError(400, _WRONG_MODEL, "ValidationException")
    if kind is FailureKind.NOT_FOUND and call.service.endswith(".other"):
        return _UNKNOWN_OPERATION
    bearer = call.request.headers.get("authorization", "").lower().startswith("bearer ")
    if kind is FailureKind.AUTH_REVOKED and bearer:
        return AwsError(403, _API_KEY, "AccessDeniedException", "Message")
    if failure.per != "minute" and kind in _LIMITS:
        what = f"{_LIMITS[kind]} per day," if failure.per == "day" else "concurrent requests,"
        return AwsError(429, _TOO_MANY.format(what), "ThrottlingException")
    usual = _BY_KIND[kind]
    if status is None or status == usual.status or kind not in _GENERAL:
        return usual
    return _BY_STATUS.get(status) or _BY_STATUS[500 if status >= 500 else 400]


def error_of(call: Call, failure: Failure) -> AwsError:
    """Bedrock's error for a failure; its exceptions are its own, whatever code the failure asks for."""
    return as_asked(_usual(call, failure), failure)


_IN_STREAM = {
    "InternalServerException": "internalServerException",
    "ModelErrorException": "modelStreamErrorException",
    "ModelNotReadyException": "throttlingException",
    "ServiceUnavailableException": "serviceUnavailableException",
    "ThrottlingException": "throttlingException",
    "ValidationException": "validationException",
}


def in_stream(error: AwsError, timeouts: bool) -> str:
    """The exception's name inside a stream, which knows fewer of them; ``timeouts``: also one that timed out."""
    if error.code == "ModelTimeoutException":
        return "modelTimeoutException" if timeouts else "modelStreamErrorException"
    return _IN_STREAM.get(error.code) or ("internalServerException" if error.status >= 500 else "validationException")
