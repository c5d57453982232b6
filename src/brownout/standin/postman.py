"""Sending webhooks over HTTP: the handshake that comes first, and the request with its body."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

from brownout.dialects.headers import hexadecimal
from brownout.dialects.whatsapp import webhooks as whatsapp_webhooks
from brownout.exchange import Headers
from brownout.orders import Receiver

PATIENCE = 10.0
"""Seconds that a receiver has to answer."""
_LIMIT = aiohttp.ClientTimeout(total=PATIENCE)


class Postman:
    """Posts to receivers. ``note`` is told, once, of a receiver that fails the handshake."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._session: aiohttp.ClientSession | None = None
        self._verified: set[str] = set()
        self._noted: set[str] = set()

    async def close(self) -> None:
        """Close the connections to all receivers."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, receiver: Receiver, body: bytes, headers: Headers) -> int | None:
        """The status that the receiver answered; None where it does not, or was never verified."""
        if not await self._is_verified(receiver):
            return None
        try:
            asked = self._open().post(receiver.url, data=body, headers=headers, allow_redirects=False, timeout=_LIMIT)
            async with asked as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    async def _is_verified(self, receiver: Receiver) -> bool:
        if receiver.verify_token is None or receiver.url in self._verified:
            return True
        challenge = str(int(hexadecimal("challenge", receiver.url, 8), 16))
        query = whatsapp_webhooks.handshake(receiver.verify_token, challenge)
        url = f"{receiver.url}{'&' if '?' in receiver.url else '?'}{query}"
        try:
            async with self._open().get(url, allow_redirects=False, timeout=_LIMIT) as response:
                echoed, status = (await response.text(errors="replace")).strip(), response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False  # not up yet, or down: it is asked again with the next webhook
        if status == 200 and echoed == challenge:
            self._verified.add(receiver.url)
            return True
        if receiver.url not in self._noted:
            self._noted.add(receiver.url)
            self._note(
                f"the application did not prove that it expects webhooks: GET {receiver.url} with hub.challenge was "
                f"answered with {status} and not with the challenge; does it know the verify_token of the profile?"
            )
        return False

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session
