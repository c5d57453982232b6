"""What every carrier shares: which fault strikes an exchange, how it is performed, and what was seen of it."""
