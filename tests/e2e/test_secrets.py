"""What was a secret in a drill stands in nothing that the drill leaves behind, and in nothing that others may read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from support.drills import a_desk, scenario, starts

from brownout.drill.authority import SECRET

pytestmark = pytest.mark.e2e
KEYS = {
    "openai": "sk-proj-Vq3mXr81KtLw90ZpSecretOpenAI",
    "anthropic": "sk-ant-api03-Nb72HsSecretAnthropic9Qw",
    "gemini": "AIzaSyD4SecretGeminiKey0123456789abcdefg",
    "azure": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "gateway": "acme-prod-7f3b9c2e51a04d88",
    "cookie": "c0ffee-session-5e12-secret-of-a-user",
}
WORDS = "My account is DE89370400440532013000"
OWN = {"app secret": "Zk4t7Wq8hh2Kd9xZp0aB", "verify token": "verify-9xT4b2Lq8Rw1"}
PLATFORMS = ("openai", "anthropic", "gemini", "azure")


def _journey(kind: str) -> dict[str, object]:
    ask = {
        "name": "ask",
        "post": f"/{kind}",
        "json": {"text": f"{WORDS}. {{{{ message }}}}"},
        "reply": {"json": "reply"},
    }
    return {"patience": "8s", "steps": [ask]}


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _theirs(path: Path) -> bool:
    """Whether a file is the user's own, or made for the eyes of the user alone."""
    return path.name == "brownout.yaml" or path.parent.name == "orders" or path.name == "application.log"


def test_no_secret_of_a_drill_stands_in_what_it_leaves_behind(tmp_path: Path) -> None:
    profile = {
        "connect": "intercept",
        "start": {**starts("keys_app", KEYS=json.dumps(KEYS)), "timeout": "60s"},
        "journeys": {kind: _journey(kind) for kind in (*PLATFORMS, "gateway")},
        "webhooks": {
            "whatsapp": {"url": "/hooks", "secret": OWN["app secret"], "verify_token": OWN["verify token"]},
        },
        "load": {"users": 8, "arrive": 50, "pause": "50ms"},
        "expect": [{"check": "no_leaks"}, {"check": "honest_errors"}, {"check": "success", "at_least": "90%"}],
    }
    with a_desk(tmp_path, **profile) as desk:
        rules = [{"fault": "server_error", "on": f"{name}.*", "share": "50%"} for name in PLATFORMS]
        desk.env["XDG_CONFIG_HOME"] = str(tmp_path / "config")
        desk.write("short.yaml", scenario(*rules, lasts="4s"))
        running = desk.start("run", "short.yaml", "--app", "brownout.yaml", "--out", "out")
        desk.wait_for("exchange", 10)
        lines = [" ".join(process.cmdline()) for process in desk.family()]
        (scratch,) = (path for path in tmp_path.glob("brownout-*") if path.is_dir())
        assert _mode(scratch) == 0o700
        assert _mode(scratch / "keys") == 0o600
        passing = {path.name: _read(path) for path in scratch.iterdir() if path.is_file()}
        out, said = running.communicate(timeout=120)
        desk.wait_until_alone()
        orders = [*(desk.out / "orders").iterdir()]
        token = json.loads((desk.out / "orders" / "proxy-0.json").read_text())["token"]
        texts = {path.name: _read(path) for path in tmp_path.rglob("*") if path.is_file() and not _theirs(path)}
        modes = {_mode(tmp_path / "config" / "brownout" / "ca" / name) for name in SECRET}
        outcomes = {row["outcome"] for row in desk.rows("journey")}
        in_use = {row["journey"] for row in desk.rows("journey") if "key_in_use" in row["leaks"]}
        called = {row["service"].split(".")[0] for row in desk.rows("exchange")}

    assert (called, outcomes) == (set(PLATFORMS), {"ok", "error"}), said
    assert lines
    assert modes | {_mode(path) for path in orders} == {0o600}
    assert not list(tmp_path.glob("brownout-*/"))
    assert {"drill.jsonl", "report.html", "report.md", "junit.xml", "result.json"} <= set(texts)
    assert in_use == {"gateway"}
    assert "key that was in use" in texts["report.md"]
    for secret in (*KEYS.values(), *OWN.values(), token, WORDS):
        texts = {**texts, **passing, "stdout": out, "stderr": said}
        assert not [name for name, text in texts.items() if secret in text], secret
        assert secret in WORDS or not any(secret in line for line in lines)
