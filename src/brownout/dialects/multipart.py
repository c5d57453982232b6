"""Reading forms with files, as uploads send them: https://www.rfc-editor.org/rfc/rfc7578. Pure; never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from brownout.exchange import Request

MAX_PARTS = 1_000
_BOUNDARY = re.compile(r'boundary="?([^";,\r\n]{1,200})"?', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_TYPE = re.compile(r"^content-type:\s*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_DISPOSITION = re.compile(r"^content-disposition:\s*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Upload:
    """A file in a form: its name, its type as the client wrote it, and its bytes."""

    name: str
    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Form:
    """A form's text fields, the last one of a name winning, and its files in order."""

    texts: dict[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()


def form_of(request: Request) -> Form:
    """The form in a request's body; an empty one where there is none."""
    content_type = request.headers.get("content-type", "")
    boundary = _BOUNDARY.search(content_type)
    if "multipart/form-data" not in content_type.lower() or boundary is None:
        return Form()
    texts: dict[str, str] = {}
    files: list[Upload] = []
    for part in _parts(request.body, boundary[1].encode("utf-8", "replace")):
        head, _, data = part.partition(b"\r\n\r\n")
        _add(head.decode("utf-8", "replace"), data, texts, files)
    return Form(texts, tuple(files))


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    """Head and content of each part; what lies before the first boundary and after the last is no part."""
    parts = []
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary, MAX_PARTS)[1:]:
        if piece.startswith(b"--"):
            break
        parts.append(piece.partition(b"\r\n")[2])
    return parts


def _add(head: str, data: bytes, texts: dict[str, str], files: list[Upload]) -> None:
    disposition = _DISPOSITION.search(head)
    named = {key.lower(): value for key, value in _PARAMETER.findall(disposition[1] if disposition else "")}
    if "name" not in named:
        return
    if "filename" not in named:
        texts[named["name"]] = data.decode("utf-8", "replace")
        return
    kind = _TYPE.search(head)
    files.append(Upload(named["name"], named["filename"], kind[1].strip() if kind else "text/plain", data))
