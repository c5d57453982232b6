"""Reading what an answer cost from its last bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.usage import Meter, estimate


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        (b'{"usage":{"prompt_tokens":8,"completion_tokens":42,"total_tokens":50}}', 42),
        (b'data: {"choices":[],"usage":{"completion_tokens": 7}}\n\ndata: [DONE]\n\n', 7),
        (b'{"message":{"usage":{"output_tokens":1}}}\n{"usage":{"output_tokens":33}}', 33),
        (b'{"usageMetadata":{"candidatesTokenCount": 12}}', 12),
        (b'{"usage":{"inputTokens":1,"outputTokens":9}}', 9),
        (b'{"done":true,"eval_count":5}', 5),
        (b'{"usage":{"tokens":{"output_tokens":17.0}}}', 17),
        (b'{"answer":"no usage here"}', None),
        (b"", None),
    ],
)
def test_each_provider_names_its_output_tokens_in_its_own_words(body: bytes, tokens: int | None) -> None:
    meter = Meter()
    meter.feed(body)

    assert meter.output_tokens == tokens


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        (b'{"usage":{"prompt_tokens":8,"completion_tokens":42,"total_tokens":50}}', 8),
        (b'{"usageMetadata":{"promptTokenCount": 12,"candidatesTokenCount": 1}}', 12),
        (b'{"usage":{"inputTokens":1,"outputTokens":9}}', 1),
        (b'{"done":true,"prompt_eval_count":6,"eval_count":5}', 6),
        (b'{"message":{"usage":{"input_tokens":25}}}' + b"x" * 90_000, 25),
        (b"x" * 40_000, None),
    ],
)
def test_what_went_in_is_named_at_the_end_or_at_the_beginning(body: bytes, tokens: int | None) -> None:
    meter = Meter()
    for start in range(0, len(body), 1000):
        meter.feed(body[start : start + 1000])

    assert meter.input_tokens == tokens


@given(st.lists(st.integers(0, 60), max_size=8), st.integers(0, 10**8))
def test_it_does_not_matter_in_which_pieces_it_passes(cuts: list[int], tokens: int) -> None:
    body = b"x" * 20_000 + b'{"usage":{"completion_tokens":%d}}' % tokens
    meter, position = Meter(), 0
    for cut in cuts:
        meter.feed(body[position : position + cut])
        position += cut
    meter.feed(body[position:])

    assert meter.output_tokens == tokens


@given(st.text())
def test_a_text_costs_about_a_token_for_four_characters_and_never_nothing(text: str) -> None:
    assert max(1, len(text) / 4) <= estimate(text) <= len(text) / 4 + 1
