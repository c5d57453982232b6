"""Files that users write: found, read, checked, described."""
