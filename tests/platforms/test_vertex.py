"""Which part of Vertex AI a path belongs to."""

from __future__ import annotations

import pytest

from brownout.services import BUILT_IN

PLACES = ["/v1", "/v1beta1", "/v1/projects/some-project/locations/us-central1"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("method", "path", "part"),
    [
        ("POST", "/publishers/google/models/gemini-2.5-flash:generateContent", "generate"),
        ("POST", "/publishers/google/models/gemini-2.5-flash:streamGenerateContent", "generate"),
        ("POST", "/endpoints/1234567890:generateContent", "generate"),
        ("POST", "/publishers/google/models/gemini-2.5-flash:countTokens", "count_tokens"),
        ("POST", "/publishers/google/models/text-embedding-005:predict", "embeddings"),
        ("POST", "/publishers/google/models/gemini-embedding-001:embedContent", "embeddings"),
        ("GET", "/publishers/google/models", "models"),
        ("GET", "/publishers/google/models/gemini-2.5-flash", "models"),
        ("POST", "/publishers/google/models/imagen-4.0-generate-001:predict", "other"),
        ("POST", "/publishers/anthropic/models/claude-sonnet-4-5:rawPredict", "other"),
    ],
)
def test_paths_of_every_place_are_known(place: str, method: str, path: str, part: str) -> None:
    assert BUILT_IN.service_of("vertex", method, place + path) == f"vertex.{part}"


@pytest.mark.parametrize(
    "host",
    ["aiplatform.googleapis.com", "us-central1-aiplatform.googleapis.com", "aiplatform.eu.rep.googleapis.com"],
)
def test_every_region_has_a_host(host: str) -> None:
    found = BUILT_IN.provider_of_host(host)
    assert found is not None
    assert found.name == "vertex"


@pytest.mark.parametrize("host", ["storage.googleapis.com", "oauth2.googleapis.com", "aiplatform.googleapis.com.evil"])
def test_other_hosts_of_google_are_left_alone(host: str) -> None:
    assert BUILT_IN.provider_of_host(host) is None
