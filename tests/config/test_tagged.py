from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from brownout.config.tagged import Tagged


class Cat(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["cat"]
    lives: int = Field(default=9, ge=1)


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str

    @model_validator(mode="after")
    def _has_a_good_name(self) -> Dog:
        if self.name == "cat":
            raise ValueError("name: that is no name for a dog")
        return self


TYPES: dict[str, type[BaseModel]] = {"cat": Cat, "dog": Dog}
OURS: TypeAdapter[Any] = TypeAdapter(tuple[Annotated[BaseModel, Tagged("kind", TYPES)], ...])
MAKING: TypeAdapter[Any] = TypeAdapter(
    tuple[Annotated[BaseModel, Tagged("kind", TYPES, lambda tag, value: TYPES[tag].model_validate(dict(value)))], ...]
)
THEIRS: TypeAdapter[Any] = TypeAdapter(tuple[Annotated[Cat | Dog, Field(discriminator="kind")], ...])
REFUSED = [
    "no list",
    ["no mapping"],
    [{}],
    [{"kind": "cow"}],
    [{"kind": 7}],
    [{"kind": ["cat"]}],
    [{"kind": "cat", "lives": 0}, {"kind": "dog"}],
    [{"kind": "cat", "lifes": 3, "lives": "many"}],
    [{"kind": "dog", "name": "cat"}],
]


def refusals(adapter: TypeAdapter[Any], value: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return [(one["type"], one["loc"], one["msg"], one["input"]) for one in caught.value.errors(include_url=False)]


@pytest.mark.parametrize("value", REFUSED)
def test_what_is_wrong_is_told_as_a_union_tells_it(value: Any) -> None:
    assert refusals(OURS, value) == refusals(MAKING, value) == refusals(THEIRS, value)


def test_values_go_there_and_back_as_with_a_union() -> None:
    value = [{"kind": "cat"}, {"kind": "dog", "name": "Rex"}]
    read = OURS.validate_python(value)
    assert read == THEIRS.validate_python(value) == OURS.validate_python(read)
    assert OURS.dump_python(read, exclude_unset=True) == THEIRS.dump_python(read, exclude_unset=True)
    assert OURS.dump_json(read) == THEIRS.dump_json(read)


def test_the_json_schema_is_that_of_a_union() -> None:
    assert OURS.json_schema() == MAKING.json_schema() == THEIRS.json_schema()


def test_a_scenario_of_one_fault_imports_no_other() -> None:
    code = (
        "import sys; from brownout.scenario import Scenario; "
        "rule = {'fault': 'stream_cut', 'on': '*'}; "
        "phase = {'phase': 'a', 'lasts': 1, 'impact': 'degraded', 'rules': [rule]}; "
        "Scenario.model_validate({'brownout': 1, 'name': 'x', 'title': 'x', 'timeline': [phase]}); "
        "print('brownout.faults.stream_cut' in sys.modules, 'brownout.faults.stream_stall' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True", "False"]
