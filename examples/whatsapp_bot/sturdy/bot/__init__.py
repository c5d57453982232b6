"""An assistant on WhatsApp that keeps its promises while the platform fails, and when the channel ends."""
