"""The model answers in a language that nobody asked for."""

from __future__ import annotations

from typing import Literal

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import spoken, talks

_TEXTS = {
    "arabic": "شكرا على سؤالك. سأساعدك بكل سرور، ولكن أحتاج أولا إلى مزيد من التفاصيل.",
    "french": "Merci pour votre question. Je vous aide volontiers, mais il me faut d'abord quelques précisions.",
    "german": "Danke für Ihre Frage. Ich helfe Ihnen gern, brauche dafür aber zuerst noch einige Angaben.",
    "japanese": "ご質問ありがとうございます。喜んでお手伝いしますが、まず詳しい状況を教えてください。",
    "russian": "Спасибо за ваш вопрос. Я с радостью помогу, но сначала мне нужны подробности.",
    "spanish": "Gracias por su pregunta. Le ayudaré con mucho gusto, pero antes necesito algunos detalles.",
}


class WrongLanguage(Fault):
    """The platform answers 200 with a short text in another language."""

    language: Literal["any", "arabic", "french", "german", "japanese", "russian", "spanish"] = "any"
    """Which language; any: one of these, by call."""

    def applies(self, call: Call) -> bool:
        """Only a call that is answered in words."""
        return talks(call)

    def program(self, strike: Strike) -> Program:
        """The foreign text instead of an answer."""
        names = sorted(_TEXTS)
        drawn = names[int(strike.uniform("language") * len(names))]
        words = _TEXTS[drawn if self.language == "any" else self.language]
        return spoken(strike, lambda id: strike.platform.say(id, words))
