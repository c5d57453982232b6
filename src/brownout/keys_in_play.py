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


def _letters(value: str) -> str:
    return "".join(_PART.findall(value))


def is_telling(value: str) -> bool:
    """Whether nobody writes this by chance, or on purpose: what looks drawn by lot, and is no UUID and no address.

    A placeholder (``sk-test``, ``my-local-key-2024``), a name, a number or an id that people are shown is no secret.
    """
    letters = _letters(value)
    if not SHORTEST <= len(letters) <= LONGEST or _ADDRESS.search(value) or _UUID.fullmatch(value):
        return False
    mixed = any(len(_CHANGE.findall(part)) >= _CHANGES for part in _PART.findall(value))
    if not mixed or len(set(letters)) < _DIFFERENT:
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
        self._digests: dict[int, dict[bytes, bool]] = {}  # by how many letters the key has; whether it surely is one

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
        for chunk in _CHUNK.finditer(text):
            if not _DIGIT.search(chunk.group()):
                continue
            parts = list(_PART.finditer(text, chunk.start(), chunk.end()))
            at = 0
            while at < len(parts):
                key = self._key_at(parts, at)
                if key is not None:
                    yield parts[at].start(), parts[key[0]].end(), key[1]
                at = at + 1 if key is None else key[0] + 1

    def _key_at(self, parts: list[re.Match[str]], first: int) -> tuple[int, bool] | None:
        """The last part of the longest key that begins with this part, and whether it is one; None where none does."""
        length, longest, key = 0, max(self._digests), None
        for last in range(first, len(parts)):
            length += parts[last].end() - parts[last].start()
            if length > longest:
                break
            known = self._digests.get(length)
            if known:
                sure = known.get(_digest("".join(part.group() for part in parts[first : last + 1]), self._secret))
                key = key if sure is None else (last, sure)
        return key

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
        for line in whole.splitlines():
            length, digest, sure = line.split()
            of_length, key = self._digests.setdefault(int(length), {}), bytes.fromhex(digest.decode())
            of_length[key] = sure == b"1" or of_length.get(key, False)


def _digest(letters: str, secret: bytes) -> bytes:
    return hashlib.blake2b(letters.encode(), key=secret, digest_size=8).digest()
