"""Starting a conversation, and coming back to one.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-start-conversation
"""

from __future__ import annotations

from brownout.dialects.directline import common as directline
from brownout.exchange import Answer, Call, Reply


class DirectLineConversations(directline.DirectLineDialect):
    """``directline.conversations``: the conversation with a token for it alone."""

    service = "directline.conversations"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A new conversation, or the one that is named."""
        status = 201 if call.request.method == "POST" else 200
        named = directline.conversation_id(call, answer.id)
        value = directline.begun(named, directline.token(answer.id), f"wss://{call.request.host}")
        return directline.ok(answer.id, value, status)
