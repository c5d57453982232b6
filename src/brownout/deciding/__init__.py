"""Which exchange is struck: the same answer wherever it is asked."""
