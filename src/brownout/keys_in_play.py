"""The very keys that are in use in a drill, known again by value wherever they appear, whatever they look like.

Whoever meets a key notes a digest of it, keyed with a secret of the drill, in a file that its owner alone can read and
that goes with the drill; and whether it surely is a key: nothing else may be held against whoever shows it. Whoever has
a text at hand looks whether letters and digits in it, taken together across what stands between the parts of a key,
have such a digest. So a key is known in a header, a URL, JSON or a sentence.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote

from brownout.bounded import Bounded

SCANNED = 262_144  # characters; what is beyond is not looked at
SHORTEST, LONGEST = 12, 4096
"""Letters and digits of a value that can be told from ordinary words."""
MOST = 20_000
"""So many are noted by one process; tokens that change with every call must not fill a disk."""
MARK = "[key]"
_REMEMBERED = 32
_CHANGES, _DIFFERENT = 3, 8
"""So often letters and digits take turns in a part of a secret, at least; so many different ones are in all of it."""
_COUNTING = "01234567890123456789"
_CHUNK = re.compile(r"""[^\s"'<>,;(){}\[\]|`]{12,}""")
_ESCAPE = re.compile(r"\\(?:[bfnrt]|u[0-9A-Fa-f]{4})")
"""What JSON writes for letters that are no part of a key."""
_DIGIT = re.compile(r"[0-9]")
_PART = re.compile(r"[A-Za-z0-9]+")
_CHANGE = re.compile(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ADDRESS = re.compile(r"\s|@|://")
_NOTE = re.compile(rb"^(\d{2,4}) ([0-9a-f]{16}) ([01])$", re.MULTILINE)
"""A line of the file; what a full disk made of one is none."""


def _letters(value: str) -> str:
    return "".join(_PART.findall(value))


def _is_mixed(part: str) -> bool:
    """Whether letters and digits take turns in it as in what is drawn by lot."""
    return len(_CHANGE.findall(part)) >= _CHANGES


def is_telling(value: str) -> bool:
    """Whether nobody writes this by chance, or on purpose: what looks drawn by lot, and is no UUID and no address.

    A placeholder (``sk-test``, ``my-local-key-2024``), a name, a number or an id that people are shown is no secret.
    """
    letters = _letters(value)
    if not SHORTEST <= len(letters) <= LONGEST or _ADDRESS.search(value) or _UUID.fullmatch(value):
        return False
    if not any(map(_is_mixed, _PART.findall(value))) or len(set(letters)) < _DIFFERENT:
        return False
    return "".join(filter(str.isdigit, letters)) not in _COUNTING


class KeyNotes:
    """Takes the keys that a process meets. The latest sure ones stay in memory, to be kept out of what it writes.

    Without a ``path`` nothing is noted for others.
    """

    def __init__(self, path: Path | None = None, secret: str = "") -> None:
        self._secret = bytes.fromhex(secret)
        self._file = -1 if path is None else os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._noted: dict[bytes, bool] = {}
        self._latest: Bounded[str, bytes] = Bounded(_REMEMBERED)

    def note(self, value: str, *, sure: bool = True) -> None:
        """A key is in use, or perhaps one; what tells nothing by its value is not noted."""
        if not is_telling(value):
            return
        if sure:  # what is not may be an id, by which rows are tied together
            self._latest.put(value, value.encode("utf-8", "replace"))
        for letters in dict.fromkeys((_letters(value), _letters(quote(value, safe="", errors="replace")))):
            self._write(len(letters), _digest(letters, self._secret), sure)

    def _write(self, length: int, digest: bytes, sure: bool) -> None:
        known = self._noted.get(digest)
        if self._file < 0 or known or known is sure or len(self._noted) >= MOST:
            return
        self._noted[digest] = sure
        with contextlib.suppress(OSError):  # a full disk is told by the journal
            os.write(self._file, b"%d %s %d\n" % (length, digest.hex().encode(), sure))

    def scrubbed(self, line: bytes) -> bytes:
        """The same without the keys that this process met last."""
        for value in self._latest.values():
            if value in line:
                line = line.replace(value, MARK.encode())
        return line

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class KeysInPlay:
    """Knows the keys that were noted so far, by their digests alone. The file may come later, and grows."""

    def __init__(self, path: Path, secret: str) -> None:
        self._path, self._secret = path, bytes.fromhex(secret)
        self._read = 0
        # By how many letters the keys have, the longest first; and whether each surely is one.
        self._digests: dict[int, dict[bytes, bool]] = {}

    def shown(self, text: str, own: Callable[[], Iterable[str]]) -> bool:
        """Whether what surely is a key stands in a text, and in none that ``own`` gives: what its reader has anyway."""
        keys = self._within(text)
        return bool(keys) and not keys <= {key for each in own() for key in self._within(each)}

    def _within(self, text: str) -> set[str]:
        return {_letters(text[start:end]) for start, end, sure in self._places(text[:SCANNED]) if sure}

    def without(self, text: str) -> str:
        """The text with a mark in the place of each key."""
        pieces, last = [], 0
        for start, end, _ in self._places(text[:SCANNED]):
            pieces += [text[last:start], MARK]
            last = end
        return "".join([*pieces, text[last:]]) if pieces else text

    def scrubbed(self, line: bytes) -> bytes:
        """The same of what is about to be written."""
        text = line.decode("utf-8", "surrogateescape")
        return self.without(text).encode("utf-8", "surrogateescape")

    def _places(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Where keys begin and end, one after the other, and whether each surely is one."""
        self._refresh()
        if not self._digests:
            return
        text = _ESCAPE.sub(lambda match: " " * len(match.group()), text)
        shortest = next(reversed(self._digests))
        for chunk in _CHUNK.finditer(text):
            if chunk.end() - chunk.start() >= shortest and _DIGIT.search(chunk.group()):
                yield from self._keys_in(list(_PART.finditer(text, chunk.start(), chunk.end())))

    def _keys_in(self, parts: list[re.Match[str]]) -> Iterator[tuple[int, int, bool]]:
        """The same of parts that stand together; at least one part of every key looks drawn by lot."""
        mixed = [place for place, part in enumerate(parts) if _is_mixed(part.group())]
        if not mixed:
            return
        letters = "".join(part.group() for part in parts)
        edges = [0, *accumulate(part.end() - part.start() for part in parts)]
        ends, place, telling = {edge: last for last, edge in enumerate(edges[1:])}, 0, iter(mixed)
        lot = next(telling)
        while place < len(parts):
            while lot < place:
                lot = next(telling, len(parts))
            key = self._key_at(letters, edges[place], ends, lot)
            if key is not None:
                yield parts[place].start(), parts[key[0]].end(), key[1]
            place = place + 1 if key is None else key[0] + 1

    def _key_at(self, letters: str, start: int, ends: dict[int, int], lot: int) -> tuple[int, bool] | None:
        """The last part of the longest key that begins here, and whether it surely is one; None where none does.

        ``ends`` has the parts by where they end among the letters; the key must reach the part ``lot``.
        """
        for length, known in self._digests.items():
            last = ends.get(start + length, -1)
            if last < lot:
                continue
            sure = known.get(_digest(letters[start : start + length], self._secret))
            if sure is not None:
                return last, sure
        return None

    def _refresh(self) -> None:
        """Read what was noted since the last look; half a line waits for the next one."""
        try:
            if os.stat(self._path).st_size <= self._read:
                return
            with self._path.open("rb") as file:
                file.seek(self._read)
                fresh = file.read()
        except OSError:
            return  # nothing was noted yet
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        for match in _NOTE.finditer(whole):
            length, digest, sure = match.groups()
            of_length, key = self._digests.setdefault(int(length), {}), bytes.fromhex(digest.decode())
            of_length[key] = sure == b"1" or of_length.get(key, False)
        self._digests = dict(sorted(self._digests.items(), reverse=True))


def _digest(letters: str, secret: bytes) -> bytes:
    return hashlib.blake2b(letters.encode(), key=secret, digest_size=8).digest()
