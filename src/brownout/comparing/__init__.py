"""Drills set against each other: what is better, what is worse, what is fixed."""
