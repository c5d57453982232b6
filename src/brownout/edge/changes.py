"""An edit at work on one stream, and whether anybody could see it. Pure."""

from __future__ import annotations

from collections import deque

from brownout.effects import Edit


class Changes:
    """Feeds an editor; ``visible`` as soon as what went out differs from what came in."""

    def __init__(self, edit: Edit) -> None:
        self.visible = False
        self._editor = edit.editor()
        self._index = 0
        self._unseen: deque[bytes] = deque()  # came in, and did not go out yet

    def feed(self, event: bytes) -> tuple[bytes, ...]:
        """What goes out for the platform's next event."""
        self._unseen.append(event)
        out = self._editor.feed(self._index, event)
        self._index += 1
        self._compare(out)
        return out

    def rest(self) -> tuple[bytes, ...]:
        """What goes out at the end."""
        out = self._editor.rest()
        self._compare(out)
        self.visible = self.visible or bool(self._unseen)
        return out

    def _compare(self, out: tuple[bytes, ...]) -> None:
        for event in out:
            if not self._unseen or self._unseen.popleft() != event:
                self.visible = True
        if self.visible:
            self._unseen.clear()
