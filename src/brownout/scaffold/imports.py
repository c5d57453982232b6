"""Names of the modules that an application's sources import."""

from __future__ import annotations

import re
from collections.abc import Iterator

from brownout.scaffold.folder import JAVA, NODE, Folder

_PYTHON = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([\w, \t]+)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_NODE = re.compile(r"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"'\n]+)["']""")
_JAVA = re.compile(r"^\s*import\s+(?:static\s+)?([\w.]+)", re.MULTILINE)


def imports_of(folder: Folder) -> frozenset[str]:
    """All modules that are imported, dotted as in Python, or as Node has them: ``google.genai``, ``@ai-sdk/openai``."""
    python = (name for _, text in folder.written_in(".py") for name in _python(text))
    node = (name for _, text in folder.written_in(*NODE) for name in _NODE.findall(text))
    java = (name for _, text in folder.written_in(*JAVA) for name in _JAVA.findall(text))
    return frozenset((*python, *node, *java))


def _python(text: str) -> Iterator[str]:
    for module, names, modules in _PYTHON.findall(text):
        if module:
            yield module
            yield from (f"{module}.{name}" for name in _first_words(names))
        yield from _first_words(modules)


def _first_words(names: str) -> Iterator[str]:
    """``numpy`` and ``os`` of ``numpy as np, os``."""
    return (name.split()[0] for name in names.split(",") if name.split())
