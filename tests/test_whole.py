"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from brownout import whole


def test_a_file_is_made_and_then_replaced(tmp_path: Path) -> None:
    for data in (b"old\n", b"new"):
        whole.write(tmp_path / "file", data)

        assert (tmp_path / "file").read_bytes() == data
        assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_fails_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole.write(tmp_path / "file", b"old")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        whole.write(tmp_path / "file", b"new")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
