"""What the application finds in its environment so that its calls to AI platforms come to the proxy. Pure but for the
certificate bundle.

Which client reads which variable was tried with the official SDKs; the documentation of the main ones:
https://github.com/openai/openai-python#configuring-the-http-client, https://www.python-httpx.org/environment_variables,
https://nodejs.org/api/cli.html#node_extra_ca_certsfile, https://nodejs.org/api/cli.html#node_use_env_proxy1.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from brownout import whole
from brownout.config.placeholders import substitute
from brownout.platforms import Provider
from brownout.services import BUILT_IN, Catalogue

CA_VARIABLES = ("AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Reach:
    """How to reach the proxy: its port, the drill's own CA, and a bundle of that CA and those the system trusts.

    ``catalogue``: the platforms that it stands in front of.
    """

    port: int
    ca: Path
    bundle: Path
    catalogue: Catalogue = BUILT_IN

    @property
    def url(self) -> str:
        """The URL of the proxy itself, for ``HTTPS_PROXY``."""
        return f"http://127.0.0.1:{self.port}"

    def base_url(self, provider: Provider) -> str:
        """What a client of this provider takes for the platform."""
        return self.url + provider.base_path

    @property
    def placeholders(self) -> dict[str, str]:
        """Names that a profile may use, with what they stand for."""
        urls = {provider.placeholder: self.base_url(provider) for provider in self.catalogue.providers}
        return {"proxy_url": self.url, "ca": str(self.bundle), **urls}


def variables(connect: Literal["intercept", "base_url"], reach: Reach) -> dict[str, str]:
    """The variables that lead a program's platform calls to the proxy."""
    if connect == "base_url":
        return {
            name: f"{reach.url}{provider.prefix}{suffix}"
            for provider in reach.catalogue.providers
            for name, suffix in provider.variables.items()
        }
    java = f"-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={reach.port} -Dhttp.nonProxyHosts=localhost|127.*|[::1]"
    return {
        "HTTPS_PROXY": reach.url,
        "https_proxy": reach.url,
        **dict.fromkeys(CA_VARIABLES, str(reach.bundle)),
        "NODE_USE_ENV_PROXY": "1",
        "JAVA_TOOL_OPTIONS": java,
    }


def application_environment(
    connect: Literal["intercept", "base_url"],
    reach: Reach,
    inherited: Mapping[str, str],
    own: Mapping[str, str],
    values: Mapping[str, str],
) -> dict[str, str]:
    """The application's whole environment: inherited, then ours, then the profile's ``own``, which wins.

    Variables that would lead platform calls past the proxy are taken out. Raises UnknownPlaceholder.
    """
    ours = variables(connect, reach)
    if connect == "intercept" and inherited.get("JAVA_TOOL_OPTIONS"):
        ours["JAVA_TOOL_OPTIONS"] = f"{inherited['JAVA_TOOL_OPTIONS']} {ours['JAVA_TOOL_OPTIONS']}"
    astray = (
        {name for provider in reach.catalogue.providers for name in provider.variables}
        if connect == "intercept"
        else set()
    )
    passed_on = {name: value for name, value in inherited.items() if name not in astray}
    no_proxy = _no_proxy(inherited.get("NO_PROXY") or inherited.get("no_proxy") or "", reach.catalogue)
    return {
        "PYTHONUNBUFFERED": "1",
        **passed_on,
        **ours,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        **{name: substitute(value, values) for name, value in own.items()},
    }


def _no_proxy(inherited: str, catalogue: Catalogue) -> str:
    """The hosts that are reached directly: ours, and those of the user's that do not bypass the drill."""
    entries = [entry.strip() for entry in inherited.split(",") if entry.strip()]
    others = [entry for entry in entries if entry not in LOCAL and not _covers_a_platform(entry, catalogue)]
    return ",".join([*LOCAL, *others])


def _covers_a_platform(entry: str, catalogue: Catalogue) -> bool:
    domain = entry.lstrip("*").lstrip(".").partition(":")[0].lower()
    if not domain or catalogue.provider_of_host(domain):
        return True
    return any(
        host.removeprefix("*.").endswith(f".{domain}") for provider in catalogue.providers for host in provider.hosts
    )


def write_bundle(ca: Path, into: Path, inherited: Mapping[str, str]) -> Path:
    """The drill's CA and those trusted so far, in one file: the usual variables replace the trust store."""
    trusted = [inherited.get("SSL_CERT_FILE"), _certifi(), ssl.get_default_verify_paths().cafile]
    trusted_file = next((Path(path) for path in trusted if path and Path(path).is_file()), None)
    before = trusted_file.read_text("utf-8", "replace").rstrip() + "\n" if trusted_file else ""
    own = ca.read_text("utf-8")
    whole.write(into, (before if own.strip() in before else before + own).encode())  # others may be reading it
    return into


def _certifi() -> str | None:
    try:
        import certifi
    except ImportError:
        return None
    return certifi.where()
