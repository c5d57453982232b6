"""Processes and the timeline: the only place that knows all parts."""
