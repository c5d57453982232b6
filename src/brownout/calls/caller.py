"""Who calls a platform, and from which region: the key or the signature of a request, and the host it is for. Pure.

The form of AWS's signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from dataclasses import dataclass

from brownout.exchange import Call, Request

_CREDENTIAL = re.compile(r"\s*AWS4-[A-Z0-9-]+\s+(?:[^,]*,\s*)?Credential=([^/,\s]+)/([^/,\s]*)/([^/,\s]*)/", re.ASCII)
# Which part of a platform a client pays for: a deployment of Azure, a project and its location at Google.
_PLACE = re.compile(r"/deployments/[^/]+|/projects/[^/]+/locations/[^/]+")
_PAYERS = ("openai-organization", "openai-project", "x-goog-user-project", "x-brownout-region")
_REGION = re.compile(r"([^.]+)\.api\..+|bedrock(?:-runtime)?(?:-fips)?\.([^.]+)\.amazonaws\.com", re.IGNORECASE)


@dataclass(frozen=True)
class Signer:
    """Who signed a request to AWS: the id of the access key, which is no secret, and the region it is good for."""

    key: str
    region: str


def signer_of(authorization: str) -> Signer | None:
    """The signer named in an ``Authorization`` header; None where it holds no signature of AWS."""
    match = _CREDENTIAL.match(authorization)
    return Signer(match[1], match[3]) if match else None


def bearer(call: Call) -> str | None:
    """The API key a call carries, or the access key that signed it; never written anywhere."""
    headers = call.request.headers
    authorization = headers.get("authorization", "")
    signer = signer_of(authorization)
    if signer is not None:
        return signer.key
    return authorization.removeprefix("Bearer ") or headers.get("x-api-key") or headers.get("api-key") or None


def issued_at(token: str | None) -> float | None:
    """When a token was issued, in Unix seconds, as it says itself (``iat`` of a JWT); None for a key that does not say.

    https://www.rfc-editor.org/rfc/rfc7519#section-4.1.6
    """
    parts = (token or "").split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    at = claims.get("iat") if isinstance(claims, dict) else None
    return float(at) if isinstance(at, int | float) and not isinstance(at, bool) and math.isfinite(at) else None


def region_of(request: Request) -> str | None:
    """The region that a signature is good for, else that of the host: ``eu.api.openai.com``; None where none is named.

    A client that was given a base URL signs for its region all the same, while the host is the platform's main one.
    """
    signer = signer_of(request.headers.get("authorization", ""))
    if signer is not None and signer.region:
        return signer.region
    match = _REGION.fullmatch(request.host.partition(":")[0])
    return (match[1] or match[2]) if match else None


def account_of(call: Call) -> str:
    """Twelve hex digits that stand for the account a call is made on: calls with the same ones share its limits.

    Made of the key, the host, the region, and where a client says who pays: organization and project of OpenAI
    (https://platform.openai.com/docs/api-reference/authentication), a quota project, project and location of Google,
    a deployment of Azure. Whoever holds two accounts may ask the second one while the first is limited.
    """
    request = call.request
    place = _PLACE.search(request.path)
    payers = (request.headers.get(name, "") for name in _PAYERS)
    parts = (call.api_key or "", request.host, region_of(request) or "", place.group() if place else "", *payers)
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
