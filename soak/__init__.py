"""A day of incidents in minutes: whether a proxy keeps anything that it should let go. ``make soak`` runs it."""

import sys
from pathlib import Path

# The raw clients and the processes are those of the tests.
_TESTS = str(Path(__file__).parents[1] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
