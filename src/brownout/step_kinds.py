"""Kinds of steps that are more than a path, and how a step is sent again, as a profile says them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from brownout.config.model import Frozen, Seconds

LONGEST_PATTERN = 5_000


def check_patterns(**patterns: str | None) -> None:
    """Regular expressions of a profile, by the keys that hold them. Raises ValueError for one that cannot be read."""
    for name, pattern in patterns.items():
        try:
            if len(pattern or "") > LONGEST_PATTERN:
                raise re.error(f"longer than {LONGEST_PATTERN:,} characters")
            re.compile(pattern or "")
        except (re.error, OverflowError) as error:
            raise ValueError(f"{name} is not a regular expression: {error}") from None
        except RecursionError:
            raise ValueError(f"{name} is not a regular expression that can be used: nested too deeply") from None


class Upload(Frozen):
    """A file that a form sends along."""

    file: str
    """Relative to the profile; 25 MB at most."""
    type: str | None = None
    """Its media type; by its name, unless said."""


class WebSocket(Frozen):
    """A message over a WebSocket, which stays open for the turns of an iteration."""

    connect: str
    """Path in the application, or a whole URL (``ws://``, ``http://``); a template."""
    send: Any = None
    """What is said: a text as it is, anything else as JSON; templates. Without it the user only listens."""
    protocols: tuple[str, ...] = ()
    """Subprotocols that are asked for: ``graphql-transport-ws``."""
    first: tuple[Any, ...] = ()
    """Messages that are sent once after connecting, before anything else; templates."""
    ready: str | None = None
    """JMESPath in a message: it is true in the one that answers the first messages, and is waited for."""
    done: str | None = None
    """JMESPath in a message: true in the last one of an answer; without it, the first one with a text is the answer."""


class SocketIO(Frozen):
    """An event over Socket.IO, whose connection stays open for the turns of an iteration.

    What comes is read as a message ``{event: NAME, data: VALUE}``; an acknowledgement has the event ``ack``.
    """

    emit: str | None = None
    """The event's name; a template. Without it the user only listens."""
    send: Any = None
    """Its data; templates."""
    connect: str = "/"
    """Where the server is: a path in the application, or a whole URL; a template."""
    path: str = "/socket.io"
    """The path of Socket.IO there."""
    namespace: str = "/"
    auth: dict[str, Any] | None = None
    """What is said when connecting; templates."""
    done: str | None = None
    """JMESPath in a message: true in the last one of an answer; without it, the first one with a text is the answer."""


class Said(Frozen):
    """What a user writes on WhatsApp: exactly one of a text, an image and a voice message."""

    text: str | None = None
    """A template, as all texts of a step."""
    image: str | None = None
    """A file (JPEG or PNG), relative to the profile."""
    voice: str | None = None
    """A file (Ogg), relative to the profile."""
    caption: str = ""
    """A template; goes with an image."""
    error: str | None = None
    """Regular expression, in any case: an answer with it is an error that the application shows."""
    incomplete: str | None = None
    """Regular expression, in any case: an answer with it says itself that it broke off."""
    to: Literal["business", "meta_ai"] = "business"
    """Whom: the application, or the channel's own assistant, which no outage of ours touches (a control)."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(thing is not None for thing in (self.text, self.image, self.voice)) != 1:
            raise ValueError("whatsapp: exactly one of text, image, voice is needed")
        check_patterns(error=self.error, incomplete=self.incomplete)
        return self


Failed: TypeAlias = Literal["error", "refused", "hung", "cut", "unreachable", "empty"]
"""Outcomes after which a user can know that something went wrong, and say it again."""


class Again(Frozen):
    """A user who sends the same again: the same message with the same canary and key, a number of times at most."""

    times: int = Field(default=1, ge=1, le=10)
    """So often at most, after the first time."""
    after: Seconds = 1.0
    """Pause before it is sent again."""
    on: tuple[Failed, ...] = Field(default=("error", "refused", "hung", "cut", "unreachable"), min_length=1)
    """The outcomes after which it is sent again."""


def _times(value: Any) -> Any:
    if isinstance(value, str | bool):
        allowed = "1 to 10, or {times: 2, after: 1s, on: [error, hung]}"
        raise ValueError(f"{value!r} is no number of times to send it again; allowed: {allowed}")
    return {"times": value} if isinstance(value, int) else value


_TIMES = {"type": "integer", "minimum": 1, "maximum": 10}
_SECONDS = {"type": ["string", "number"]}
Retry = Annotated[
    Again,
    BeforeValidator(_times),
    WithJsonSchema(
        {
            "anyOf": [
                _TIMES,
                {
                    "type": "object",
                    "properties": {
                        "times": _TIMES,
                        "after": _SECONDS,
                        "on": {"type": "array", "items": {"enum": list(get_args(Failed))}, "minItems": 1},
                    },
                    "additionalProperties": False,
                },
            ],
            "examples": [2, {"times": 2, "after": "1s", "on": ["error", "hung"]}],
        }
    ),
]
"""``2``, or ``{times: 2, after: 1s, on: [error, hung]}``."""
