"""A folder is read within bounds."""

from __future__ import annotations

import os
from pathlib import Path

from support.folders import write_files

from brownout.scaffold.folder import DEEPEST, MOST_BYTES, MOST_FILES, Folder


def test_what_is_installed_made_hidden_or_a_test_is_no_source(tmp_path: Path) -> None:
    names = ("app.py", "node_modules/a.js", ".git/b.py", "dist/c.js", "tests/d.py", "test_e.py", "f.test.ts", "g.txt")
    folder = Folder(write_files(tmp_path, dict.fromkeys(names, "x")))

    assert list(folder.sources) == ["app.py"]


def test_a_pipe_a_folder_and_what_is_large_are_as_if_empty(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "package.json")
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / "app.py").write_text("#" * (MOST_BYTES + 1))
    (tmp_path / "lost.py").symlink_to(tmp_path / "nowhere")
    folder = Folder(tmp_path)

    assert (folder.json("package.json"), folder.toml("pyproject.toml")) == ({}, {})
    assert dict(folder.sources) == {"app.py": "", "lost.py": ""}


def test_a_folder_that_holds_itself_and_one_without_end_are_left_in_time(tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(tmp_path)
    deep = tmp_path.joinpath(*("d" * (DEEPEST + 4)))
    deep.mkdir(parents=True)
    (deep / "a.py").touch()
    for number in range(MOST_FILES + 10):
        (tmp_path / f"{number}.txt").touch()

    assert len(Folder(tmp_path).files) == MOST_FILES
    assert not any(name.endswith("a.py") for name in Folder(tmp_path).files)


def test_documents_that_are_broken_or_no_objects_are_empty(tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path, {"a.json": "[1]", "b.json": "{", "c.toml": "= 1", "d.json": "[" * 100_000}))

    assert [folder.json("a.json"), folder.json("b.json"), folder.toml("c.toml"), folder.json("d.json")] == [{}] * 4
