from __future__ import annotations

import subprocess
import sys


def imported(code: str) -> set[str]:
    whole = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_a_lean_proxy_imports_the_addons_that_it_has_and_what_they_need() -> None:
    names = imported("from brownout.proxy import addons_on_demand as a; a.install(); import brownout.proxy.lean")
    assert {"mitmproxy.addons.core", "mitmproxy.addons.next_layer", "mitmproxy.addons.tlsconfig"} <= names
    assert not {"mitmproxy.addons.proxyauth", "ldap3", "flask"} & names


def test_a_package_that_was_imported_before_is_left_as_it_is() -> None:
    code = "import mitmproxy.addons; from brownout.proxy import addons_on_demand as a; a.install()"
    assert "ldap3" in imported(f"{code}; assert mitmproxy.addons.default_addons")
