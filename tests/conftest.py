"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Tests that run side by side inherit the width of a window; what is said here is as wide as in a file.
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)

# A machine that is busy with other things is no defect of what is tested.
settings.register_profile("brownout", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brownout")
