"""WhatsApp's grammar, the Graph API's: a file a service, and what they share in ``common``."""
