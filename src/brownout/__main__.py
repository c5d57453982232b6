"""The command line's way in: ``brownout``, and ``python -m brownout``."""

import os
import sys


def keep_to_ours() -> None:
    """Import no file that happens to lie in the current folder, or on PYTHONPATH, in the place of a module we mean.

    Python looks there first, so that a ``json.py`` beside a profile would be everybody's json. What is nowhere else
    is still found there.
    """
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    theirs = {os.path.abspath(place) for place in ["", *filter(None, named)]}
    sys.path.sort(key=lambda place: os.path.abspath(place) in theirs)  # stable: the others stay in their order


def main() -> int:
    """Run the command line; returns the exit code."""
    keep_to_ours()
    from brownout.cli import main as command
    from brownout.commands import streams

    streams.settle()
    code = command()
    if (lost := streams.complaint()) is not None:
        sys.stderr.write(f"{lost}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
