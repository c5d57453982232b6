"""All of Microsoft Graph that has no dialect of its own: https://learn.microsoft.com/graph/overview."""

from __future__ import annotations

from brownout.dialects import copilot


class CopilotOther(copilot.CopilotDialect):
    """``copilot.other``: fails as Graph does, and answers nothing."""

    service = "copilot.other"
