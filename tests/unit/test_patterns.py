"""Patterns of the domain are compiled late, so a wrong one must be found here."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import pytest

from gehoor import domain
from gehoor.domain.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator


def patterns() -> Iterator[tuple[str, Pattern]]:
    """Every pattern with where it stands."""
    for found in iter_modules(domain.__path__, f"{domain.__name__}."):
        for name, value in vars(import_module(found.name)).items():
            for place, pattern in enumerate(_in(value)):
                yield f"{found.name}.{name}[{place}]", pattern


def _in(value: Any) -> Iterator[Pattern]:
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _in(part)


ALL = dict(patterns())


@pytest.mark.parametrize("name", ALL)
def test_every_pattern_of_the_domain_can_be_compiled(name: str) -> None:
    assert ALL[name].compiled.groups >= 0


def test_it_finds_what_a_compiled_expression_finds() -> None:
    # Given
    pattern, text = Pattern(r"b\d"), "ab1cb2"
    # Then each way to look finds the same as in `re`
    assert [found.span() for found in pattern.finditer(text)] == [(1, 3), (4, 6)]
    assert [
        found and found.span() for found in (pattern.search(text), pattern.search(text, 2))
    ] == [
        (1, 3),
        (4, 6),
    ]
    assert pattern.match(text) is None
    assert pattern.match("b1c") is not None
    assert pattern.fullmatch("b1c") is None
    assert pattern.sub("-", text) == "a-c-"
    assert pattern.split(text) == ["a", "c", ""]
