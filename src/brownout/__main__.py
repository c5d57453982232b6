"""``python -m brownout``: the command line."""

import sys

from brownout.cli import main

if __name__ == "__main__":
    sys.exit(main())
