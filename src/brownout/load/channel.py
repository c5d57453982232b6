"""What a way of talking to an application must do, so that users of a journey can take steps on it.

An implementation is a file of its own and a line in ``registry``; whoever plays, checks or lints a journey asks these
two protocols and knows no channel by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from brownout.events import JourneyStep
from brownout.load.scene import Part, Scene
from brownout.orders import LoadOrders
from brownout.profile import Step

Keys = tuple[str, ...]
"""Where in a step something stands, as in YAML: ``("headers",)``."""


class ChannelDown(RuntimeError):
    """What carries a channel does not do its work: no fault of the application's, so the load ends and says why."""


@dataclass(frozen=True)
class Taken:
    """A step taken once. ``asked`` is False where it could not even be asked, for want of an earlier answer."""

    row: JourneyStep
    asked: bool = True


class Line(Protocol):
    """One user's end of a channel, with all that the channel keeps for this user while the load lasts.

    Every method may raise ChannelDown.
    """

    def take(self, scene: Scene, step: Step, turn: int) -> Taken:
        """Take a step: say something, wait ``scene.part.patience`` seconds at most, and read the answer.

        Called once more with the same turn where its user sends the same again.
        """

    def hear(self, scene: Scene) -> bool:
        """Look at what came unasked since the last time; whether it told the user of the channel's end."""

    def close(self, scene: Scene, turns: int) -> None:
        """End an iteration that had so many turns: look at what came, and write what was counted."""

    def look_once_more(self, scene: Scene) -> None:
        """Look when the timeline is over, and write rows only where anything came."""


class Channel(Protocol):
    """A way of talking to an application. It keeps nothing itself: what is a user's own is in the user's Line.

    Lint uses it too, in environments without Locust, gevent and requests, so its module imports none of them.
    """

    def owns(self, step: Step) -> bool:
        """Whether a step is taken on this channel; exactly one channel owns each step."""

    def column(self, step: Step) -> str:
        """What a row says of the channel: ``JourneyStep.channel``."""

    def templates(self, step: Step) -> Iterator[tuple[Keys, Any]]:
        """The templates (texts, or lists and mappings of texts) of a step that it owns, and where they stand."""

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        """What else is wrong with a step that it owns, in words, and where; ``folder`` is the profile's."""

    def lack(self, orders: LoadOrders) -> str | None:
        """What the orders do not say and this channel needs, as the rest of "journey ask …"; None where nothing."""

    def names(self, place: int, number: int) -> Mapping[str, str]:
        """What it adds to the names that every template knows, for a user ``number`` of the journey at ``place``."""

    def open(self, part: Part, number: int, orders: LoadOrders) -> Line:
        """The line of a user who begins. Raises ChannelDown where nobody said where it leads."""
