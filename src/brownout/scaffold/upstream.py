"""Which platforms an application calls, and how its calls can be led to a drill. Pure but for the folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from brownout.scaffold.clients import Client
from brownout.scaffold.folder import Folder
from brownout.scaffold.secrets import MADE_UP, secrets_read_in
from brownout.services import BUILT_IN

Connect = Literal["base_url", "intercept"]
_HOST = re.compile(r"https?://([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_WORD = re.compile(r"\b[A-Z][A-Z0-9_]{3,60}\b")
_KEYS = {"AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"}
_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env")
_VARIABLES = {name: provider.name for provider in BUILT_IN.providers for name in provider.variables}
_BEDROCK = re.compile(r"""client\(\s*(?:service_name\s*=\s*)?["']bedrock""")
_AZURE = re.compile(r"\b(?:Async)?AzureOpenAI\b")


@dataclass(frozen=True)
class Upstream:
    """The platforms by name, how calls to them are led to a drill, and the variables that it needs."""

    platforms: tuple[str, ...]
    connect: Connect
    env: Mapping[str, str]


def upstream_of(folder: Folder, clients: tuple[Client, ...]) -> Upstream:
    """How the platforms that an application calls are reached: by what it says itself, then by its libraries."""
    sources = "\n".join(folder.sources.values())
    written, words = _platforms_written_in(sources), frozenset(_WORD.findall(sources))
    own = {_VARIABLES[word] for word in words if word in _VARIABLES}
    by_client = {name for client in clients for name in client.platforms}
    special = {name for name, sign in (("bedrock", _BEDROCK), ("azure", _AZURE)) if sign.search(sources)}
    led = own | special | {name for client in clients if client.by_variable for name in client.platforms}
    platforms = tuple(sorted(written | own | by_client | special))
    # A URL in the sources that no variable replaces is where the calls go.
    connect: Connect = "base_url" if set(platforms) <= led and not written - own else "intercept"
    secrets = dict.fromkeys(sorted(secrets_read_in(sources)), MADE_UP)
    return Upstream(platforms, connect, {**secrets, **_env(folder, clients, words, special)})


def _platforms_written_in(sources: str) -> set[str]:
    """The platforms whose hosts stand in the sources as such."""
    owners = (BUILT_IN.provider_of_host(host) for host in _HOST.findall(sources))
    return {owner.name for owner in owners if owner is not None}


def _env(folder: Folder, clients: tuple[Client, ...], words: frozenset[str], special: set[str]) -> dict[str, str]:
    """Made-up keys and base URLs: what libraries ask for, and whatever else the application itself calls a key."""
    env = {name: value for client in clients for name, value in client.env.items()}
    if "azure" in special:
        env |= {"AZURE_OPENAI_API_KEY": "test-key", "OPENAI_API_VERSION": "2024-10-21"}
    if "bedrock" in special:
        env |= dict.fromkeys(_KEYS, "test") | {"AWS_DEFAULT_REGION": "us-east-1"}
    named = {*words, *_names_in_examples(folder)}
    keys = (name for name in sorted(named) if name.endswith("_API_KEY") and _WORD.fullmatch(name))
    return {**dict.fromkeys(keys, "test-key"), **env}


def _names_in_examples(folder: Folder) -> Iterator[str]:
    """Names in files like ``.env``, and never a value."""
    for name in _EXAMPLES:
        for line in folder.text(name).splitlines():
            yield line.partition("=")[0].removeprefix("export ").strip()
