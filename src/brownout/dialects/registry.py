"""The registry of dialects: service → instance. One file a service; one line here."""

from __future__ import annotations

from brownout.dialects.anthropic_count_tokens import AnthropicCountTokens
from brownout.dialects.anthropic_messages import AnthropicMessages
from brownout.dialects.anthropic_models import AnthropicModels
from brownout.dialects.anthropic_other import AnthropicOther
from brownout.dialects.base import Dialect
from brownout.dialects.openai_chat import OpenAIChat
from brownout.dialects.openai_conversations import OpenAIConversations
from brownout.dialects.openai_embeddings import OpenAIEmbeddings
from brownout.dialects.openai_images import OpenAIImages
from brownout.dialects.openai_models import OpenAIModels
from brownout.dialects.openai_other import OpenAIOther
from brownout.dialects.openai_responses import OpenAIResponses

DIALECTS: dict[str, Dialect] = {
    "anthropic.count_tokens": AnthropicCountTokens(),
    "anthropic.messages": AnthropicMessages(),
    "anthropic.models": AnthropicModels(),
    "anthropic.other": AnthropicOther(),
    "openai.chat": OpenAIChat(),
    "openai.conversations": OpenAIConversations(),
    "openai.embeddings": OpenAIEmbeddings(),
    "openai.images": OpenAIImages(),
    "openai.models": OpenAIModels(),
    "openai.other": OpenAIOther(),
    "openai.responses": OpenAIResponses(),
}


def dialect_for(service: str) -> Dialect:
    """The dialect of a service; one without a name of its own speaks as ``PROVIDER.other``.

    Raises KeyError for a provider that is not known.
    """
    return DIALECTS.get(service) or DIALECTS[f"{service.partition('.')[0]}.other"]
