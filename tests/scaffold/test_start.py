"""Commands that other files give, as a profile can hold them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.folders import write_files

from brownout.scaffold.declared_start import declared_starts
from brownout.scaffold.folder import Folder
from brownout.scaffold.start import command_of

PYTHON = ("{python}",)


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("uvicorn main:app --host 0.0.0.0 --port 80", "{python} -m uvicorn main:app --host 127.0.0.1 --port {port}"),
        ("uvicorn main:app", "{python} -m uvicorn main:app --port {port}"),
        ("gunicorn -b :8000 a.wsgi", "{python} -m gunicorn -b 127.0.0.1:{port} a.wsgi"),
        ("exec python -u app.py", "{python} -u app.py"),
        (["sh", "-c", "./serve --port=${PORT:-8080}"], "./serve --port={port}"),
        (["java", "-jar", "shop.jar"], "java -jar shop.jar"),
        ("java -jar a.jar --seed 8000", "java -jar a.jar --seed 8000"),
    ],
)
def test_a_command_is_told_the_port_and_runs_by_the_applications_python(said: str | list[str], command: str) -> None:
    assert command_of(said, PYTHON) == tuple(command.split())


@pytest.mark.parametrize(
    "said", ["", "'", "a && b", "a | b", "echo $HOME", "A=1 run", "run {thing}", "run `x`", ["run", "a\nb"], "a " * 90]
)
def test_what_takes_a_shell_or_more_than_a_line_is_no_command(said: str | list[str]) -> None:
    assert command_of(said, PYTHON) is None


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("Procfile", "release: ./migrate\nweb: node app.js\n", "node app.js"),
        ("Dockerfile", 'FROM a\nCMD ["old"]\nCMD ["node", \\\n  "app.js"]\n', "node app.js"),
        ("Dockerfile", 'ENTRYPOINT ["python"]\nCMD ["app.py"]\n', "{python} app.py"),
        ("Dockerfile", "CMD ./serve --port $PORT\n", "./serve --port {port}"),
        ("compose.yaml", "services: {web: {build: ., command: ./serve -p 80}}", "./serve -p {port}"),
    ],
)
def test_files_of_other_tools_give_their_command(name: str, text: str, command: str, tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path, {name: text}))

    assert [start.command for start in declared_starts(folder, PYTHON)] == [tuple(command.split())]


@pytest.mark.parametrize(
    "text", ["services: [", "services: 7", "services: {a: {build: ., command: [1, {}]}}", "- " * 900]
)
def test_a_compose_file_that_is_none_gives_nothing(text: str, tmp_path: Path) -> None:
    starts = declared_starts(Folder(write_files(tmp_path, {"compose.yaml": text})), PYTHON)

    assert [start.source for start in starts] == []
