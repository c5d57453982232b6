"""Gemini on Google Cloud's Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

# Without a project in express mode: https://cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview
_PLACE = r"/v1(?:beta1)?(?:/projects/[^/]+/locations/[^/]+)?"
_PUBLISHED = _PLACE + r"/publishers/google/models"
_MODEL = rf"(?:{_PUBLISHED}|{_PLACE}/endpoints)/[^/:]+:"

VERTEX = Provider(
    "vertex",
    hosts=("aiplatform.googleapis.com", "*-aiplatform.googleapis.com", "aiplatform.*.rep.googleapis.com"),
    prefix="/vertex",
    services=(
        service("vertex.count_tokens", ("POST",), _MODEL + "countTokens"),
        service("vertex.embeddings", ("POST",), _PUBLISHED + r"/[^/:]*embedding[^/:]*:(?:embedContent|predict)"),
        service("vertex.generate", ("POST",), _MODEL + "(?:generateContent|streamGenerateContent)"),
        service("vertex.models", ("GET",), _PUBLISHED + r"(?:/[^/:]+)?"),
    ),
    variables={"GOOGLE_VERTEX_BASE_URL": ""},
)
