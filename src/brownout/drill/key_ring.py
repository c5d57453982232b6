"""What a drill knows of the keys in use: where its parts note them, and those that no call carries."""

from __future__ import annotations

import os
import secrets
from contextlib import closing
from pathlib import Path

from brownout.keys_in_play import KeyNotes, KeysInPlay
from brownout.orders import KeyFile
from brownout.profile import Profile

_NEVER_SENT = ("AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET")
"""Variables with secrets that sign calls, or are shown to nobody but a login."""


class KeyRing:
    """The keys of one drill; ``scratch`` is a folder that nobody else can read, and that goes with the drill."""

    def __init__(self, scratch: Path) -> None:
        self.at = KeyFile(path=scratch / "keys", secret=secrets.token_hex(32))
        self.known = KeysInPlay(self.at.path, self.at.secret)

    def note_own(self, token: str, profile: Profile) -> None:
        """Note the drill's own token, and what the profile and the application's environment hold."""
        environment = {**os.environ, **(profile.start.env if profile.start else {})}
        receivers = profile.webhooks.values()
        with closing(KeyNotes(self.at.path, self.at.secret)) as notes:
            for value in (
                token,
                *(receiver.secret for receiver in receivers),
                *(receiver.verify_token or "" for receiver in receivers),
                *(environment.get(name, "") for name in _NEVER_SENT),
            ):
                notes.note(value)
