"""Where the files that other tools load by path are: in a checkout, or inside an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parents[1]

SCENARIOS = ROOT / "scenarios"
PROXY_ADDONS = ROOT / "proxy_addons"
LOADTESTS = ROOT / "loadtests"
EXAMPLES = ROOT / "examples"
DOCS = ROOT / "docs"
"""In a wheel only the pages that commands read: ``faults.md``, ``checkers.md``, ``symptoms.md``."""
