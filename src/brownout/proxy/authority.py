"""``python -m brownout.proxy.authority FOLDER``: makes a CA there, as mitmproxy keeps it, also where there is one.

https://docs.mitmproxy.org/stable/concepts/certificates/#the-mitmproxy-certificate-authority
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from mitmproxy.certs import CertStore
from mitmproxy.options import CONF_BASENAME, KEY_SIZE

NAME = "brownout"


def make(folder: Path) -> None:
    """Make a key and a certificate; the key, which is what counts, comes to its place last. Raises OSError."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        CertStore.create_store(Path(made), CONF_BASENAME, KEY_SIZE, organization=NAME, cn=NAME)
        key = f"{CONF_BASENAME}-ca.pem"
        for path in sorted(Path(made).iterdir(), key=lambda path: path.name == key):
            path.replace(folder / path.name)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
