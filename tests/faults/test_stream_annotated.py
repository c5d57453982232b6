"""Chunks about an answer among those of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable

from support.every_call import WORDS, begun, call_for

from brownout.effects import Forward
from brownout.faults import Fault, Strike


def test_an_annotation_follows_the_chunk_that_is_meant_and_knows_the_text_so_far(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    call = call_for("azure.chat", stream=True)
    (forward,) = fault_for("stream_annotated", on="azure.chat", after="4 events").program(strike_for(call=call))
    assert isinstance(forward, Forward)
    assert forward.edit is not None
    editor = forward.edit.editor()

    out = [editor.feed(index, event) for index, event in enumerate(begun(call, 8))]

    assert [len(events) for events in out] == [1, 1, 1, 1, 2, 1, 1, 1]
    value = json.loads(out[4][1].removeprefix(b"data: "))
    (choice,) = value["choices"]
    assert (value["id"], value["created"], "delta" in choice) == ("", 0, False)
    assert choice["content_filter_offsets"]["end_offset"] == len("".join(WORDS[:3]))
    assert editor.rest() == ()
