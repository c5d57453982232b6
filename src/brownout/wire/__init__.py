"""Streams cut and changed. Knows no provider and no carrier."""
