"""Sending one request as a user does: bit by bit, with an end to patience, and with what went wrong in words."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.parse import urljoin, urlsplit

import gevent
import requests
import urllib3
from urllib3.exceptions import DecodeError, HTTPError, InvalidHeader, NameResolutionError, NewConnectionError

from brownout.config.units import in_words
from brownout.load.bounded_http import Adapter, pieces
from brownout.load.reading import Received
from brownout.load.scene import Outgoing
from brownout.load.shown_reply import ShownReply

_PIECE = 16_384
"""Bytes that are read at once: a thousand times as many, where somebody compressed nothing but zeros."""
MOST_READ = 32 * 1024 * 1024
"""Bytes of an answer that a user takes. No answer for people is as long, and a load of users has one memory."""
_HEADERS = {"User-Agent": "brownout", "Accept-Encoding": "identity", "Connection": "close"}

urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


class PatienceEnded(BaseException):
    """The user has waited long enough. Not an Exception, so that no library on the way takes it for its own."""


class EndlessAnswer(Exception):
    """More came than any user takes."""


class Session(requests.Session):
    """Cookies of one user. No system proxy, nobody's netrc, and no redirect to another host."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, Adapter())
        self.verify = False  # an application under test may have made its certificate itself

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send on a connection of its own, also where a redirect is followed.

        We ask the server to close each; one that is used again while it does so would look like a cut answer.
        """
        self.close()
        return super().send(request, **options)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer leads, if that is the same application; then its own body is nobody's to read."""
        target = super().get_redirect_target(resp)
        try:
            here, there = urlsplit(resp.url), urlsplit(urljoin(resp.url, target or ""))
        except ValueError:  # no URL at all; then the redirect itself is the answer
            return None
        if target is None or here.netloc != there.netloc or there.scheme not in ("http", "https"):
            return None
        resp.raw.close()
        resp.raw = io.BytesIO()  # requests would read all of it, however much comes
        return target


def cookies(session: Session, url: str) -> str:
    """What a user sends as ``Cookie`` to a URL; empty where there are none for it."""
    return session.prepare_request(requests.Request("GET", url)).headers.get("Cookie") or ""


@dataclass
class _Progress:
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    first_text: float | None = None


def send(session: Session, outgoing: Outgoing, url: str, reply: ShownReply, patience: float) -> Received:
    """Send a request and feed the reply, for at most ``patience`` seconds. Never raises for what the server does."""
    began = time.monotonic()
    progress = _Progress()
    try:
        with gevent.Timeout(patience, PatienceEnded()):
            _exchange(session, outgoing, url, reply, progress, began)
    except PatienceEnded:
        return Received("hung", duration=patience, why=f"no end after {in_words(patience)}", **vars(progress))
    except requests.TooManyRedirects as error:
        progress.status = error.response.status_code if error.response is not None else None
        why = f"redirected {session.max_redirects} times, and never answered"
        return Received("cut", duration=time.monotonic() - began, why=why, **vars(progress))
    except EndlessAnswer as error:
        return Received("cut", duration=time.monotonic() - began, why=str(error), **vars(progress))
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        duration = time.monotonic() - began
        never = _why_never_sent(error)
        if never is not None:
            return Received("unreachable", duration=duration, why=never)
        return Received("cut", duration=duration, why=_why_cut(error, progress), **vars(progress))
    return Received("whole", duration=time.monotonic() - began, **vars(progress))


def _exchange(
    session: Session, outgoing: Outgoing, url: str, reply: ShownReply, progress: _Progress, began: float
) -> None:
    headers = {**_HEADERS, **outgoing.headers}
    response = session.request(outgoing.method, url, data=outgoing.body, headers=headers, stream=True)
    try:
        progress.status = response.status_code
        progress.headers = {name.lower(): value for name, value in response.headers.items()}
        left = MOST_READ
        for piece in pieces(response.raw, _PIECE):
            left -= len(piece)
            if left < 0:
                raise EndlessAnswer(f"more than {MOST_READ // 1024 // 1024} MB of an answer came, and no user reads on")
            reply.feed(piece)
            if reply.begun and progress.first_text is None:
                progress.first_text = time.monotonic() - began
            gevent.sleep(0)  # a socket that always has more would let nobody else come to their turn, nor patience end
    finally:
        response.close()
        # One connection a request: a kept one that the server closes just as it is used again would look like a cut.
        session.close()


def _why_never_sent(error: Exception) -> str | None:
    """Why no request left, or None if one did."""
    causes = list(_causes(error))
    if any(isinstance(cause, NewConnectionError | NameResolutionError) for cause in causes):
        return f"no connection: {_system_words(causes) or error}"
    ours = isinstance(error, ValueError) and not any(isinstance(cause, InvalidHeader) for cause in causes)
    return f"no request that can be sent: {error}" if ours else None


def _why_cut(error: Exception, progress: _Progress) -> str:
    causes = list(_causes(error))
    if flaw := _no_http(causes):
        return flaw
    words = _system_words(causes) or "the connection was closed"
    return f"{words} {'before any answer' if progress.status is None else 'before the end of the answer'}"


def _no_http(causes: list[BaseException]) -> str:
    """What is wrong with what came; empty where it only ended too early."""
    if any(isinstance(cause, DecodeError) for cause in causes):
        return "what came is not packed as it says"
    flaws = [cause for cause in causes if isinstance(cause, HTTPException | InvalidHeader)]
    flaw = next((cause for cause in flaws if not isinstance(cause, RemoteDisconnected | IncompleteRead)), None)
    return f"what came is no HTTP ({str(flaw).strip()[:60] or type(flaw).__name__})" if flaw is not None else ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it wraps, in whichever way: requests and urllib3 each have theirs."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            wrapped = (getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args)
            waiting += [item for item in wrapped if isinstance(item, BaseException)]


def _system_words(causes: list[BaseException]) -> str:
    """What the operating system says, the innermost first."""
    words = (cause.strerror for cause in reversed(causes) if isinstance(cause, OSError) and cause.strerror)
    return next(words, "").lower()
