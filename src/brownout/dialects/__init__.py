"""Dialects: one provider's grammar each. ``registry`` lists them, ``Voice`` speaks for one call."""

from __future__ import annotations

from brownout.dialects.base import Dialect
from brownout.dialects.registry import DIALECTS, dialect_for
from brownout.dialects.voice import Voice

__all__ = ["DIALECTS", "Dialect", "Voice", "dialect_for"]
