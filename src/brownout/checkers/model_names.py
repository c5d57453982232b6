"""Whether a name that users are shown is that of a model which was called, in whatever way it is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, TypeAlias

from brownout.prices import plain

Whose: TypeAlias = Literal["own", "other's", "nobody's"]

_BETWEEN = re.compile(r"[^a-z0-9]+")
_VERSION = re.compile(r"(?:-\d+)+")
# A name that its owner gives a deployment or a profile, or that stands for whatever a router takes.
_GIVEN = re.compile(r"(?i)^arn:|inference-profile|(?:^|/)auto$")


def whose(shown: str, own: Collection[str], other: Collection[str]) -> Whose:
    """Whose model is shown: that of who answered, or that of the ``other``; the same name before a longer one."""
    for fits in (_same, _short):
        for answer, models in (("own", own), ("other's", other)):
            if any(fits(_bare(shown), _bare(model)) for model in models):
                return "own" if answer == "own" else "other's"
    return "nobody's"


def is_given(service: str, model: str) -> bool:
    """Whether the name that was called says nothing of the model behind it: a deployment's, or a profile's."""
    return service.startswith("azure.") or _GIVEN.search(model) is not None


def _bare(name: str) -> str:
    """``GPT-4o mini`` and ``openai/gpt-4o-mini-2024-07-18`` are the same name."""
    return _BETWEEN.sub("-", plain(name)).strip("-")


def _same(shown: str, model: str) -> bool:
    return bool(shown) and shown == model


def _short(shown: str, model: str) -> bool:
    """``gpt-4`` is shown for ``gpt-4-0613``, or the other way round."""
    if not shown or not model:
        return False
    version = _VERSION.fullmatch(shown.removeprefix(model)) if shown.startswith(model) else None
    return model.startswith(f"{shown}-") or version is not None
