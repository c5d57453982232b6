"""Which paths of Copilot, Direct Line, WhatsApp and the status pages are which service."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.services import BUILT_IN

TALK = "/beta/copilot/conversations"
LINE = "/v3/directline/conversations"


@pytest.mark.parametrize(
    ("host", "method", "path", "service"),
    [
        ("graph.microsoft.com", "POST", TALK, "copilot.conversations"),
        ("graph.microsoft.com", "POST", f"{TALK}/some-id/chat", "copilot.chat"),
        ("graph.microsoft.com", "POST", f"{TALK}/some-id/chatOverStream", "copilot.chat"),
        ("workiq.svc.cloud.microsoft", "POST", "/rest/conversations", "copilot.conversations"),
        ("workiq.svc.cloud.microsoft", "POST", "/rest/beta/conversations/some-id/chat", "copilot.chat"),
        ("workiq.svc.cloud.microsoft", "POST", "/rest/beta/copilot/conversations", "copilot.conversations"),
        ("graph.microsoft.com", "GET", "/v1.0/me/messages", "copilot.other"),
        ("directline.botframework.com", "POST", LINE, "directline.conversations"),
        ("europe.directline.botframework.com", "GET", f"{LINE}/abc", "directline.conversations"),
        ("india.directline.botframework.com", "GET", f"{LINE}/abc/activities", "directline.activities"),
        ("directline.botframework.com", "POST", f"{LINE}/abc/activities", "directline.activities"),
        ("directline.botframework.com", "POST", "/v3/directline/tokens/refresh", "directline.tokens"),
        ("directline.botframework.com", "GET", f"{LINE}/abc/stream", "directline.other"),
        ("graph.facebook.com", "POST", "/v25.0/106540352242922/messages", "whatsapp.messages"),
        ("graph.facebook.com", "POST", "/106540352242922/media", "whatsapp.media"),
        ("graph.facebook.com", "GET", "/v25.0/1037543291543636", "whatsapp.media"),
        ("graph.facebook.com", "DELETE", "/v25.0/1037543291543636", "whatsapp.media"),
        ("graph.facebook.com", "GET", "/v25.0/106540352242922", "whatsapp.numbers"),
        ("lookaside.fbsbx.com", "GET", "/whatsapp_business/attachments/", "whatsapp.media"),
        ("graph.facebook.com", "GET", "/v25.0/me/accounts", "whatsapp.other"),
        ("status.openai.com", "GET", "/api/v2/summary.json", "openai.status"),
        ("status.claude.com", "GET", "/api/v2/incidents/unresolved.json", "anthropic.status"),
        ("status.anthropic.com", "GET", "/api/v2/status.json", "anthropic.status"),
        ("status.openai.com", "GET", "/", "openai.other"),
    ],
)
def test_a_call_belongs_to_its_service(host: str, method: str, path: str, service: str) -> None:
    provider = BUILT_IN.provider_of_host(host)

    assert provider is not None
    assert BUILT_IN.service_of(provider.name, method, path) == service


def test_only_whose_page_it_is_has_a_status_service() -> None:
    assert [name for name in BUILT_IN.service_names if name.endswith(".status")] == [
        "anthropic.status",
        "openai.status",
    ]


@pytest.mark.parametrize(
    ("host", "path", "owned"),
    [
        ("graph.microsoft.com", "/v1.0/me", False),
        ("graph.microsoft.com", "/v1.0/users/ada%40example.com/drive/root:/a%20b.docx", False),
        ("GRAPH.microsoft.com.", "/v1.0/me", False),
        ("graph.microsoft.com", "/beta/copilot", True),
        ("graph.microsoft.com", "/BETA/COPILOT/conversations", True),
        ("graph.microsoft.com", "/v1.0/me/%63opilot/x", True),
        ("graph.microsoft.com", "/v1.0/me%2f..%2fcopilot", True),
        ("graph.microsoft.com", "/v1.0/me\\copilot", True),
        ("graph.microsoft.com", "/v1.0/$batch", True),
        ("graph.microsoft.com", "*", True),
        ("workiq.svc.cloud.microsoft", "/anything", True),
        ("graph.facebook.com", "/v25.0/me/accounts", False),
        ("graph.facebook.com", "/v25.0/act_1/ads", False),
        ("graph.facebook.com", "/v25.0/106540352242922", True),
        ("graph.facebook.com", "/%31%30/messages", True),
        ("graph.facebook.com", "/v25.0", True),
        ("lookaside.fbsbx.com", "/whatsapp_business/attachments/", True),
        ("lookaside.fbsbx.com", "/lookaside/crawler/media/", False),
        ("api.openai.com", "/anything", True),
    ],
)
def test_what_may_be_the_platforms_on_its_hosts_is(host: str, path: str, owned: bool) -> None:
    provider = BUILT_IN.provider_of_host(host)

    assert provider is not None
    assert provider.owns(host, path) is owned


@given(st.text(min_size=1))
def test_no_path_is_too_odd_to_be_judged(path: str) -> None:
    copilot = BUILT_IN.by_name["copilot"]
    assert copilot.owns("graph.microsoft.com", f"/beta/copilot/{path}")
    assert copilot.owns("graph.microsoft.com", path) in (True, False)
