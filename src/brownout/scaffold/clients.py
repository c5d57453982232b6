"""The libraries by which applications call platforms, one entry each. Platforms are those of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from brownout.scaffold.evidence import Evidence, Library

_OPENAI = {"OPENAI_API_KEY": "sk-test-0000"}
_ANTHROPIC = {"ANTHROPIC_API_KEY": "sk-ant-test-0000"}
_AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}


@dataclass(frozen=True)
class Client(Library):
    """A library that calls platforms.

    ``env`` is what it needs to start: made-up keys, and base URLs where it reads others than the catalogue's, or wants
    another path in them. ``by_variable``: it reads its base URL from the environment; else it must be intercepted.
    """

    platforms: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    by_variable: bool = True


CLIENTS: tuple[Client, ...] = (
    Client("openai", ("openai", "openai-java"), ("openai", "com.openai"), ("openai",), _OPENAI),
    Client(
        "anthropic",
        ("anthropic", "@anthropic-ai/sdk", "anthropic-java"),
        ("anthropic", "@anthropic-ai/sdk", "com.anthropic"),
        ("anthropic",),
        _ANTHROPIC,
    ),
    Client(
        "google-genai",
        ("google-genai", "@google/genai"),
        ("google.genai", "@google/genai"),
        ("gemini",),
        {"GEMINI_API_KEY": "test-key"},
    ),
    Client(
        "mistralai",
        ("mistralai", "@mistralai/mistralai"),
        ("mistralai", "@mistralai/mistralai"),
        ("mistral",),
        {"MISTRAL_API_KEY": "test-key"},
        by_variable=False,
    ),
    Client("cohere", ("cohere",), ("cohere",), ("cohere",), {"CO_API_KEY": "test-key"}),
    Client("ollama", ("ollama",), ("ollama",), ("ollama",)),
    Client("groq", ("groq", "groq-sdk"), ("groq", "groq-sdk"), ("groq",), {"GROQ_API_KEY": "test-key"}),
    Client("perplexity", ("perplexityai",), ("perplexity",), ("perplexity",), {"PERPLEXITY_API_KEY": "test-key"}),
    Client(
        "Bedrock by AWS's SDK",
        ("@aws-sdk/client-bedrock-runtime", "bedrockruntime", "langchain-aws"),
        ("@aws-sdk/client-bedrock-runtime", "software.amazon.awssdk.services.bedrockruntime", "langchain_aws"),
        ("bedrock",),
        _AWS,
    ),
    Client(
        "azure-ai-inference",
        ("azure-ai-inference", "@azure-rest/ai-inference"),
        ("azure.ai.inference", "@azure-rest/ai-inference"),
        ("azure",),
        {"AZURE_API_KEY": "test-key"},
        by_variable=False,
    ),
    Client("AI SDK, OpenAI", ("@ai-sdk/openai",), ("@ai-sdk/openai",), ("openai",), _OPENAI),
    Client(
        "AI SDK, Anthropic",
        ("@ai-sdk/anthropic",),
        ("@ai-sdk/anthropic",),
        ("anthropic",),
        {**_ANTHROPIC, "ANTHROPIC_BASE_URL": "{anthropic_base_url}/v1"},
    ),
    Client(
        "AI SDK, Google",
        ("@ai-sdk/google",),
        ("@ai-sdk/google",),
        ("gemini",),
        {"GOOGLE_GENERATIVE_AI_API_KEY": "test-key"},
        by_variable=False,
    ),
    Client(
        "AI SDK, Mistral",
        ("@ai-sdk/mistral",),
        ("@ai-sdk/mistral",),
        ("mistral",),
        {"MISTRAL_API_KEY": "test-key"},
        by_variable=False,
    ),
    Client(
        "LangChain, OpenAI",
        ("langchain-openai", "@langchain/openai"),
        ("langchain_openai", "@langchain/openai"),
        ("openai",),
        _OPENAI,
    ),
    Client(
        "LangChain, Anthropic",
        ("langchain-anthropic", "@langchain/anthropic"),
        ("langchain_anthropic", "@langchain/anthropic"),
        ("anthropic",),
        _ANTHROPIC,
    ),
    # Else it asks GitHub for the prices of models while it starts.
    Client(
        "LiteLLM", ("litellm",), ("litellm",), (), {**_OPENAI, **_ANTHROPIC, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    ),
    Client(
        "Spring AI, OpenAI",
        ("spring-ai-openai-spring-boot-starter", "spring-ai-starter-model-openai"),
        ("org.springframework.ai.openai",),
        ("openai",),
        {"SPRING_AI_OPENAI_API_KEY": "sk-test-0000", "SPRING_AI_OPENAI_BASE_URL": "{proxy_url}/openai"},
    ),
    Client(
        "Spring AI, Anthropic",
        ("spring-ai-anthropic-spring-boot-starter", "spring-ai-starter-model-anthropic"),
        ("org.springframework.ai.anthropic",),
        ("anthropic",),
        {"SPRING_AI_ANTHROPIC_API_KEY": "sk-ant-test-0000", "SPRING_AI_ANTHROPIC_BASE_URL": "{proxy_url}/anthropic"},
    ),
)


def clients_of(evidence: Evidence) -> tuple[Client, ...]:
    """The libraries by which an application calls platforms."""
    return tuple(client for client in CLIENTS if evidence.uses(client))
