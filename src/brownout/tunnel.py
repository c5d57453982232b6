"""Which hosts that are no platform's an application may reach through a drill."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema

_GLOB = r"^[A-Za-z0-9.:*?_\[\]-]+$"
ANY = ("*",)


def _read(value: Any) -> Any:
    """A bare word that is neither ``any`` nor ``none`` is refused, for it would be read as letters."""
    wrong = [each for each in value if each in ("any", "none")] if isinstance(value, tuple) else []
    if wrong:
        raise ValueError(f"tunnel: {wrong[0]} stands alone; a list holds hosts, as [db.example.com, '*.internal']")
    return value


Tunnel: TypeAlias = Annotated[
    Literal["any", "none"] | tuple[Annotated[str, Field(pattern=_GLOB)], ...],
    AfterValidator(_read),
    WithJsonSchema(
        {
            "anyOf": [{"enum": ["any", "none"]}, {"type": "array", "items": {"type": "string", "pattern": _GLOB}}],
            "examples": ["none", ["telemetry.example.com", "*.internal"]],
        }
    ),
]
"""``any``, ``none``, or globs over host names."""


def hosts_of(tunnel: Literal["any", "none"] | tuple[str, ...]) -> tuple[str, ...]:
    """The globs that it stands for."""
    if tunnel == "any":
        return ANY
    return () if isinstance(tunnel, str) else tunnel


def lets_through(hosts: tuple[str, ...], host: str) -> bool:
    """Whether one of the globs is this host's; upper and lower case are the same, as in DNS."""
    return any(fnmatchcase(host.casefold().rstrip("."), glob.casefold()) for glob in hosts)
