"""The closed sets of words in which the journal says what happened. ``brownout.events`` says what they mean."""

from __future__ import annotations

from typing import Literal, TypeAlias

Form: TypeAlias = Literal["call", "websocket", "delivery", "connection"]
"""What an exchange is: see ``events.ExchangeEnds``."""
Via: TypeAlias = Literal["intercept", "base_url", "inbound"]
Sent: TypeAlias = Literal["written", "withheld", "fin", "rst", "rst_stream", "goaway", "released"]
Unsent: TypeAlias = Literal["nothing came that could overtake it", "it bears no signature that could be wrong"]
How: TypeAlias = Sent | Unsent | Literal["client_left", "client_gone", "the platform gave up waiting"]
"""By what an edge knows that a fault reached its receiver, or why it did not: see ``events.ExchangeEnds``."""
Closed: TypeAlias = Literal["complete", "cut", "fin", "rst", "rst_stream", "goaway"]
Ending: TypeAlias = Closed | Literal["client_left", "error", "released", "withheld", "upgraded"]
"""How an exchange ended: see ``events.ExchangeEnds``."""
Outcome: TypeAlias = Literal["ok", "half", "empty", "error", "refused", "cut", "hung", "unreachable", "turned_away"]
"""What a step was for its user: see ``events.JourneyStep``."""
Told: TypeAlias = Literal["shown", "excuse", "words", "nothing"]
"""By what a success shows that it is none: see ``events.JourneyStep``."""
Happening: TypeAlias = Literal["started", "ready", "exited", "killed", "stopped", "gone", "back", "note"]
"""What a part of a drill went through: see ``events.Process``."""
Completion: TypeAlias = Literal["completed", "stopped", "aborted", "interrupted", "failed"]
"""How a drill ended: see ``events.End``."""
