"""Platforms that speak as OpenAI does: what differs from it is an accent, and where that is not enough, a service."""
