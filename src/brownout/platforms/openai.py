"""OpenAI: https://platform.openai.com/docs/api-reference."""

from __future__ import annotations

from brownout.platforms.base import ANY, Provider, delivery_service, service, status_service

OPENAI = Provider(
    "openai",
    hosts=("api.openai.com", "*.api.openai.com", "auth.openai.com", "status.openai.com"),
    prefix="/openai",
    services=(
        service("openai.assistants", ("GET", "POST", "DELETE"), r"/v1/(assistants|threads)(/.*)?"),
        service("openai.audio", ("POST",), r"/v1/audio/(speech|transcriptions|translations)"),
        service("openai.batches", ("GET", "POST"), r"/v1/batches(/.*)?"),
        service("openai.chat", ("GET", "POST", "DELETE"), r"/v1/chat/completions(/[^/]+(/messages)?)?"),
        service("openai.conversations", ANY, r"/v1/conversations(/.*)?"),
        service("openai.embeddings", ("POST",), r"/v1/embeddings"),
        service("openai.files", ("GET", "POST", "DELETE"), r"/v1/(files|uploads)(/.*)?"),
        service("openai.fine_tuning", ("GET", "POST"), r"/v1/fine_tuning/jobs(/.*)?"),
        service("openai.images", ("POST",), r"/v1/images/(generations|edits|variations)"),
        service("openai.login", ("POST",), r"/oauth/token", own=True),
        delivery_service("openai.mcp"),
        service("openai.models", ("GET", "DELETE"), r"/v1/models(/.+)?"),
        service("openai.moderations", ("POST",), r"/v1/moderations"),
        service("openai.realtime", ("GET", "POST"), r"/v1/realtime(/.*)?"),
        service("openai.responses", ANY, r"/v1/responses(/.*)?"),
        status_service("openai"),
        service("openai.vector_stores", ("GET", "POST", "DELETE"), r"/v1/vector_stores(/.*)?"),
        delivery_service("openai.webhooks"),
    ),
    variables={"OPENAI_API_BASE": "/v1", "OPENAI_BASE_URL": "/v1"},
)
