"""Measurements, as ratios within one interleaved run: machines are shared. ``make bench`` prints the table."""
