"""Gemini's grammar, which Vertex AI speaks too: a file a service, and what they share in ``common``."""
