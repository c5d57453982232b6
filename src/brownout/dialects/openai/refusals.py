"""OpenAI's errors that are about the caller: key, country, money, model, prompt, size. Pure.

Codes: https://platform.openai.com/docs/guides/error-codes; texts from there and from public reports of real answers.
"""

from __future__ import annotations

from brownout.dialects.openai.error import DEFAULT_MODEL, Error, Maker
from brownout.dialects.reading import key_of
from brownout.exchange import Call, Failure, FailureKind

_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_QUOTA_DOCS = (
    " For more information on this error, read the docs: "
    "https://platform.openai.com/docs/guides/error-codes/api-errors."
)
_DEACTIVATED = (
    "The OpenAI account associated with this API key has been deactivated. If you are the developer for this OpenAI "
    "app, please check your email for more information. If you are seeing this error while using another app or site, "
    "please reach out to them for more help."
)
_EXPIRED = "Your authentication token has expired. Please try signing in again."
_INVALIDATED = "Your authentication token has been invalidated. Please try signing in again."
_REFRESH = "Your refresh token has {why}. Please try signing in again."
_SCOPES = (
    "You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the "
    "correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a "
    "restricted API key, that it has the necessary scopes."
)
_BLOCKED_IMAGE = (
    "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com "
    "and include the request ID {id}. safety_violations=[violence]."
)
_BLOCKED_DALLE = (
    "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by "
    "our safety system."
)
_BLOCKED_PROMPT = (
    "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a "
    "different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting"
)
_TOO_LONG = (
    "This model's maximum context length is {limit} tokens. However, your messages resulted in {sent} tokens. Please "
    "reduce the length of the messages."
)
_TOO_LONG_RESPONSE = "Your input exceeds the context window of this model. Please adjust your input and try again."
_TOO_LONG_INPUT = (
    "This model's maximum context length is {limit} tokens, however you requested {sent} tokens ({sent} in your "
    "prompt; 0 for the completion). Please reduce your prompt; or completion length."
)
_LOCKED = "Another process is currently operating on this conversation. Please retry in a few seconds."
_DEPRECATED = "The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations"
_TIMED_OUT = (
    "Timed out generating response. Please try again with a shorter prompt or with `max_tokens` set to a lower value."
)
_MODELLED = ("audio", "chat", "completions", "embeddings", "images", "models", "moderations", "realtime", "responses")
_WINDOW, _EMBEDDED, _LARGEST = 128_000, 8192, 26_214_400  # tokens of a chat model and of an embedding, bytes of a body


def masked(key: str | None) -> str:
    """A key as the platform quotes it: its first and last four characters, unless that were most of it."""
    if not key:
        return ""
    return f"{key[:4]}{'*' * (len(key) - 8)}{key[-4:]}" if len(key) >= 20 else "*" * len(key)


def _flagged(call: Call, failure: Failure, organization: str, id: str) -> Error:
    return Error(401, _DEACTIVATED, code="account_deactivated")


def _expired(call: Call, failure: Failure, organization: str, id: str) -> Error:
    """A token ran out. The words for a login's refresh token: https://github.com/openai/codex/issues/6028."""
    if call.part == "login":
        return Error(401, _REFRESH.format(why="expired"), code="refresh_token_expired")
    if failure.logged_out:
        return Error(401, _INVALIDATED, code="token_invalidated")
    return Error(401, _EXPIRED, code="token_expired")


def _revoked(call: Call, failure: Failure, organization: str, id: str) -> Error:
    if call.part == "login" and failure.code == "refresh_token_reused":
        return Error(401, _REFRESH.format(why="already been used to generate a new access token"), code=failure.code)
    if call.part == "login":
        return Error(401, _REFRESH.format(why="been invalidated"), code="refresh_token_invalidated")
    quoted = masked(key_of(call.request.headers)).encode("ascii", "replace").decode()
    where = "You can find your API key at https://platform.openai.com/account/api-keys."
    return Error(401, f"Incorrect API key provided: {quoted}. {where}", code="invalid_api_key")


def _permission(call: Call, failure: Failure, organization: str, id: str) -> Error:
    return Error(403, _SCOPES, code="missing_scope")


def _region(call: Call, failure: Failure, organization: str, id: str) -> Error:
    message = "Country, region, or territory not supported"
    return Error(403, message, "request_forbidden", "unsupported_country_region_territory")


def _quota(call: Call, failure: Failure, organization: str, id: str) -> Error:
    """Since 2026 a code may tell which allowance it was; the text is then the shorter one."""
    code = failure.code or "insufficient_quota"
    message = _QUOTA + (_QUOTA_DOCS if code == "insufficient_quota" else "")
    return Error(429, message, "insufficient_quota", code)


def _conflict(call: Call, failure: Failure, organization: str, id: str) -> Error:
    """A conversation that is in use is a bad request here; for all the rest there is the status 409."""
    if call.part in ("conversations", "responses"):
        return Error(400, _LOCKED, code="conversation_locked", param="conversation")
    return Error(409, "Conflict")


def _content(call: Call, failure: Failure, organization: str, id: str) -> Error:
    if call.part != "images":
        return Error(400, _BLOCKED_PROMPT, code="invalid_prompt")
    if (call.model or "").startswith("dall-e"):
        return Error(400, _BLOCKED_DALLE, code="content_policy_violation")
    return Error(400, _BLOCKED_IMAGE.format(id=id), "image_generation_user_error", "moderation_blocked")


def _too_long(call: Call, failure: Failure, organization: str, id: str) -> Error:
    if call.part == "responses":
        return Error(400, _TOO_LONG_RESPONSE, code="context_length_exceeded", param="input")
    limit = failure.limit or (_EMBEDDED if call.part == "embeddings" else _WINDOW)
    sent = max(limit * 75 // 64, len(call.request.body) // 4)
    if call.part == "embeddings":
        return Error(400, _TOO_LONG_INPUT.format(limit=limit, sent=sent))
    return Error(400, _TOO_LONG.format(limit=limit, sent=sent), code="context_length_exceeded", param="messages")


def _retired(call: Call, failure: Failure, organization: str, id: str) -> Error:
    """A path without a model is itself what is gone, as those of the Assistants are."""
    named = call.request.path.removeprefix("/v1/models/")
    model = named if call.part == "models" and "/" not in named else call.model
    if call.part not in _MODELLED and (model is None or call.part == "assistants"):
        return Error(404, f"Invalid URL ({call.request.method} {call.request.path})")
    return Error(404, _DEPRECATED.format(model=model or DEFAULT_MODEL), code="model_not_found")


def _prefill(call: Call, failure: Failure, organization: str, id: str) -> Error:
    """OpenAI's own models go on from anything: this is what a model behind its grammar says that does not."""
    return Error(400, "The last message must be from the user.", param="messages")


def _timeout(call: Call, failure: Failure, organization: str, id: str) -> Error:
    return Error(408, _TIMED_OUT, "internal_error", "request_timeout")


def _too_large(call: Call, failure: Failure, organization: str, id: str) -> Error:
    limit = failure.limit or _LARGEST
    read = max(len(call.request.body), limit + 13_696)
    return Error(413, f"Maximum content size limit ({limit}) exceeded ({read} bytes read)", "server_error")


REFUSALS: dict[FailureKind, Maker] = {
    FailureKind.ACCOUNT_FLAGGED: _flagged,
    FailureKind.AUTH_EXPIRED: _expired,
    FailureKind.AUTH_REVOKED: _revoked,
    FailureKind.CONFLICT: _conflict,
    FailureKind.CONTENT_REFUSED: _content,
    FailureKind.CONTEXT_TOO_LONG: _too_long,
    FailureKind.MODEL_RETIRED: _retired,
    FailureKind.PERMISSION_DENIED: _permission,
    FailureKind.PREFILL_REFUSED: _prefill,
    FailureKind.QUOTA_EXHAUSTED: _quota,
    FailureKind.REGION_BLOCKED: _region,
    FailureKind.TIMEOUT: _timeout,
    FailureKind.TOO_LARGE: _too_large,
}
"""The maker of each kind of refusal."""
