"""Changes to the conversation that a client sends along, on its way to the platform. Pure values.

The conversation is the list under ``messages`` (OpenAI's chat and most others), ``input`` (Responses) or ``contents``
(Gemini). Instructions stay, and so does the last thing that the user said, with all that follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from brownout import chance
from brownout.wire.edits import rewritten
from brownout.wire.edits_history import retold, strangers_words

Damage = Literal["trimmed", "reordered", "duplicated", "swapped", "forgotten"]
REFERENCES = ("previous_response_id", "conversation")
"""How a call names what the platform keeps: https://platform.openai.com/docs/guides/conversation-state."""
INSTRUCTIONS = ("system", "developer")
_LISTS = ("messages", "input", "contents")
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DamageContext:
    """What was said before the last question is hurt.

    ``trimmed`` leaves the ``keeps`` newest of it; ``swapped`` puts a stranger's words in its place, or those of
    ``others``; ``forgotten`` leaves nothing of it, nor a reference to what the platform keeps.
    """

    kind: Damage
    salt: str = ""
    keeps: int = 0
    others: tuple[str, ...] = ()

    def body(self, data: bytes) -> bytes:
        """The request's JSON, hurt; what is none, or holds nothing earlier, as it was."""
        return rewritten(data, self._value)

    def _value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if self.kind == "forgotten":
            value = {key: item for key, item in value.items() if key not in REFERENCES}
        for key in _LISTS:
            items = value.get(key)
            if isinstance(items, list) and all(isinstance(item, dict) for item in items):
                return {**value, key: self._list(items)}
        return value

    def _list(self, items: list[Item]) -> list[Item]:
        question = max((place for place, item in enumerate(items) if item.get("role") == "user"), default=0)
        instructions = [item for item in items[:question] if item.get("role") in INSTRUCTIONS]
        earlier = [item for item in items[:question] if item.get("role") not in INSTRUCTIONS]
        return [*instructions, *self._hurt(earlier), *items[question:]]

    def _hurt(self, earlier: list[Item]) -> list[Item]:
        match self.kind:
            case "trimmed":
                return earlier[max(0, len(earlier) - self.keeps) :]
            case "reordered":
                return self._reordered(earlier)
            case "duplicated":
                return [item for item in earlier for _ in range(2)]
            case "swapped":
                return [retold(item, self._words(place)) for place, item in enumerate(earlier)]
            case "forgotten":
                return []

    def _reordered(self, earlier: list[Item]) -> list[Item]:
        """By hash; the other way round, where what the user said would still come in order."""
        order = sorted(range(len(earlier)), key=lambda place: chance.unit(self.salt, place))
        users = [place for place in order if earlier[place].get("role") == "user"]
        return earlier[::-1] if users == sorted(users) else [earlier[place] for place in order]

    def _words(self, place: int) -> str:
        return self.others[place] if place < len(self.others) else strangers_words(self.salt, place)
