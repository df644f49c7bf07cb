"""What `frozen` makes is what `@dataclass(frozen=True, slots=True)` makes."""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, dataclass, field, replace
from pickle import dumps, loads
from typing import TYPE_CHECKING, Any

import pytest

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen
class Place:
    """A place."""

    name: str
    size: int = 0
    secret: str = field(default="", repr=False)
    seen: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Usual:
    """The same, as Python makes it."""

    name: str
    size: int = 0
    secret: str = field(default="", repr=False)
    seen: int = field(default=0, compare=False)


@frozen
class City(Place):
    """A place that is more."""

    people: int = 1


@frozen
class Other:
    """Something else with the same values."""

    name: str
    size: int = 0


@pytest.mark.parametrize("changes", [{}, {"name": "b"}, {"size": 1}, {"secret": "x"}, {"seen": 9}])
def test_it_compares_and_hashes_as_a_dataclass_does(changes: dict[str, object]) -> None:
    # Given
    made, usual = Place("a"), Usual("a")
    # When
    other, usual_other = replace(made, **changes), replace(usual, **changes)  # type: ignore[arg-type]
    # Then
    assert (made == other) == (usual == usual_other)
    assert (hash(made) == hash(other)) == (hash(usual) == hash(usual_other))


def test_it_equals_no_other_class() -> None:
    other: object = Other("a")
    assert Place("a") != other
    assert Place("a") != City("a")
    assert City("a") == City("a")
    assert City("a") != City("a", people=2)


def test_it_shows_what_a_dataclass_shows() -> None:
    assert repr(Place("a", 1, "hidden")) == repr(Usual("a", 1, "hidden")).replace("Usual", "Place")


def test_nothing_of_it_can_be_changed() -> None:
    # Given
    place = Place("a")
    # Then
    with pytest.raises(FrozenInstanceError):
        place.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del place.name
    assert not hasattr(place, "__dict__")


@frozen
class Road:
    """A road."""

    name: str
    places: list[str] = field(default_factory=list)
    made: bool = True


def test_fields_are_given_in_their_order_or_by_name() -> None:
    assert Road("a", ["x"], False) == Road(made=False, places=["x"], name="a")


def test_each_one_has_a_default_of_its_own() -> None:
    # Given two that were told no places
    one, other = Road("a"), Road("a")
    # When one gets some
    one.places.append("x")
    # Then the other has none
    assert other.places == []
    assert other.made


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), (("a", [], True, 1), {}), (("a",), {"name": "b"})]
)
def test_what_does_not_fit_its_fields_is_refused(
    given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        Road(*given, **named)


@pytest.mark.parametrize("copied", [copy, deepcopy, lambda one: loads(dumps(one))])
def test_it_can_be_copied(copied: Callable[[Road], Road]) -> None:
    road = Road("a", ["x"], made=False)
    assert copied(road) == road


def test_a_value_that_cannot_be_hashed_makes_it_unhashable() -> None:
    # Given a value that breaks its type
    wrong: dict[str, int] = {}
    place = Place(wrong)  # type: ignore[arg-type]
    # Then
    with pytest.raises(TypeError):
        hash(place)
