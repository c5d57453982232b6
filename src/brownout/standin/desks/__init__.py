"""Desks of one file, a platform each, and the registry of all."""
