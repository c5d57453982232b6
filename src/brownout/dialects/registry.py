"""The registry of dialects: service → instance. One file a service; one line here."""

from __future__ import annotations

from copy import copy
from functools import lru_cache

from brownout.dialects.anthropic.batches import AnthropicBatches
from brownout.dialects.anthropic.common import AnthropicDialect
from brownout.dialects.anthropic.count_tokens import AnthropicCountTokens
from brownout.dialects.anthropic.files import AnthropicFiles
from brownout.dialects.anthropic.messages import AnthropicMessages
from brownout.dialects.anthropic.models import AnthropicModels
from brownout.dialects.base import Dialect
from brownout.dialects.bedrock.common import BedrockDialect
from brownout.dialects.bedrock.converse import BedrockConverse
from brownout.dialects.bedrock.invoke import BedrockInvoke
from brownout.dialects.bedrock.models import BedrockModels
from brownout.dialects.cohere.chat import CohereChat
from brownout.dialects.cohere.common import CohereDialect
from brownout.dialects.cohere.embeddings import CohereEmbeddings
from brownout.dialects.cohere.models import CohereModels
from brownout.dialects.cohere.rerank import CohereRerank
from brownout.dialects.compatible.azure_chat import AzureChat
from brownout.dialects.compatible.chat import CompatibleChat
from brownout.dialects.compatible.mistral_chat import MistralChat, MistralFim
from brownout.dialects.compatible.mistral_embeddings import MistralEmbeddings
from brownout.dialects.compatible.mistral_models import MistralModels
from brownout.dialects.compatible.models import CompatibleModels
from brownout.dialects.compatible.openrouter_chat import OpenRouterChat
from brownout.dialects.compatible.openrouter_messages import OpenRouterMessages
from brownout.dialects.compatible.perplexity_async import PerplexityAsync
from brownout.dialects.compatible.perplexity_chat import PerplexityChat
from brownout.dialects.compatible.perplexity_search import PerplexitySearch
from brownout.dialects.copilot.chat import CopilotChat
from brownout.dialects.copilot.common import CopilotDialect
from brownout.dialects.copilot.conversations import CopilotConversations
from brownout.dialects.directline.activities import DirectLineActivities
from brownout.dialects.directline.common import DirectLineDialect
from brownout.dialects.directline.conversations import DirectLineConversations
from brownout.dialects.directline.tokens import DirectLineTokens
from brownout.dialects.gemini.common import GeminiDialect
from brownout.dialects.gemini.count_tokens import GeminiCountTokens
from brownout.dialects.gemini.embeddings import GeminiEmbeddings
from brownout.dialects.gemini.files import GeminiFiles
from brownout.dialects.gemini.generate import GeminiGenerate
from brownout.dialects.gemini.models import GeminiModels
from brownout.dialects.gemini.vertex_embeddings import VertexEmbeddings
from brownout.dialects.gemini.vertex_models import VertexModels
from brownout.dialects.ollama.chat import OllamaChat
from brownout.dialects.ollama.common import OllamaDialect
from brownout.dialects.ollama.embeddings import OllamaEmbeddings
from brownout.dialects.ollama.generate import OllamaGenerate
from brownout.dialects.ollama.models import OllamaModels
from brownout.dialects.ollama.openai import OllamaOpenAIChat, OllamaOpenAIEmbeddings, OllamaOpenAIModels
from brownout.dialects.openai.assistants import OpenAIAssistants
from brownout.dialects.openai.audio import OpenAIAudio
from brownout.dialects.openai.batches import OpenAIBatches
from brownout.dialects.openai.chat import OpenAIChat
from brownout.dialects.openai.common import OpenAIDialect
from brownout.dialects.openai.conversations import OpenAIConversations
from brownout.dialects.openai.embeddings import OpenAIEmbeddings
from brownout.dialects.openai.files import OpenAIFiles
from brownout.dialects.openai.fine_tuning import OpenAIFineTuning
from brownout.dialects.openai.images import OpenAIImages
from brownout.dialects.openai.login import OpenAILogin
from brownout.dialects.openai.mcp import OpenAIMcp
from brownout.dialects.openai.models import OpenAIModels
from brownout.dialects.openai.moderations import OpenAIModerations
from brownout.dialects.openai.realtime import OpenAIRealtime
from brownout.dialects.openai.responses import OpenAIResponses
from brownout.dialects.openai.vector_stores import OpenAIVectorStores
from brownout.dialects.openai.webhooks import OpenAIWebhooks
from brownout.dialects.status_page import StatusPage
from brownout.dialects.whatsapp.common import WhatsAppDialect
from brownout.dialects.whatsapp.media import WhatsAppMedia
from brownout.dialects.whatsapp.messages import WhatsAppMessages
from brownout.dialects.whatsapp.numbers import WhatsAppNumbers
from brownout.dialects.whatsapp.webhooks import WhatsAppWebhooks
from brownout.services import speaks

DIALECTS: dict[str, Dialect] = {
    "anthropic.batches": AnthropicBatches(),
    "anthropic.count_tokens": AnthropicCountTokens(),
    "anthropic.files": AnthropicFiles(),
    "anthropic.messages": AnthropicMessages(),
    "anthropic.models": AnthropicModels(),
    "anthropic.other": AnthropicDialect(),
    "anthropic.status": StatusPage("anthropic"),
    "azure.chat": AzureChat(),
    "bedrock.converse": BedrockConverse(),
    "bedrock.invoke": BedrockInvoke(),
    "bedrock.models": BedrockModels(),
    "bedrock.other": BedrockDialect(),
    "cohere.chat": CohereChat(),
    "cohere.embeddings": CohereEmbeddings(),
    "cohere.models": CohereModels(),
    "cohere.other": CohereDialect(),
    "cohere.rerank": CohereRerank(),
    "copilot.chat": CopilotChat(),
    "copilot.conversations": CopilotConversations(),
    "copilot.other": CopilotDialect(),
    "directline.activities": DirectLineActivities(),
    "directline.conversations": DirectLineConversations(),
    "directline.other": DirectLineDialect(),
    "directline.tokens": DirectLineTokens(),
    "gemini.count_tokens": GeminiCountTokens(),
    "gemini.embeddings": GeminiEmbeddings(),
    "gemini.files": GeminiFiles(),
    "gemini.generate": GeminiGenerate(),
    "gemini.models": GeminiModels(),
    "gemini.other": GeminiDialect(),
    "mistral.chat": MistralChat(),
    "mistral.embeddings": MistralEmbeddings(),
    "mistral.fim": MistralFim(),
    "mistral.models": MistralModels(),
    "ollama.chat": OllamaChat(),
    "ollama.embeddings": OllamaEmbeddings(),
    "ollama.generate": OllamaGenerate(),
    "ollama.models": OllamaModels(),
    "ollama.openai_chat": OllamaOpenAIChat(),
    "ollama.openai_embeddings": OllamaOpenAIEmbeddings(),
    "ollama.openai_models": OllamaOpenAIModels(),
    "ollama.other": OllamaDialect(),
    "openai.assistants": OpenAIAssistants(),
    "openai.audio": OpenAIAudio(),
    "openai.batches": OpenAIBatches(),
    "openai.chat": OpenAIChat(),
    "openai.conversations": OpenAIConversations(),
    "openai.embeddings": OpenAIEmbeddings(),
    "openai.files": OpenAIFiles(),
    "openai.fine_tuning": OpenAIFineTuning(),
    "openai.images": OpenAIImages(),
    "openai.login": OpenAILogin(),
    "openai.mcp": OpenAIMcp(),
    "openai.models": OpenAIModels(),
    "openai.moderations": OpenAIModerations(),
    "openai.other": OpenAIDialect(),
    "openai.realtime": OpenAIRealtime(),
    "openai.responses": OpenAIResponses(),
    "openai.status": StatusPage("openai"),
    "openai.vector_stores": OpenAIVectorStores(),
    "openai.webhooks": OpenAIWebhooks(),
    "openrouter.chat": OpenRouterChat(),
    "openrouter.messages": OpenRouterMessages(),
    "perplexity.async": PerplexityAsync(),
    "perplexity.chat": PerplexityChat(),
    "perplexity.search": PerplexitySearch(),
    "vertex.count_tokens": GeminiCountTokens("vertex"),
    "vertex.embeddings": VertexEmbeddings("vertex"),
    "vertex.generate": GeminiGenerate("vertex"),
    "vertex.models": VertexModels("vertex"),
    "vertex.other": GeminiDialect("vertex"),
    "whatsapp.media": WhatsAppMedia(),
    "whatsapp.messages": WhatsAppMessages(),
    "whatsapp.numbers": WhatsAppNumbers(),
    "whatsapp.other": WhatsAppDialect(),
    "whatsapp.webhooks": WhatsAppWebhooks(),
}
COMPATIBLE: dict[str, Dialect] = {"chat": CompatibleChat(), "models": CompatibleModels()}
"""What of OpenAI's grammar other platforms speak in a plainer way, by part."""


def dialect_for(service: str) -> Dialect:
    """The dialect of a service; one without a name of its own speaks as ``PROVIDER.other``.

    Raises KeyError for a provider that is not known.
    """
    return DIALECTS.get(service) or _spoken(service, speaks(service.partition(".")[0]))


@lru_cache(maxsize=1024)
def _spoken(service: str, family: str) -> Dialect:
    """The dialect of a service without a line of its own: another provider's, under this one's name."""
    provider, _, part = service.partition(".")
    dialect = DIALECTS.get(f"{family}.{part}") or DIALECTS[f"{family}.other"]
    if family == provider:
        return dialect
    named = copy(COMPATIBLE.get(part, dialect))
    named.service = service
    return named
