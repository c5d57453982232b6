"""What the keys of each platform look like. Pure.

The prefixes are those by which GitHub finds secrets in repositories, where a platform has one:
https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
"""

from __future__ import annotations

import re

KEYS: dict[str, tuple[str, ...]] = {
    "anthropic": (r"\bsk-ant-[A-Za-z0-9_-]{6,}",),
    "azure": (r"""(?i:\b(?:api-key|ocp-apim-subscription-key))["'\s:=]{1,8}[0-9a-fA-F]{32}\b""",),
    "bedrock": (
        r"\bA(?:KIA|SIA)[0-9A-Z]{16}\b",
        r"""(?i:\baws_?(?:secret_?access_?key|session_?token))["'\s:=]{1,8}[A-Za-z0-9/+=]{32,}""",
        r"\bbedrock-api-key-[A-Za-z0-9+/=]{20,}",
    ),
    "copilot": (r"\bgh[opsu]_[A-Za-z0-9]{20,}", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    "fireworks": (r"\bfw_[A-Za-z0-9]{16,}",),
    "gemini": (r"\bAIza[0-9A-Za-z_-]{20,}",),
    "groq": (r"\bgsk_[A-Za-z0-9]{20,}",),
    "huggingface": (r"\bhf_[A-Za-z]{30,}",),
    "nvidia": (r"\bnvapi-[A-Za-z0-9_-]{20,}",),
    "openai": (
        r"\bsk-(?:proj-|svcacct-|live-|test-)[A-Za-z0-9_-]{6,}",
        r"\bsk-(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{16,}",
        r"\bsk-[A-Za-z0-9_-]*\*{3,}[A-Za-z0-9_-]*",  # the key as OpenAI quotes it back
        r"\bwhsec_[A-Za-z0-9+/=]{20,}",
    ),
    "perplexity": (r"\bpplx-[A-Za-z0-9]{20,}",),
    "replicate": (r"\br8_[A-Za-z0-9]{20,}",),
    "together": (r"\btgp_v1_[A-Za-z0-9_-]{20,}",),
    "whatsapp": (r"\bEAA[A-Za-z0-9]{20,}",),
    "xai": (r"\bxai-[A-Za-z0-9]{20,}",),
}
"""By platform. A prefix and a length that no word has: what looks like them is one of these, or was made to."""
WAYS = (
    r"\bBearer\s+(?=[\w.~+/=-]*\d)[\w.~+/=-]{12,}",
    r"""[?&](?:key|api_?key|api-key|access_token)=(?=[^&\s"'<>]*\d)[^&\s"'<>]{12,}""",
)
"""How any key is carried: in a header, in a query."""
TOKENS = (
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}",
    r"""(?i:\b(?:set-)?cookie)["'\s:=]{1,8}[^\s"'=;]{1,80}=[^\s"';]{8,}""",
)
"""JSON Web Tokens and cookies. An application hands its own ones out to its users; a journal needs none of them."""

SHOWN = re.compile("|".join([*(each for patterns in KEYS.values() for each in patterns), *WAYS]), re.MULTILINE)
"""What no user should ever see."""
KEPT = re.compile(f"{SHOWN.pattern}|{'|'.join(TOKENS)}", re.MULTILINE)
"""What no journal and no report should hold."""
