"""Amazon Bedrock: https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html."""

from __future__ import annotations

from brownout.platforms.base import Provider, service

# The model's id is one segment: clients escape its colon, and the slashes of an ARN.
BEDROCK = Provider(
    "bedrock",
    hosts=(
        "bedrock-runtime.*.amazonaws.com",
        "bedrock-runtime-fips.*.amazonaws.com",
        "bedrock.*.amazonaws.com",
        "bedrock-fips.*.amazonaws.com",
    ),
    prefix="/bedrock",
    services=(
        service("bedrock.converse", ("POST",), r"/model/[^/]+/converse(-stream)?"),
        service("bedrock.invoke", ("POST",), r"/model/[^/]+/invoke(-with-response-stream)?"),
        service("bedrock.models", ("GET",), r"/foundation-models(/[^/]+)?"),
    ),
    variables={
        "ANTHROPIC_BEDROCK_BASE_URL": "",
        "AWS_ENDPOINT_URL_BEDROCK": "",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "",
    },
    host="bedrock-runtime.us-east-1.amazonaws.com",
)
