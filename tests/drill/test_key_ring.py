"""What no call carries is known as a key all the same: the drill's own token, webhooks' secrets, what signs calls."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from brownout.drill.key_ring import KeyRing
from brownout.drill.processes import Family
from brownout.profile import Profile

TOKEN = "5a1f0c7e9b3d48266f8a1c0e7d5b9342"
APP_SECRET = "Zk4t7Wq8hh2Kd9xZp0aB"
VERIFY = "verify-9xT4b2Lq8Rw1"
SIGNS = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYz41Kq8sT2o"
INHERITED = "q8Q~4xT9b2Lq8Rw1Zk4t7Wq8hh2Kd9"


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", INHERITED)
    monkeypatch.setenv("SHOP_MAP_KEY", "m4p5K6q7R8s9T0u1V2")
    webhook = {"url": "/hooks", "secret": APP_SECRET, "verify_token": VERIFY}
    profile = {
        **{"name": "shop", "webhooks": {"whatsapp": webhook}},
        "start": {"command": ["{python}", "shop.py"], "env": {"AWS_SECRET_ACCESS_KEY": SIGNS}},
        "journeys": {"look": {"steps": [{"name": "look", "get": "/"}]}},
    }
    made = KeyRing(tmp_path)
    made.note_own(TOKEN, Profile.model_validate(profile))
    return made


@pytest.mark.parametrize("key", [TOKEN, APP_SECRET, VERIFY, SIGNS, INHERITED])
def test_it_is_known_from_the_beginning(ring: KeyRing, key: str) -> None:
    assert ring.known.shown(json.dumps({"config": key}), tuple)


def test_a_variable_that_a_page_may_show_is_no_key(ring: KeyRing) -> None:
    assert not ring.known.shown("m4p5K6q7R8s9T0u1V2", tuple)


def test_the_last_words_of_a_child_hold_none_of_them(ring: KeyRing, family: Family) -> None:
    family.keys = ring.known
    child = family.start("application", [sys.executable, "-c", f"import sys; sys.exit('no luck with {SIGNS}')"])

    assert child.wait(30)
    assert child.tail() == "    no luck with [key]"
