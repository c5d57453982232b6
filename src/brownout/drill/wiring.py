"""What most likely keeps an application's calls from the drill, told from its profile alone. Pure."""

from __future__ import annotations

from brownout.profile import Profile


def missing_variable(profile: Profile) -> str:
    """What most likely keeps an application's calls from the proxy."""
    own = profile.start.env if profile.start else {}
    wanted = _wanted(profile.connect)
    astray = [name for name in wanted if name in own and "{" not in own[name]]
    if astray:
        return f"start.env sets {', '.join(astray)} to something else: leave it out, or use {wanted[astray[0]]}."
    if profile.start is None:
        prints = "brownout ca --port N" if profile.connect == "intercept" else "brownout proxy"
        return f"Start the application with {', '.join(wanted)}, as '{prints}' prints them for the drill's --port."
    if profile.connect == "base_url":
        return (
            "It was started with OPENAI_BASE_URL and ANTHROPIC_BASE_URL, which the official SDKs read; where yours "
            "reads another variable, add it to start.env with {openai_base_url} or {anthropic_base_url}, "
            "or try connect: intercept."
        )
    return (
        "It was started with HTTPS_PROXY and the drill's CA. Node before 22.21 ignores HTTPS_PROXY (give its fetch an "
        "EnvHttpProxyAgent); aiohttp needs trust_env=True; Java needs the CA in a trust store of its own. "
        "Or try connect: base_url."
    )


def _wanted(connect: str) -> dict[str, str]:
    if connect == "base_url":
        return {"OPENAI_BASE_URL": "{openai_base_url}", "ANTHROPIC_BASE_URL": "{anthropic_base_url}"}
    return {"HTTPS_PROXY": "{proxy_url}", **dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), "{ca}")}
