"""Bedrock's errors: exception, status and text of each kind of failure, before and inside a stream. Pure.

Exceptions: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html; those that belong
to every AWS service: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html; texts from public
reports of real answers.
"""

from __future__ import annotations

from dataclasses import dataclass

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
_TOO_MANY = "Too many {} please wait before trying again."


@dataclass(frozen=True)
class Error:
    """One error before it becomes bytes. ``type`` is the exception that the AWS clients raise."""

    status: int
    type: str
    message: str
    key: str = "message"
    """What the text is called in the body: those who check an API key write it with a capital."""


_BY_KIND = {
    FailureKind.ACCOUNT_FLAGGED: Error(
        403, "AccessDeniedException", "Your account is not authorized to invoke this API operation."
    ),
    FailureKind.AUTH_EXPIRED: Error(
        403, "ExpiredTokenException", "The security token included in the request is expired"
    ),
    FailureKind.AUTH_REVOKED: Error(
        403, "UnrecognizedClientException", "The security token included in the request is invalid."
    ),
    FailureKind.CONFLICT: Error(
        400, "ConflictException", "Error occurred because of a conflict while performing an operation."
    ),
    FailureKind.CONTENT_REFUSED: Error(400, "ValidationException", _FILTERED),
    FailureKind.CONTEXT_TOO_LONG: Error(400, "ValidationException", "Input is too long for requested model."),
    FailureKind.HISTORY_MISSING: Error(404, "ResourceNotFoundException", "The specified resource ARN was not found."),
    FailureKind.INVALID_REQUEST: Error(
        400, "ValidationException", "Malformed input request, please reformat your input and try again."
    ),
    FailureKind.MODEL_RETIRED: Error(404, "ResourceNotFoundException", _END_OF_LIFE),
    FailureKind.NOT_FOUND: Error(404, "ResourceNotFoundException", "The specified resource ARN was not found."),
    FailureKind.OVERLOADED: Error(503, "ServiceUnavailableException", _UNABLE),
    FailureKind.PERMISSION_DENIED: Error(403, "AccessDeniedException", _NO_ACCESS),
    FailureKind.QUOTA_EXHAUSTED: Error(400, "ServiceQuotaExceededException", _QUOTA),
    FailureKind.RATE_LIMIT_REQUESTS: Error(429, "ThrottlingException", _TOO_MANY.format("requests,")),
    FailureKind.RATE_LIMIT_TOKENS: Error(429, "ThrottlingException", _TOO_MANY.format("tokens,")),
    FailureKind.REGION_BLOCKED: Error(400, "ValidationException", _COUNTRY),
    FailureKind.SERVER_ERROR: Error(500, "InternalServerException", _UNEXPECTED),
    FailureKind.TIMEOUT: Error(
        408, "ModelTimeoutException", "Model has timed out in processing the request. Try your request again."
    ),
    FailureKind.TOO_LARGE: Error(413, "RequestEntityTooLargeException", "Request entity is too large."),
}
_NO_TOKEN = Error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
_NOT_READY = "Model is not ready for inference. Wait and try your request again."
_BY_STATUS = {
    400: _BY_KIND[FailureKind.INVALID_REQUEST],
    401: _NO_TOKEN,
    403: _NO_TOKEN,
    404: _BY_KIND[FailureKind.NOT_FOUND],
    405: Error(405, "UnsupportedOperationException", "The requested method is not supported."),
    408: _BY_KIND[FailureKind.TIMEOUT],
    413: _BY_KIND[FailureKind.TOO_LARGE],
    424: Error(424, "ModelErrorException", _UNEXPECTED),
    429: Error(429, "ModelNotReadyException", _NOT_READY),
    500: _BY_KIND[FailureKind.SERVER_ERROR],
    503: _BY_KIND[FailureKind.OVERLOADED],
}
_GENERAL = (FailureKind.INVALID_REQUEST, FailureKind.OVERLOADED, FailureKind.SERVER_ERROR)
_WRONG_MODEL = "The provided model identifier is invalid."
_UNKNOWN_OPERATION = Error(
    404, "UnknownOperationException", "The requested operation is not recognized by the service."
)


def _usual(call: Call, failure: Failure) -> Error:
    """The error of a kind; a status of its own choosing names another exception where the kind is a general one."""
    kind, status = failure.kind, failure.status
    if kind is FailureKind.NOT_FOUND and call.model and not call.service.endswith((".models", ".other")):
        return Error(400, "ValidationException", _WRONG_MODEL)
    if kind is FailureKind.NOT_FOUND and call.service.endswith(".other"):
        return _UNKNOWN_OPERATION
    bearer = call.request.headers.get("authorization", "").lower().startswith("bearer ")
    if kind is FailureKind.AUTH_REVOKED and bearer:
        return Error(403, "AccessDeniedException", _API_KEY, "Message")
    usual = _BY_KIND[kind]
    if status is None or status == usual.status or kind not in _GENERAL:
        return usual
    return _BY_STATUS.get(status) or _BY_STATUS[500 if status >= 500 else 400]


def error_of(call: Call, failure: Failure) -> Error:
    """Bedrock's error for a failure."""
    usual = _usual(call, failure)
    message = usual.message if failure.message is None else failure.message
    return Error(failure.status or usual.status, usual.type, message, usual.key)


_IN_STREAM = {
    "InternalServerException": "internalServerException",
    "ModelErrorException": "modelStreamErrorException",
    "ModelNotReadyException": "throttlingException",
    "ServiceUnavailableException": "serviceUnavailableException",
    "ThrottlingException": "throttlingException",
    "ValidationException": "validationException",
}


def in_stream(error: Error, timeouts: bool) -> str:
    """The exception's name inside a stream, which knows fewer of them; ``timeouts``: also one that timed out."""
    if error.type == "ModelTimeoutException":
        return "modelTimeoutException" if timeouts else "modelStreamErrorException"
    return _IN_STREAM.get(error.type) or ("internalServerException" if error.status >= 500 else "validationException")
