"""What a program of effects needs."""

from __future__ import annotations

from brownout.effects import Again, Ask, Forward, ForwardHead, Messages, Program


def needs_platform(program: Program) -> bool:
    """Whether the platform must be asked: for its work, or because any part of its own answer is passed on."""
    return any(isinstance(effect, Ask | Again | Forward | ForwardHead | Messages) for effect in program)
