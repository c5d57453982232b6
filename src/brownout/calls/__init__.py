"""What can be told of one call: who makes it, which exchange it is, what was seen of its history. Pure."""
