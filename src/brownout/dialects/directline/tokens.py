"""Tokens: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-authentication."""

from __future__ import annotations

from brownout.dialects.directline import common as directline
from brownout.exchange import Answer, Call, Reply


class DirectLineTokens(directline.DirectLineDialect):
    """``directline.tokens``: a token for a conversation that has not begun, or a fresh one."""

    service = "directline.tokens"

    def answer(self, call: Call, answer: Answer) -> Reply:
        named = directline.conversation_id(call, answer.id)
        value = {"conversationId": named, "token": directline.token(answer.id), "expires_in": directline.LIFE}
        return directline.ok(answer.id, value)
