"""The registry of channels, by the names that rows begin with. One file a channel; one line here."""

from __future__ import annotations

from brownout.load.channel import Channel, Line
from brownout.load.http_channel import HttpChannel
from brownout.load.scene import Part
from brownout.load.whatsapp.channel import WhatsAppChannel
from brownout.orders import LoadOrders
from brownout.profile import Step

CHANNELS: dict[str, Channel] = {
    "http": HttpChannel(),
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


def names_of(place: int, number: int) -> dict[str, str]:
    """What all channels add to the names that templates know, for a user of the journey at this place."""
    return {name: value for channel in CHANNELS.values() for name, value in channel.names(place, number).items()}


def open_lines(part: Part, number: int, orders: LoadOrders) -> dict[str, Line]:
    """A user's lines, one for each channel that the journey's steps are taken on. Raises ChannelDown."""
    names = dict.fromkeys(name_of(step) for step in part.journey.steps)
    return {name: CHANNELS[name].open(part, number, orders) for name in names}
