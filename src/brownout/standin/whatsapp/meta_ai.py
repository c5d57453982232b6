"""Meta AI, the channel's own assistant: it answers whatever becomes of the application, and so is a control. Pure."""

from __future__ import annotations

from brownout.dialects.whatsapp.messages import message_id
from brownout.exchange import Call, Request
from brownout.standin import answers
from brownout.standin.whatsapp.users import Message


def answer(seed: int, id: str, user: str, words: str, second: int) -> Message:
    """Its answer, in Unix second ``second``, to what a user said under this bare ``id``: an echo with its end."""
    call = Call("whatsapp.meta_ai", Request("POST", "", "/"), text=words)
    text, quoted = answers.text(seed, call), message_id(id, user)
    return Message(message_id(f"meta_ai {id}", user), "meta_ai", "", "text", text, {}, second, answers=quoted)
