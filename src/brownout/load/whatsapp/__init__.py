"""WhatsApp as users of a journey have it: they write to the stand-in, which plays it, and read there what came back."""
