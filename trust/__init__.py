"""Trust: how often the intervals of verdicts cover the truth, and how often a verdict on a share is wrong."""
