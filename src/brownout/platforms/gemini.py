"""Google's Gemini API: https://ai.google.dev/api."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

_VERSION = r"/v1(?:alpha|beta)?"
_MODEL = _VERSION + r"/(?:models|tunedModels)/[^/:]+:"

GEMINI = Provider(
    "gemini",
    hosts=("generativelanguage.googleapis.com",),
    prefix="/gemini",
    services=(
        service("gemini.count_tokens", ("POST",), _MODEL + "countTokens"),
        service("gemini.embeddings", ("POST",), _MODEL + "(?:embedContent|batchEmbedContents)"),
        service("gemini.files", ("DELETE", "GET"), _VERSION + r"/files(?:/[^/:]+)?"),
        service("gemini.files", ("POST",), r"/upload" + _VERSION + r"/files"),
        service("gemini.generate", ("POST",), _MODEL + "(?:generateContent|streamGenerateContent)"),
        service("gemini.models", ("GET",), _VERSION + r"/models(?:/[^/:]+)?"),
    ),
    variables={"GOOGLE_GEMINI_BASE_URL": ""},
)
