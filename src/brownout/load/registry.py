"""The registry of channels, by the names that rows begin with. One file a channel; one line here."""

from __future__ import annotations

import re

from brownout.load.channel import Channel, Line
from brownout.load.http_channel import HttpChannel
from brownout.load.scene import Part
from brownout.load.socketio_channel import SocketIOChannel
from brownout.load.websocket_channel import WebSocketChannel
from brownout.load.whatsapp.channel import WhatsAppChannel
from brownout.orders import LoadOrders
from brownout.profile import Step

_WORDS = re.compile(r"\b(canary|message)\b")
CHANNELS: dict[str, Channel] = {
    "http": HttpChannel(),
    "socketio": SocketIOChannel(),
    "websocket": WebSocketChannel(),
    "whatsapp": WhatsAppChannel(),
}


def name_of(step: Step) -> str:
    """The name of the channel that owns a step. Raises LookupError where none does."""
    owner = next((name for name, channel in CHANNELS.items() if channel.owns(step)), None)
    if owner is None:
        raise LookupError(f"step {step.name!r} is of no channel; there are {', '.join(CHANNELS)}")
    return owner


def channel_of(step: Step) -> Channel:
    """The channel that owns a step. Raises LookupError where none does."""
    return CHANNELS[name_of(step)]


def reads_on(step: Step) -> bool:
    """Whether a step is a question without words of its own: it reads the answer to what an earlier step said."""
    if not step.asks or step.whatsapp is not None:
        return False
    return not any(_WORDS.search(str(template)) for _, template in channel_of(step).templates(step))


def names_of(place: int, number: int) -> dict[str, str]:
    """What all channels add to the names that templates know, for a user of the journey at this place."""
    return {name: value for channel in CHANNELS.values() for name, value in channel.names(place, number).items()}


def open_lines(part: Part, number: int, orders: LoadOrders) -> dict[str, Line]:
    """A user's lines, one for each channel that the journey's steps are taken on. Raises ChannelDown."""
    names = dict.fromkeys(name_of(step) for step in part.journey.steps)
    return {name: CHANNELS[name].open(part, number, orders) for name in names}
