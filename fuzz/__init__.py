"""Whatever may come in, thrown at what takes it in, for some minutes. ``make fuzz`` runs it."""

import sys
from pathlib import Path

# The proxy, the platform behind it and the journals written by hand are those of the tests.
_TESTS = str(Path(__file__).parents[1] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
