"""Variables with secrets that sources cannot do without, and the values that stand for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.folders import write_files

from brownout.scaffold.secrets import MADE_UP, secrets_read_in
from brownout.scaffold.survey import survey_of


@pytest.mark.parametrize(
    "source",
    [
        'key = os.environ["HOUSE_KEY"]',
        "key = environ['HOUSE_KEY']",
        'key = os.getenv("HOUSE_KEY")',
        'key = os.environ.get( "HOUSE_KEY" )\nif key is None:\n    raise SystemExit',
        "const key = process.env.HOUSE_KEY;",
        "const key = process.env.HOUSE_KEY!",
        "const key = process.env['HOUSE_KEY']",
        'String key = System.getenv("HOUSE_KEY");',
        'a = os.getenv("HOUSE_KEY") or ""\nb = os.environ["HOUSE_KEY"]',
    ],
)
def test_a_secret_that_is_read_without_a_default_is_needed(source: str) -> None:
    assert secrets_read_in(source) == {"HOUSE_KEY"}


@pytest.mark.parametrize(
    "source",
    [
        'key = os.getenv("HOUSE_KEY", "none")',
        'key = os.environ.get("HOUSE_KEY") or "none"',
        'os.environ["HOUSE_KEY"] = "mine"',
        "const key = process.env.HOUSE_KEY ?? 'none'",
        "const key = process.env.HOUSE_KEY || 'none'",
        "process.env.HOUSE_KEY = 'mine'",
        'os.environ["HOUSE_NAME"]',
        'os.environ["HOUSE_KEYS"]',
        "HOUSE_KEY = 1",
    ],
)
def test_what_has_a_default_or_is_no_secret_is_left_alone(source: str) -> None:
    assert secrets_read_in(source) == set()


def test_a_profile_sets_each_to_what_nobody_takes_for_a_real_one(tmp_path: Path) -> None:
    source = 'import os\na = os.environ["MY_LLM_KEY"], os.environ["SESSION_SECRET"], os.environ["OPENAI_API_KEY"]\n'
    files = {"requirements.txt": "openai\n", "app.py": f"{source}import openai\n"}
    env = survey_of(write_files(tmp_path, files)).upstream.env

    assert env == {"MY_LLM_KEY": MADE_UP, "SESSION_SECRET": MADE_UP, "OPENAI_API_KEY": "sk-test-0000"}
    assert "made-up" in MADE_UP
