"""Settings of all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A machine that is busy with other things is no defect of what is tested.
settings.register_profile("brownout", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brownout")
