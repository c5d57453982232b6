"""From text to value: what a person writes, read with places. Knows no scenario."""
