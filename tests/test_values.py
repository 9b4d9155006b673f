"""Values are as frozen ones to whoever compares, hashes, copies or keeps them."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import field, fields, replace

import pytest

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its names."""

    line: int
    names: tuple[str, ...] = ()
    rest: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, eq=False)
class Alone:
    """Equal to nothing but itself."""

    line: int


def test_equal_values_are_one_key() -> None:
    assert {Place(1, ("a",), {"x": "y"}): 1} == {Place(1, ("a",)): 1}
    assert hash(Place(1)) != hash(Place(2))


def test_without_equality_each_is_its_own_key() -> None:
    assert len({Alone(1), Alone(1)}) == 2


def test_a_value_is_replaced_and_copied_as_any_dataclass() -> None:
    place = Place(1, ("a",))
    assert replace(place, line=2) == Place(2, ("a",))
    assert deepcopy(place) == pickle.loads(pickle.dumps(place)) == place
    assert [each.name for each in fields(place)] == ["line", "names", "rest"]


def test_no_field_can_be_added() -> None:
    with pytest.raises(AttributeError):
        Place(1).other = 2  # type: ignore[attr-defined]
