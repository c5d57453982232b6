"""Bodies of requests: JSON, a form as a page without scripts sends it, and a form with files."""

from __future__ import annotations

import json
import mimetypes
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from brownout.load.channel import Keys
from brownout.load.templates import render
from brownout.profile import Step, Upload

_JSON, _FORM, _BYTES = "application/json", "application/x-www-form-urlencoded", "application/octet-stream"
LARGEST = 25 * 1024 * 1024
"""Bytes of a file that is sent along."""


def templates(step: Step) -> Iterator[tuple[Keys, Any]]:
    """The templates of a step's body, and where they stand."""
    yield ("json",), step.json_
    if step.form is not None:
        yield ("form",), step.form
    for name, value in (step.multipart or {}).items():
        if isinstance(value, str):
            yield ("multipart", name), value


def flaws(step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
    """What is wrong with the files that a form sends."""
    for name, value in (step.multipart or {}).items():
        if isinstance(value, Upload):
            file = folder / value.file
            if not file.is_file():
                yield ("multipart", name), f"no such file: {file}"
            elif not os.access(file, os.R_OK):
                yield ("multipart", name), f"cannot be read: {file}"
            elif file.stat().st_size > LARGEST:
                yield ("multipart", name), f"{file} is larger than {LARGEST // 1024 // 1024} MB"


def body_of(step: Step, names: Mapping[str, Any], folder: Path) -> tuple[bytes | None, str | None]:
    """The body, filled in, and its type; neither for a step without. Raises ValueError where something is missing."""
    if step.json_ is not None:
        return json.dumps(render(step.json_, names), ensure_ascii=False).encode("utf-8", "replace"), _JSON
    if step.form is not None:
        return urlencode(render(step.form, names), doseq=True, errors="replace").encode("ascii"), _FORM
    return _multipart(step.multipart, names, folder) if step.multipart else (None, None)


def _multipart(parts: Mapping[str, str | Upload], names: Mapping[str, Any], folder: Path) -> tuple[bytes, str]:
    from urllib3.fields import RequestField  # lint knows this channel where urllib3 is not installed
    from urllib3.filepost import encode_multipart_formdata

    fields = []
    for name, value in parts.items():
        if isinstance(value, str):
            field = RequestField(name, str(render(value, names)).encode("utf-8", "replace"))
            field.make_multipart()
        else:
            field = RequestField(name, _read(folder / value.file), Path(value.file).name)
            field.make_multipart(content_type=value.type or mimetypes.guess_type(value.file)[0] or _BYTES)
        fields.append(field)
    return encode_multipart_formdata(fields)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}") from None
