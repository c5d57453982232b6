"""When the drill's timeline begins: looked up in the file that the drill writes once it knows."""

from __future__ import annotations

from pathlib import Path


class Beginning:
    """``go`` is the file that will hold the monotonic second at which the timeline starts; None: it never does."""

    def __init__(self, go: Path | None = None) -> None:
        self._go = go
        self._zero: float | None = None

    @property
    def zero(self) -> float | None:
        """That second; None until it is known, and the same from then on."""
        if self._zero is None and self._go is not None:
            try:
                self._zero = float(self._go.read_text(encoding="ascii"))
            except (OSError, ValueError):
                return None
        return self._zero
