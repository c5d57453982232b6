"""The texts and type names in errors of Gemini and Vertex AI, as they were seen in public reports. Pure."""

from __future__ import annotations

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
HELP = "type.googleapis.com/google.rpc.Help"
LOCALIZED = "type.googleapis.com/google.rpc.LocalizedMessage"
QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"
QUOTA_PAGE = "https://ai.google.dev/gemini-api/docs/rate-limits"

ABORTED = "The operation was aborted."
SUSPENDED = "Permission denied: Consumer '{consumer}' has been suspended."
BAD_KEY = "API key not valid. Please pass a valid API key."
BAD_TOKEN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
DEADLINE = "Deadline expired before operation could complete."
DENIED = "The caller does not have permission"
EXHAUSTED = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
    "head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: "
    "https://ai.dev/rate-limit. \n* Quota exceeded for metric: {metric}, limit: {limit}, model: {model}"
)
EXPIRED_KEY = "API key expired. Please renew the API key."
INTERNAL = (
    "An internal error has occurred. Please retry or report in "
    "https://developers.generativeai.google/guide/troubleshooting"
)
INVALID = "Request contains an invalid argument."
NO_CREDIT = (
    "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project "
    "and billing."
)
NO_ENTITY = "Requested entity was not found."
NO_FILE = "You do not have permission to access the File {file} or it may not exist."
NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
    "form of API consumer identity to call this API."
)
NO_MODEL = (
    "{model} is not found for API version {version}, or is not supported for {method}. Call ListModels to see the list "
    "of available models and their supported methods."
)
NO_PUBLISHER_MODEL = (
    "Publisher Model `{model}` was not found or your project does not have access to it. Please ensure you are using a "
    "valid model version. For more information, see: "
    "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"
)
NO_SUCH_MODEL = "Model is not found: {model} for api version {version}"
NO_TOKEN = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
OVERLOADED = "The model is overloaded. Please try again later."
REGION = "User location is not supported for the API use."
RETIRED = (
    "This model {model} is no longer available to new users. Please update your code to use a newer model for the "
    "latest features and improvements."
)
TOO_LARGE = "Request payload size exceeds the limit: 20971520 bytes."
TOO_LONG = "The input token count ({count}) exceeds the maximum number of tokens allowed ({limit})."
VERTEX_DENIED = "Permission 'aiplatform.endpoints.predict' denied on resource '{resource}' (or it may not exist)."
VERTEX_EXHAUSTED = (
    "Resource exhausted. Please try again later. Please refer to "
    "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details."
)
VERTEX_INTERNAL = "Internal error encountered."
PREFILL = "Please ensure that multiturn requests end with a user role or a function response."
