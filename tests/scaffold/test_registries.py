"""What is known of frameworks and libraries goes with what is known of platforms."""

from __future__ import annotations

import re

from brownout.library.starting import OWN
from brownout.scaffold.clients import CLIENTS
from brownout.scaffold.frameworks import FRAMEWORKS
from brownout.services import BUILT_IN


def test_every_library_calls_platforms_of_the_catalogue() -> None:
    assert {name for client in CLIENTS for name in client.platforms} <= set(BUILT_IN.by_name)


def test_a_library_that_reads_a_variable_has_one_of_the_catalogues_or_its_own() -> None:
    blind = [
        client.name
        for client in CLIENTS
        if client.by_variable
        and not all(BUILT_IN.by_name[name].variables for name in client.platforms)
        and not any("{" in value for value in client.env.values())
    ]

    assert blind == []


def test_what_is_set_for_a_library_names_only_what_a_profile_knows() -> None:
    known = {*OWN, *(provider.placeholder for provider in BUILT_IN.providers)}
    named = {name for client in CLIENTS for value in client.env.values() for name in re.findall(r"\{(\w+)\}", value)}

    assert named <= known


def test_names_are_there_once() -> None:
    for registry in (CLIENTS, FRAMEWORKS):
        names = [each.name for each in registry]
        assert len(set(names)) == len(names)
