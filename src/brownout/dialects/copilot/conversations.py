"""Conversations: https://learn.microsoft.com/microsoft-365-copilot/extensibility/api/ai-services/chat/copilotroot-post-conversations."""

from __future__ import annotations

from brownout.dialects.copilot import common as copilot
from brownout.exchange import Answer, Call, Reply


class CopilotConversations(copilot.CopilotDialect):
    """``copilot.conversations``: a new one for each call."""

    service = "copilot.conversations"

    def answer(self, call: Call, answer: Answer) -> Reply:
        made = copilot.conversation_of(call, answer)
        return copilot.ok(call, answer.id, copilot.shown(made, call.request.host), 201)
