"""From a journal to a result. Pure, so that yesterday's journal can be judged today."""
