"""Activities: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-receive-activities."""

from __future__ import annotations

from brownout.dialects.base import Pace
from brownout.dialects.directline import common as directline
from brownout.exchange import Answer, Call, Reply


class DirectLineActivities(directline.DirectLineDialect):
    """``directline.activities``: an activity goes to the bot, which takes its time; GET has what was said."""

    service = "directline.activities"
    pace: Pace = "tokens"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The activity's id, or the bot's message: what was said before is kept elsewhere (``brownout.standin``)."""
        named = directline.conversation_id(call, answer.id)
        number = call.number if isinstance(call, directline.Numbered) else 0
        if call.request.method == "POST":
            return directline.ok(answer.id, {"id": directline.activity_id(named, number)})
        given = directline.bots_message(answer.text, directline.activity_id(named, 0))
        activities = [directline.activity(named, 1, answer.created, given)] if answer.pieces else []
        return directline.ok(answer.id, {"activities": activities, "watermark": str(len(activities))})
