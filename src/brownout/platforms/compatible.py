"""Platforms that speak OpenAI's grammar under another name. One line each: name → base URL as clients write it."""

from __future__ import annotations

from urllib.parse import urlsplit

from brownout.platforms.base import Provider

COMPATIBLE: dict[str, str] = {
    "cerebras": "https://api.cerebras.ai/v1",
    "dashscope": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "deepinfra": "https://api.deepinfra.com/v1/openai",
    "deepseek": "https://api.deepseek.com/v1",
    "fireworks": "https://api.fireworks.ai/inference/v1",
    "groq": "https://api.groq.com/openai/v1",
    "huggingface": "https://router.huggingface.co/v1",
    "moonshot": "https://api.moonshot.ai/v1",
    "nvidia": "https://integrate.api.nvidia.com/v1",
    "sambanova": "https://api.sambanova.ai/v1",
    "together": "https://api.together.xyz/v1",
    "xai": "https://api.x.ai/v1",
}
PARTS = ("audio", "chat", "completions", "embeddings", "images", "models", "moderations", "responses")
"""What such platforms may have of OpenAI's services; they keep nothing (files, conversations …) for their callers."""
# More hosts, more beginnings of paths, and base URLs that a platform's own SDK reads without its path.
_HOSTS = {
    "dashscope": ("dashscope.aliyuncs.com",),
    "moonshot": ("api.moonshot.cn",),
    "together": ("api.together.ai",),
    "xai": ("*.api.x.ai",),
}
_ALSO = {"deepseek": ("/beta", "")}
_BARE = {"cerebras": "CEREBRAS_BASE_URL", "groq": "GROQ_BASE_URL"}


def compatible(name: str, base_url: str) -> Provider:
    """The provider behind a base URL such as ``https://llm.example.com/v1``. Raises ValueError for no such URL."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{base_url!r} is no base URL; write it as the platform's clients do: https://api.x.ai/v1")
    base = parts.path.rstrip("/")
    whole = f"{name.upper().replace('-', '_')}_BASE_URL"
    return Provider(
        name,
        (host, *_HOSTS.get(name, ())),
        f"/{name}",
        variables=_variables(name, whole, base),
        speaks="openai",
        base=base,
        also=_ALSO.get(name, ()),
        parts=PARTS,
    )


def _variables(name: str, whole: str, base: str) -> dict[str, str]:
    if _BARE.get(name) != whole:
        return {whole: base}
    return {whole.replace("_BASE_URL", "_API_BASE"): base, whole: ""}
