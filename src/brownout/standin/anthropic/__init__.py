"""What Anthropic keeps for its callers: files and batches."""
