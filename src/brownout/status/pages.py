"""Whose status page is what: names, ids and components, as the pages themselves give them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Component:
    """A line of the page. ``api``: it is what an incident of this platform's API shows on."""

    id: str
    name: str
    api: bool = False


@dataclass(frozen=True)
class Page:
    """A status page. ``imitates``: incident.io serves it, in a form that differs from Statuspage's in details.

    ``founded`` and ``updated``, in Unix seconds, are what its dates say while nothing happens.
    """

    id: str
    name: str
    url: str
    incident: str
    components: tuple[Component, ...]
    imitates: bool = False
    founded: float = 1_689_004_800.0
    updated: float = 1_788_523_416.857


PAGES = {
    "anthropic": Page(
        "tymt9n04zgry",
        "Claude",
        "https://status.claude.com",
        "Elevated errors on the Claude API",
        (
            Component("rwppv331jlwc", "claude.ai"),
            Component("0qbwn08sd68x", "Claude Console (platform.claude.com)"),
            Component("k8w3r06qmzrp", "Claude API (api.anthropic.com)", api=True),
            Component("yyzkbfz2thpt", "Claude Code"),
        ),
    ),
    "openai": Page(
        "01JMDK9XYNY6RXSED6SDWW50WY",
        "OpenAI",
        "https://status.openai.com",
        "Elevated error rates",
        (
            Component("01JMXBRMFE6N2NNT7DG6XZQ6PW", "Chat Completions", api=True),
            Component("01JMXBSB97A5DTXJB0E1ZWCVX4", "Responses", api=True),
            Component("01JMXBW7N2ZKH9GGYQ5PRTEM3D", "Images", api=True),
            Component("01JMXBXQC8J4V6SYA0HKDB9RNF", "Codex API"),
        ),
        imitates=True,
    ),
}
"""The pages that there are, by provider."""
