"""For pytest: the outage fixture, and drills as test items."""
