"""The end of a drill: what was recorded is judged, and the reports are written, wherever there is room for them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from brownout import report
from brownout.errors import HarnessError
from brownout.judging.judge import judge
from brownout.result import Result


def conclude(folder: Path) -> Result:
    """Judge the drill in this folder, and write its reports there.

    Raises HarnessError where they cannot be written, and says where they are instead.
    """
    result = judge(folder)
    try:
        report.write_all(result, folder)
    except OSError as error:
        other = Path(tempfile.mkdtemp(prefix="brownout-reports-"))
        report.write_all(result, other)
        what = f"{error.filename2 or error.filename}: {error.strerror}"
        raise HarnessError(f"a report cannot be written: {what}; all reports are in {other}") from None
    return result


def unwritten(folder: Path, error: OSError) -> str:
    """What to tell of a drill that could not go on because something could not be written."""
    what = f"{error.filename or folder}: {error.strerror or error}"
    return f"{what}; what was written until then is kept. Once there is room, judge it: brownout report {folder}"
