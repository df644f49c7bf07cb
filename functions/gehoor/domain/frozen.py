"""Frozen dataclasses with slots, made and filled at half the cost.

A start makes a hundred of them. For each, `dataclasses` writes and compiles six methods, which took
an eighth of the time; here one is, and those that compare, hash, show, refuse and copy are shared.
The one that is compiled fills the slots themselves: `object.__setattr__`, which `dataclasses` calls
for each field, has to look each up by its name.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """As `@dataclass(frozen=True, slots=True)`, for a class with one field at least.

    Of what `field` can say it knows defaults, `compare` and `repr`; there is no `__post_init__`.
    """
    made: Any = dataclass(slots=True, init=False, eq=False, repr=False)(cls)
    made.__init__ = _initializer(made)
    made.__setattr__ = made.__delattr__ = _refuse
    made.__eq__, made.__hash__ = _compared_by(_values(made, lambda one: bool(one.compare)))
    made.__repr__, made.__reduce__ = _show, _made_again
    result: type[T] = made
    return result


def _initializer(made: Any) -> Callable[..., None]:
    """The method `__init__`, which takes the fields in their order, or by name."""
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, statements = ["self"], list[str]()
    for one in fields(made):
        known[f"_set_{one.name}"] = getattr(made, one.name).__set__
        parameters.append(_parameter(one, known))
        made_anew = f"_new_{one.name}() if {one.name} is MISSING else {one.name}"
        value = one.name if one.default_factory is MISSING else made_anew
        statements.append(f"_set_{one.name}(self, {value})")
    head = f"def __init__({', '.join(parameters)}):"
    exec("\n ".join((head, *statements)), known)  # noqa: S102  # names of fields, as dataclasses do
    written: Callable[..., None] = known["__init__"]
    return written


def _parameter(one: Field[Any], known: dict[str, Any]) -> str:
    if one.default is not MISSING:
        known[f"_usual_{one.name}"] = one.default
        return f"{one.name}=_usual_{one.name}"
    if one.default_factory is not MISSING:
        known[f"_new_{one.name}"] = one.default_factory
        return f"{one.name}=MISSING"
    return one.name


def _refuse(_one: object, name: str, *_value: object) -> NoReturn:
    message = f"cannot change field {name!r}"
    raise FrozenInstanceError(message)


def _values(made: Any, counts: Callable[[Any], bool]) -> Callable[[object], Any]:
    return attrgetter(*(one.name for one in fields(made) if counts(one)))


def _compared_by(values: Callable[[object], Any]) -> tuple[Any, Any]:
    """The methods `__eq__` and `__hash__`."""

    def equals(one: object, other: object) -> bool:
        return bool(values(one) == values(other)) if type(other) is type(one) else NotImplemented

    def hashed(one: object) -> int:
        return hash(values(one))

    return equals, hashed


def _made_again(one: Any) -> tuple[Any, ...]:
    """How to copy it: with the same values."""
    return type(one), tuple(getattr(one, each.name) for each in fields(one))


def _show(one: Any) -> str:
    shown = (f"{each.name}={getattr(one, each.name)!r}" for each in fields(one) if each.repr)
    return f"{type(one).__qualname__}({', '.join(shown)})"
