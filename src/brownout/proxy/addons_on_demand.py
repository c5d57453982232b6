"""Mitmproxy's addons one by one. Its package imports all forty, an LDAP client and a web framework among them.

Only for a process that is nothing but a lean proxy: ``mitmproxy.addons.default_addons`` is not there afterwards.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

import mitmproxy

PACKAGE = "mitmproxy.addons"


def install() -> None:
    """Put the package in its place without running what it imports; its modules are found as ever."""
    spec = PathFinder.find_spec(PACKAGE, mitmproxy.__path__)
    if spec is not None and PACKAGE not in sys.modules:
        sys.modules[PACKAGE] = module_from_spec(spec)
