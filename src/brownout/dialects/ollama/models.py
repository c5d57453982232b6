"""Models, those that are loaded, and the version: https://docs.ollama.com/api/tags."""

from __future__ import annotations

from typing import Any

from brownout.dialects.headers import hexadecimal
from brownout.dialects.listing import listed
from brownout.dialects.ollama import common as ollama
from brownout.exchange import Answer, Call, Reply

VERSION = "0.13.0"
# name → family, size as people write it, bytes
MODELS = {
    "llama3.2:latest": ("llama", "3.2B", 2_019_393_189),
    "nomic-embed-text:latest": ("nomic-bert", "137M", 274_302_450),
    "qwen3:8b": ("qwen3", "8.2B", 5_225_388_164),
}
_MODIFIED = "2025-11-01T09:30:00Z"


def _details(name: str) -> dict[str, Any]:
    family, size, _ = MODELS.get(name, ("llama", "8.0B", 0))
    return {
        "parent_model": "",
        "format": "gguf",
        "family": family,
        "families": [family],
        "parameter_size": size,
        "quantization_level": "Q4_K_M",
    }


def _model(name: str, **more: Any) -> dict[str, Any]:
    size, digest = MODELS[name][2], hexadecimal("model", name, 64)
    return {"name": name, "model": name, "size": size, "digest": digest, "details": _details(name), **more}


def _shown(name: str) -> dict[str, Any]:
    family = _details(name)["family"]
    return {
        "modelfile": f"FROM {name}\n",
        "parameters": "",
        "template": "{{ .Prompt }}",
        "details": _details(name),
        "model_info": {"general.architecture": family, f"{family}.context_length": 8192},
        "capabilities": ["embedding"] if "embed" in name else ["completion", "tools"],
        "modified_at": _MODIFIED,
    }


class OllamaModels(ollama.OllamaDialect):
    """``ollama.models``: those that are there, those that are loaded, one of them, and the server's version."""

    service = "ollama.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What the path asks for; an answer without words is an empty list."""
        asked = call.request.path.rstrip("/").rpartition("/")[2]
        if asked == "version":
            return ollama.ok({"version": VERSION})
        if asked == "show":
            return ollama.ok(_shown(call.model or ollama.DEFAULT_MODEL))
        if asked == "ps":
            loaded = {"expires_at": ollama.created_at(answer, 15_000), "context_length": 4096}
            first = listed(answer, [next(iter(MODELS))], lambda name: _model(name, size_vram=MODELS[name][2], **loaded))
            return ollama.ok({"models": first})
        return ollama.ok({"models": listed(answer, MODELS, lambda name: _model(name, modified_at=_MODIFIED))})
