"""The frameworks that are known, one entry each; the more telling first: Next comes with an Express now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from brownout.scaffold.evidence import Evidence, Library

Language = Literal["python", "node", "java"]


@dataclass(frozen=True)
class Framework(Library):
    """What serves the application's pages. ``made_by`` is the call in a source that makes it, for those of Python.

    ``port``: where it listens when nobody says otherwise. ``patience``: seconds until it must be up.
    """

    language: Language
    port: int
    patience: float = 30.0
    made_by: str = ""


FRAMEWORKS: tuple[Framework, ...] = (
    Framework("Next.js", ("next",), ("next",), "node", 3000, 120.0),
    Framework("NestJS", ("@nestjs/core",), ("@nestjs/core",), "node", 3000, 60.0),
    Framework("Express", ("express",), ("express",), "node", 3000),
    Framework("Fastify", ("fastify",), ("fastify",), "node", 3000),
    Framework("Hono", ("hono",), ("hono",), "node", 3000),
    Framework("Koa", ("koa",), ("koa",), "node", 3000),
    Framework("Django", ("django",), ("django",), "python", 8000),
    Framework("FastAPI", ("fastapi",), ("fastapi",), "python", 8000, made_by="FastAPI"),
    Framework("Flask", ("flask",), ("flask",), "python", 5000, made_by="Flask"),
    Framework("Quart", ("quart",), ("quart",), "python", 5000, made_by="Quart"),
    Framework("Starlette", ("starlette",), ("starlette",), "python", 8000, made_by="Starlette"),
    Framework(
        "Spring Boot",
        ("spring-boot-starter-web", "spring-boot-starter-webflux"),
        ("org.springframework.boot",),
        "java",
        8080,
        180.0,
    ),
)


def frameworks_of(evidence: Evidence) -> tuple[Framework, ...]:
    """The frameworks that an application uses, those that its sources import first."""
    used = [framework for framework in FRAMEWORKS if evidence.uses(framework)]
    return tuple(sorted(used, key=lambda framework: not evidence.imported(framework)))
