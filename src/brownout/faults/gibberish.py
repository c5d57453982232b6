"""The model talks nonsense."""

from __future__ import annotations

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import spoken, talks

_SYLLABLES = ("bra", "dun", "elk", "fip", "gho", "ist", "jor", "kel", "mav", "nix", "ool", "pru", "qua", "sut", "vex")
_LONGEST = 4


class Gibberish(Fault):
    """The platform answers 200, in the right form, with words that mean nothing."""

    words: int = Field(default=40, ge=1, le=500)
    """How many words there are."""

    def applies(self, call: Call) -> bool:
        """Only a call that is answered in words."""
        return talks(call)

    def _word(self, strike: Strike, index: int) -> str:
        length = 1 + int(strike.uniform(f"length {index}") * _LONGEST)
        draws = (strike.uniform(f"syllable {index}.{nth}") for nth in range(length))
        return "".join(_SYLLABLES[int(draw * len(_SYLLABLES))] for draw in draws)

    def program(self, strike: Strike) -> Program:
        """Nonsense instead of an answer; the same in every run."""
        words = " ".join(self._word(strike, index) for index in range(self.words))
        return spoken(strike, lambda id: strike.platform.say(id, f"{words.capitalize()}."))
