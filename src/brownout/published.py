"""The JSON that other programs read: the name and the version of each form.

Within a major version nothing is taken away or changes its meaning; what is new raises the minor version.
"""

from __future__ import annotations

from typing import Final

VERSIONS: Final = {"comparison": "1.0", "pooled": "1.1", "result": "1.1"}
"""What ``brownout schema`` describes besides the YAML formats."""


def form(name: str) -> dict[str, str]:
    """What a document of this form says of itself, before all else."""
    return {"schema": f"brownout.{name}", "version": VERSIONS[name]}
