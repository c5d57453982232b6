"""Where an application takes what a platform sends to it, as a profile says it."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from brownout.config.model import Frozen

_ID = re.compile(r"[0-9]{1,20}")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def _digits(value: object) -> object:
    if isinstance(value, int | str) and not isinstance(value, bool) and _ID.fullmatch(str(value)):
        return str(value)
    raise ValueError(f"{value!r} is no id of WhatsApp's; it has digits only, 20 at most: 106540352242922")


Digits = Annotated[str, BeforeValidator(_digits), WithJsonSchema({"type": ["string", "integer"]})]


class Receiver(Frozen):
    """Where the application takes what a platform sends to it."""

    url: str
    """Path in the application, or a whole URL."""
    secret: str
    """What signatures are made with: the app secret (WhatsApp), or the webhook's secret (OpenAI: ``whsec_…``)."""
    verify_token: str | None = None
    """WhatsApp: what the application expects in the handshake that comes first; without it there is none."""
    phone_number_id: Digits | None = None
    """WhatsApp: the id of the business's phone number, as the application has it; ``106540352242922`` by default."""
    account_id: Digits | None = None
    """WhatsApp: the id of the business's account (WABA); ``102290129340398`` by default."""

    @model_validator(mode="after")
    def _secret_can_sign(self) -> Self:
        encoded = self.secret.removeprefix("whsec_")
        if not encoded or (encoded != self.secret and not _BASE64.fullmatch(encoded)):
            raise ValueError("secret: what follows whsec_ must be base 64; any other text is taken as it is")
        return self
