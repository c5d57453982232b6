"""What a folder tells of an application, framework by framework."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from support.folders import write_files

from brownout.drill.application import Application
from brownout.library.library import PROFILE_NAME
from brownout.scaffold.folder import Folder
from brownout.scaffold.request import Opening, Request
from brownout.scaffold.survey import listening, survey_of
from brownout.scaffold.written import paths_to_fill, requests_written_in


class Case(NamedTuple):
    """Files, and what has to be read from them; a command without the words that run Python."""

    files: dict[str, str]
    command: str
    platforms: tuple[str, ...]
    connect: str
    request: str
    env: Mapping[str, str] = MappingProxyType({})


def package(**keys: Any) -> str:
    return json.dumps(keys)


CASES = {
    "FastAPI with the SDK of OpenAI": Case(
        {
            "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi>=0.110", "uvicorn", "openai==2.0"]\n',
            "app/main.py": (
                "from fastapi import FastAPI\nfrom openai import OpenAI\nfrom pydantic import BaseModel\n\n"
                "api = FastAPI()\n\n\nclass Question(BaseModel):\n    session: str\n    text: str\n"
                "    deep: bool = False\n\n\n"
                '@api.get("/")\ndef up(): ...\n\n\n@api.post("/login")\ndef login(): ...\n\n\n'
                '@api.post("/ask")\ndef ask(question: Question): ...\n'
            ),
        },
        "-m uvicorn app.main:api --host 127.0.0.1 --port {port}",
        ("openai",),
        "base_url",
        'POST /ask {"session": "test", "text": "{{ message }}"}',
        {"OPENAI_API_KEY": "sk-test-0000"},
    ),
    "FastAPI below src, made by a function": Case(
        {
            "requirements.txt": "fastapi\nanthropic  # the SDK\n",
            "src/shop/server.py": (
                "import fastapi\nimport anthropic\n\n\ndef create_app():\n    app = fastapi.FastAPI()\n    return app\n"
            ),
        },
        "-m uvicorn --factory shop.server:create_app --app-dir src --host 127.0.0.1 --port {port}",
        ("anthropic",),
        "base_url",
        'POST /chat {"message": "{{ message }}"}',
        {"ANTHROPIC_API_KEY": "sk-ant-test-0000"},
    ),
    "Starlette, made by a function of another file, that calls a model in one of its routes": Case(
        {
            "requirements.txt": "starlette\nopenai\n",
            "shop/made.py": (
                "from starlette.applications import Starlette\n\n\nasync def up(request): ...\n\n\n"
                "async def reply(request):\n    body = await request.json()\n"
                '    client.chat.completions.create(body["text"])\n\n\n'
                "def create_app(settings):\n    return Starlette(routes=["
                'Route("/", up), Route("/do", reply, methods=["POST"])])\n'
            ),
            "shop/main.py": "from shop.made import create_app\n\napp = create_app(1)\n",
        },
        "-m uvicorn shop.main:app --host 127.0.0.1 --port {port}",
        ("openai",),
        "base_url",
        'POST /do {"text": "{{ message }}"}',
    ),
    "Flask and plain requests to Anthropic": Case(
        {
            "requirements.txt": "Flask==3.1\nrequests\n",
            "app.py": (
                "import os, requests\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/talk", methods=["POST"])\ndef talk():\n    words = request.get_json()["question"]\n'
                '    return requests.post("https://api.anthropic.com/v1/messages", json=words)\n\n\n'
                'KEY = os.environ["HOUSE_API_KEY"]\n'
            ),
        },
        "-m flask --app app:app run --port {port}",
        ("anthropic",),
        "intercept",
        'POST /talk {"question": "{{ message }}"}',
        {"HOUSE_API_KEY": "test-key"},
    ),
    "Flask below src": Case(
        {"requirements.txt": "flask\n", "src/shop/web.py": "import flask\nsite = flask.Flask(__name__)\n"},
        "-m flask --app src/shop/web:site run --port {port}",
        (),
        "base_url",
        'POST /chat {"message": "{{ message }}"}',
    ),
    "Flask that reads a form, and where the platform is from a variable": Case(
        {
            "requirements.txt": "flask\nhttpx\n",
            "web.py": (
                "import os\nimport httpx\nfrom flask import Flask, request\n\nweb = Flask(__name__)\n"
                'BASE = os.getenv("OPENAI_BASE_URL", "https://api.openai.com/v1")\n\n\n'
                '@web.post("/chat")\ndef chat():\n    return httpx.post(BASE, content=request.form["prompt"]).text\n'
            ),
        },
        "-m flask --app web:web run --port {port}",
        ("openai",),
        "base_url",
        'POST /chat {"prompt": "{{ message }}"} (as a form)',
    ),
    "Django with Bedrock by boto3": Case(
        {
            "requirements.txt": "Django\nboto3\n",
            "manage.py": "import django\n",
            "shop/urls.py": 'from django.urls import path\nurlpatterns = [path("api/chat/", views.chat)]\n',
            "shop/views.py": (
                'import boto3, json\nBEDROCK = boto3.client("bedrock-runtime")\n\n\ndef chat(request):\n'
                '    text = json.loads(request.body)["text"]\n'
            ),
        },
        "manage.py runserver --noreload 127.0.0.1:{port}",
        ("bedrock",),
        "base_url",
        'POST /api/chat/ {"text": "{{ message }}"}',
        {"AWS_DEFAULT_REGION": "us-east-1"},
    ),
    "Express with the SDK of OpenAI": Case(
        {
            "package.json": package(scripts={"start": "node server.js"}, dependencies={"express": "5", "openai": "6"}),
            "server.js": (
                'import express from "express";\nimport OpenAI from "openai";\nconst app = express();\n'
                'app.post("/api/login", (req, res) => res.json({ token: req.body.text }));\n'
                'app.post("/api/ask", async (req, res) => {\n  const { userInput, tone } = req.body;\n});\n'
            ),
        },
        "node server.js",
        ("openai",),
        "base_url",
        'POST /api/ask {"userInput": "{{ message }}"}',
        {"PORT": "{port}"},
    ),
    "Next with the AI SDK for Anthropic": Case(
        {
            "package.json": package(
                scripts={"dev": "next dev --turbo", "start": "next start"},
                dependencies={"next": "16", "ai": "6", "@ai-sdk/anthropic": "3"},
            ),
            "app/api/chat/route.ts": (
                'import { anthropic } from "@ai-sdk/anthropic";\n'
                'import { convertToModelMessages, streamText } from "ai";\n'
                "export async function POST(req: Request) {\n  const { messages }: { messages: UIMessage[] } = "
                "await req.json();\n}\n"
            ),
        },
        "npm run dev",
        ("anthropic",),
        "base_url",
        'POST /api/chat {"messages": [{"id": "{{ canary }}", "role": "user", "parts": '
        '[{"type": "text", "text": "{{ message }}"}]}]}',
        {"ANTHROPIC_BASE_URL": "{anthropic_base_url}/v1", "PORT": "{port}"},
    ),
    "Spring Boot with Spring AI": Case(
        {
            "pom.xml": (
                "<project><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency>"
                "<dependency><artifactId>spring-ai-starter-model-openai</artifactId></dependency></dependencies></project>"
            ),
            "mvnw": "#!/bin/sh\n",
            "src/main/java/shop/Chat.java": (
                'import org.springframework.web.bind.annotation.*;\n@RequestMapping("/api")\nclass Chat {\n'
                '  @PostMapping("/chat")\n  String chat(@RequestBody Question question) { return ""; }\n}\n'
            ),
        },
        "./mvnw -q spring-boot:run",
        ("openai",),
        "base_url",
        'POST /api/chat {"message": "{{ message }}"}',
        {"SERVER_PORT": "{port}", "SPRING_AI_OPENAI_BASE_URL": "{proxy_url}/openai"},
    ),
    "A program that only its Procfile starts": Case(
        {
            "Procfile": "web: gunicorn shop.wsgi --bind 0.0.0.0:$PORT --workers 2\n",
            "shop/wsgi.py": "from mistralai import Mistral\n",
        },
        "-m gunicorn shop.wsgi --bind 127.0.0.1:{port} --workers 2",
        ("mistral",),
        "intercept",
        'POST /chat {"message": "{{ message }}"}',
        {"MISTRAL_API_KEY": "test-key"},
    ),
    "A back end beside its front end": Case(
        {
            "README.md": "two folders\n",
            "web/package.json": package(scripts={"start": "vite preview"}, dependencies={"react": "19"}),
            "back/requirements.txt": "starlette\nlangchain-openai\n",
            "back/main.py": "from starlette.applications import Starlette\napp = Starlette()\n",
        },
        "-m uvicorn main:app --host 127.0.0.1 --port {port}",
        ("openai",),
        "base_url",
        'POST /chat {"message": "{{ message }}"}',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_folder_says_how_its_application_starts_what_it_calls_and_what_to_ask_it(case: Case, tmp_path: Path) -> None:
    survey = survey_of(write_files(tmp_path / "shop", case.files))
    draft = survey.draft(tmp_path / "shop")

    assert draft.start is not None
    python = " ".join(survey.python) + " "
    assert " ".join(draft.start.command).removeprefix(python) == case.command
    assert (survey.upstream.platforms, draft.connect) == (case.platforms, case.connect)
    assert draft.request.in_words == case.request
    assert case.env.items() <= {**draft.env, **draft.start.env}.items()


def test_the_folder_below_that_has_the_application_is_where_it_starts(tmp_path: Path) -> None:
    draft = survey_of(write_files(tmp_path, CASES["A back end beside its front end"].files)).draft(tmp_path)

    assert draft.cwd == "back"
    assert Application(draft.profile(tmp_path / PROFILE_NAME), tmp_path).cwd == (tmp_path / "back").resolve()


def test_a_folder_below_that_nobody_may_read_keeps_no_other_from_being_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, CASES["A back end beside its front end"].files)
    closed, stat = tmp_path / "a-database", Path.stat
    closed.mkdir()

    def refused(path: Path, **options: Any) -> Any:
        if closed in path.parents:  # as of a folder that is another user's; root may read all
            raise PermissionError(path)
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)

    assert survey_of(tmp_path).draft(tmp_path).cwd == "back"


def test_a_path_that_another_post_opens_is_asked_after_that_one(tmp_path: Path) -> None:
    app = (
        "class New(BaseModel):\n    language: str\n    title: str | None = None\n\n\n"
        '@app.post("/session")\ndef begin(new: New): ...\n\n\n'
        '@app.post("/session/{sid}/message")\ndef say(sid: str, body: dict): return body["text"]\n'
    )
    folder = Folder(write_files(tmp_path, {"app.py": app}))

    (request,) = requests_written_in(folder)
    assert request == Request(
        "/session/{{ sid }}/message",
        {"text": "{{ message }}"},
        opening=Opening("/session", "sid", body={"language": "test"}),
    )
    assert request.in_words.endswith("(after POST /session)")
    assert paths_to_fill(folder) == ()


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        ("/auth/chats", "pass"),
        ("/chats", 'body["message"]'),
        ("/chats", 'body.get("history")'),
        ("/chats", "client.responses.create()"),
    ],
)
def test_nothing_is_posted_first_that_is_a_question_or_sounds_like_anything_else(
    path: str, reads: str, tmp_path: Path
) -> None:
    app = f'@app.post("{path}")\ndef begin(): {reads}\n\n\n@app.post("{path}/{{id}}/say")\ndef say(): ...\n'
    folder = Folder(write_files(tmp_path, {"app.py": app}))

    assert [request for request in requests_written_in(folder) if request.opening] == []

    folder = Folder(write_files(tmp_path / "sound", {"app.py": app.replace(path, "/chats").replace(reads, "...")}))
    assert [request for request in requests_written_in(folder) if request.opening] != []


def test_of_routes_that_sound_alike_that_comes_first_which_needs_no_other(tmp_path: Path) -> None:
    app = "".join(f'@app.post("{path}")\ndef say(): ...\n\n\n' for path in ("/bots/{id}", "/bots", "/ask"))
    folder = Folder(write_files(tmp_path, {"app.py": app}))
    paths = [request.path for request in requests_written_in(folder)]

    assert list(dict.fromkeys(paths)) == ["/bots", "/ask", "/bots/{{ id }}"]


def test_a_path_that_only_an_earlier_answer_fills_in_is_named_and_not_tried(tmp_path: Path) -> None:
    app = '@app.post("/chats/{id}/messages")\ndef say(): ...\n\n\n@app.post("/users/{id}")\ndef change(): ...\n'
    folder = Folder(write_files(tmp_path, {"app.py": app}))

    assert paths_to_fill(folder) == ("/chats/{id}/messages",)
    assert {request.path for request in requests_written_in(folder)} == {"/chat", "/api/chat", "/ask"}


def test_an_environment_of_the_applications_own_runs_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"requirements.txt": "flask", "app.py": "from flask import Flask\napp = Flask(__name__)\n"})
    write_files(tmp_path, {".venv/bin/python": "#!/bin/sh\n"})
    (tmp_path / ".venv/bin/python").chmod(0o755)

    assert survey_of(tmp_path).starts[0].command[:2] == ("./.venv/bin/python", "-m")


def test_a_file_with_secrets_gives_names_and_no_value(tmp_path: Path) -> None:
    files = {
        "package.json": '{"main": "a.js"}',
        "a.js": "",
        ".env": "HOUSE_API_KEY=sk-real\nexport B_API_KEY = x\nno name_API_KEY=y\n",
    }
    survey = survey_of(write_files(tmp_path, files))

    assert survey.upstream.env == {"B_API_KEY": "test-key", "HOUSE_API_KEY": "test-key"}


def test_an_empty_folder_has_no_start_and_no_port(tmp_path: Path) -> None:
    survey = survey_of(tmp_path)

    assert (survey.starts, survey.ports, survey.names, survey.upstream.platforms) == ((), (), [], ())


def test_a_port_that_a_compose_file_publishes_is_looked_at(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        files = {"compose.yaml": f'services: {{web: {{image: shop, ports: ["127.0.0.1:{port}:80"]}}}}'}
        ports = survey_of(write_files(tmp_path, files)).ports

        assert ports == (port,)
        assert listening(ports) == port
    assert listening(ports) is None
