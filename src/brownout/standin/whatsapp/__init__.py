"""WhatsApp's desk: people who write there, webhooks that tell of it."""
