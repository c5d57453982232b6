"""Ollama's grammar: a file a service, and what they share in ``common``."""
