"""The options that brownout gives mitmproxy, whoever starts it. Imports nothing of mitmproxy."""

from __future__ import annotations

from brownout.services import Catalogue

ALWAYS = {"connection_strategy": "lazy", "upstream_cert": False}
"""Never call the platform before it is needed."""


def host_patterns(catalogue: Catalogue) -> list[str]:
    """What mitmproxy's ``allow_hosts`` must hold: the platforms' hosts, and nothing else."""
    patterns = []
    for provider in catalogue.providers:
        for host in provider.hosts:
            escaped = host.replace(".", r"\.").replace("*", r"[^:/]+")
            patterns.append(rf"^{escaped}:\d+$")
    return patterns
