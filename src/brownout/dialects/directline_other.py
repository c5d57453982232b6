"""All of Direct Line that has no dialect of its own."""

from __future__ import annotations

from brownout.dialects import directline


class DirectLineOther(directline.DirectLineDialect):
    """``directline.other``: fails as Direct Line does, and answers nothing."""

    service = "directline.other"
