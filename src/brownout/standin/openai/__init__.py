"""What OpenAI keeps for its callers, and what it asks of the application."""
