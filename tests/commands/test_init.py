"""``brownout init`` as a command: what it refuses, what it writes, and that no folder makes it stumble."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from support.folders import write_files

from brownout.cli import main
from brownout.library.library import load_profile

FLASK = {"requirements.txt": "flask\nopenai\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


def init_in(folder: Path, *options: str, tries: bool = False) -> tuple[int, str, str]:
    """Exit code, output and messages of the command in a folder."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = main(["init", *options, *(() if tries else ("--no-try",))])
    return code, out.getvalue(), errors.getvalue()


def test_an_empty_folder_ends_with_one_message_that_says_what_is_looked_for(tmp_path: Path) -> None:
    code, out, message = init_in(tmp_path)

    assert (code, out) == (2, "")
    assert message.count("\n") == 1
    assert "brownout.yaml: not written: no application was recognised here" in message
    assert "docs/profile.md" in message
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_does_not_answer_is_named_with_its_port(tmp_path: Path) -> None:
    code, _, message = init_in(
        write_files(tmp_path, {"compose.yaml": 'services: {web: {image: a, ports: ["9:80", "1:1"]}}'})
    )

    assert code == 2
    assert "no application was recognised" in message  # a port of one digit is no port that is published so

    code, _, message = init_in(
        write_files(tmp_path, {"compose.yaml": 'services: {web: {image: a, ports: ["65001:80"]}}'})
    )

    assert (code, message.count("\n")) == (2, 1)
    assert "nothing answers on port 65001; start it and type brownout init again" in message


def test_one_that_runs_already_is_written_down_and_not_asked_so_nothing_was_found_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        write_files(tmp_path, {"compose.yaml": f'services: {{web: {{image: a, ports: ["{port}:80"]}}}}'})
        code, out, message = init_in(tmp_path, tries=True)

    assert (code, message) == (3, "")
    assert "not tried" in out
    assert load_profile(tmp_path).url == f"http://127.0.0.1:{port}"


def test_what_is_there_is_not_written_over_unless_that_is_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {**FLASK, "brownout.yaml": "mine"})

    code, _, message = init_in(tmp_path)

    assert (code, (tmp_path / "brownout.yaml").read_text()) == (2, "mine")
    assert "is there already" in message
    assert "--force" in message
    assert init_in(tmp_path, "--force")[0] == 0
    assert load_profile(tmp_path).name == load_profile(tmp_path / "brownout.yaml").name


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, FLASK)
    (tmp_path / "brownout.yaml").mkdir()

    code, _, message = init_in(tmp_path, "--force")

    assert (code, message.count("\n")) == (2, 1)
    assert "cannot be written" in message


def test_without_a_trial_the_next_command_is_the_trial(tmp_path: Path) -> None:
    code, out, message = init_in(write_files(tmp_path, FLASK))

    assert (code, message) == (0, "")
    assert "seen here: Flask, openai; platforms: openai" in out
    assert out.splitlines()[-1] == "next: brownout doctor --app brownout.yaml"
    assert load_profile(tmp_path).start is not None


_KNOWN = (
    *(
        "package.json",
        "pyproject.toml",
        "requirements.txt",
        "Procfile",
        "Dockerfile",
        "compose.yaml",
        "pom.xml",
        "uv.lock",
    ),
    *("build.gradle", "manage.py", "main.py", "app/main.py", "server.js", "app/api/chat/route.ts", ".env"),
    *("sub/package.json", "sub/app.py"),
)
_PIECES = (
    *FLASK.values(),
    *(
        "app: Flask = Flask(__name__)",
        "FastAPI()",
        "import fastapi\napp = FastAPI()\n",
        "web: ",
        "CMD ",
        "node {a}",
        "- ",
        "{",
    ),
    *(
        '@app.post("/{x}")',
        '@app.post("/a b\u2028")\ndef a(b: C):\n',
        "class C(B):\n  on: str\n  'x: y\n",
        "request.json['on']",
    ),
    *(
        "[project]\ndependencies = [1, 'flask', 'openai']",
        "scripts",
        "https://api.openai.com",
        "services: {a: {ports: [7]}}",
    ),
    *(
        json.dumps({"scripts": {"start": "node 'a", "dev": 7}, "dependencies": ["x"], "main": "server.js"}),
        "\0",
        "\n",
        " ",
    ),
    *(
        json.dumps({"dependencies": {"express": 1}, "scripts": {"start": "a \u2028 # b"}}),
        "A_API_KEY=1\n=_API_KEY\n",
        "{{",
    ),
    *(
        "<artifactId>spring-boot-starter-web</artifactId>",
        "org.springframework.boot",
        "export function POST req.body.message",
    ),
)
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=20), max_size=4).map("".join)
_NAMES = st.sampled_from(_KNOWN) | st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=9).map(
    lambda name: f"{name}x.py"
)


@given(st.dictionaries(_NAMES, _TEXTS, max_size=5))
def test_whatever_is_in_a_folder_init_ends_in_words_and_what_it_writes_is_right(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "an ápp"
        folder.mkdir()
        for name, text in files.items():
            with contextlib.suppress(OSError, UnicodeError):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))

        code, out, message = init_in(folder)

        written = (folder / "brownout.yaml").exists()
        assert (code, written, message.count("\n")) in ((0, True, 0), (2, False, 1)), message
        assert "next: " in out or not written
        if written:
            load_profile(folder)
