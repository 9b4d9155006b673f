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


@dataclass(slots=True)
class Open:
    """One that changes."""

    inside: object = None


@dataclass(frozen=True, slots=True, order=True)
class Ranked:
    """One with an order."""

    rank: int
    name: str = field(default="", repr=False)


class Base:
    def __repr__(self) -> str:
        return "base"


@dataclass(frozen=True, slots=True)
class Named(Base):
    """One that says what it is."""

    name: str

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7


@dataclass(frozen=True)
class Nothing:
    """Without a field."""


def test_it_is_shown_as_any_dataclass_is() -> None:
    assert repr(Place(1, ("a",))) == "Place(line=1, names=('a',), rest={})"
    assert repr(Ranked(1, "b")) == "Ranked(rank=1)"
    around = Open()
    around.inside = around
    assert repr(around) == "Open(inside=...)"
    assert repr(Named("a")) == "Named(name='a')"


def test_one_that_changes_is_no_key() -> None:
    assert Open(1) == Open(1) != Open(2)
    with pytest.raises(TypeError):
        hash(Open())


def test_what_a_class_says_of_itself_stays() -> None:
    assert Named("a") == Named("b")
    assert hash(Named("a")) == 7


def test_values_of_other_classes_are_others() -> None:
    assert len({Place(1): 0, Ranked(1): 0, Nothing(): 0, Alone(1): 0}) == 4
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert sorted([Ranked(2), Ranked(1)]) == [Ranked(1), Ranked(2)]
    assert len({Ranked(1), Ranked(1)}) == 1
