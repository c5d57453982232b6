"""Copilot's grammar, Microsoft Graph's: a file a service, and what they share in ``common``."""
