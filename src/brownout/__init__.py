"""Replay real AI-platform outages against your own application, and know how it degrades."""

__version__ = "0.1.0"
__all__ = ["__version__"]
