"""A way to somewhere else."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from pydantic import ValidationError
from support.made import SERVICES, made

from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_leads_to_the_same_host_by_default(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool, status: int
) -> None:
    strike = strike_for(service, stream)

    answer = made(fault_for("redirect", on="*", status=status).program(strike))

    assert answer.status == status
    path = strike.call.request.path
    for base in ("https://api.example.com", "http://127.0.0.1:8080/prefix"):
        assert urljoin(f"{base}{path}", answer.headers["location"]) == f"{base}{path}/"


@pytest.mark.parametrize(
    ("path", "query", "other"),
    [
        ("/v1/responses/", "", "/v1/responses"),
        ("/v1beta/models/m:streamGenerateContent", "alt=sse", "/v1beta/models/m:streamGenerateContent/?alt=sse"),
    ],
)
def test_query_and_colons_survive_and_a_slash_comes_and_goes(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], path: str, query: str, other: str
) -> None:
    call = Call("openai.other", Request("POST", "api.openai.com", path, query))

    answer = made(fault_for("redirect").program(strike_for(call=call)))

    assert urljoin(f"http://h{path}", answer.headers["location"]) == f"http://h{other}"


@pytest.mark.parametrize(
    "to",
    ["/maintenance", "https://status.example.com/x", "http://127.0.0.1:9/x", "http://localhost/", "http://[::1]:1/"],
)
def test_a_place_of_ones_own_is_where_it_leads(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], to: str
) -> None:
    assert made(fault_for("redirect", to=to).program(strike_for())).headers["location"] == to


@pytest.mark.parametrize(
    "to",
    ["http://example.com/", "//example.com/", "/\\example.com", "ftp://127.0.0.1/", "here", "/a\nb", "https://", ""],
)
def test_a_place_that_is_none_is_refused(fault_for: Callable[..., Fault], to: str) -> None:
    with pytest.raises(ValidationError, match="no place for a redirect"):
        fault_for("redirect", to=to)
