"""WhatsApp, by pywa: what comes is read, and what is sent fails in the few ways that matter."""

from __future__ import annotations

import logging
import math

import httpx
import stamina
from pywa_async import WhatsApp, errors, types, utils

from .queues import Received
from .settings import Settings

log = logging.getLogger(__name__)

_DOWN = frozenset((1, 2, 131000, 131016, 131057, 133004))
_LOCKED = (errors.AuthorizationError, errors.TemporarilyBlocked, errors.AccountLocked)
_KINDS = ("text", "image", "audio")


class Unsent(Exception):
    """A message that WhatsApp did not take. ``refused``: it takes none of ours; ``hopeless``: not this one, ever.

    ``retry_after`` is how many seconds it wants to be left alone; ``pair``: by us and this one user.
    """

    def __init__(
        self,
        why: str,
        *,
        refused: bool = False,
        hopeless: bool = False,
        pair: bool = False,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(why)
        self.refused = refused
        self.hopeless = hopeless
        self.pair = pair
        self.retry_after = retry_after


class Channel:
    """Our number on WhatsApp."""

    def __init__(self, settings: Settings) -> None:
        self._session = httpx.AsyncClient(timeout=httpx.Timeout(settings.call, connect=1.0))
        self.wa = WhatsApp(
            phone_id=settings.phone_id,
            token=settings.token,
            app_secret=settings.app_secret,
            verify_token=settings.verify_token,
            session=self._session,
            # It forgets them with every restart, and counts an update as known that we could not keep.
            skip_duplicate_updates=False,
        )
        if settings.whatsapp:  # pywa has set its own; the session is ours
            self._session.base_url = httpx.URL(f"{settings.whatsapp}/v{utils.Version.GRAPH_API}")

    async def send(self, phone: str, text: str, quotes: str | None) -> None:
        """One message, that quotes another. Raises Unsent."""
        try:
            await self.wa.send_message(phone, text, reply_to_message_id=quotes)
        except Exception as error:
            raise _unsent(error) from error

    async def read(self, wamid: str) -> None:
        """Says that we have read a message, and that an answer is on its way. Raises Unsent."""
        try:
            await self.wa.indicate_typing(wamid)
        except Exception as error:
            raise _unsent(error) from error

    async def fetch(self, media: str) -> bytes:
        """A file that somebody sent. Raises Unsent."""
        async for attempt in stamina.retry_context(on=_again, attempts=3, wait_initial=0.1, wait_max=0.5):
            with attempt:
                try:
                    return await (await self.wa.get_media_url(media)).get_bytes()
                except Exception as error:
                    raise _unsent(error) from error
        raise AssertionError("stamina ends with a file or an error")

    async def close(self) -> None:
        """Ends its connections."""
        await self._session.aclose()


def received(message: types.Message) -> Received:
    """What of a message is kept until it is answered."""
    kind = message.type.value
    file = message.image or message.voice or message.audio
    return Received(
        wamid=message.id,
        phone=str(message.from_user.wa_id),
        kind=kind if kind in _KINDS else "other",
        text=message.text or message.caption or "",
        media=file.id if file else None,
        mime=file.mime_type if file else None,
    )


def _again(error: Exception) -> bool:
    return isinstance(error, Unsent) and not (error.refused or error.hopeless or error.retry_after)


def _unsent(error: Exception) -> Unsent:
    if not isinstance(error, errors.WhatsAppError):
        # A timeout, a broken connection, a page where an answer should be: whether it was sent nobody knows.
        return Unsent(f"{type(error).__name__}: {error}")
    why, status = f"{error.code}: {error.message}", error.status_code or 0
    if isinstance(error, _LOCKED) or status == 401:
        return Unsent(why, refused=True)
    if isinstance(error, errors.ThrottlingError) or status == 429:
        pair = isinstance(error, errors.TooManyMessages)
        return Unsent(why, pair=pair, retry_after=_retry_after(error.raw_response))
    return Unsent(why, hopeless=status < 500 and error.code not in _DOWN)


def _retry_after(response: httpx.Response | None) -> float:
    try:
        seconds = float(response.headers.get("retry-after", "")) if response else 0.0
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
