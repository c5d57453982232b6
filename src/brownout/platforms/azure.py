"""Azure OpenAI: https://learn.microsoft.com/azure/ai-foundry/openai/reference.

The same services under ``/openai/v1``, under a deployment's path, and under ``/openai`` with an ``api-version``.
"""

from __future__ import annotations

from brownout.platforms.base import Provider

AZURE = Provider(
    "azure",
    hosts=("*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com"),
    prefix="/azure",
    variables={"AZURE_API_BASE": "", "AZURE_OPENAI_ENDPOINT": ""},
    host="brownout.openai.azure.com",
    speaks="openai",
    base="/openai/v1",
    also=(r"/openai/deployments/[^/]+", "/openai", "/models(?=/)"),
)
