"""Checks across the configuration, which no single part of it can make.

They run on the unchecked document, so that their findings are told together with all others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from gehoor.config_problems import Location, Problem, nearest, path_of, shown, words

_URL_WITH_PASSWORD = re.compile(r"\w+://[^/?#\s]*@")

Part = tuple[int, Mapping[str, Any]]
"""One entry of a list in the document, with its position."""


def cross_problems(document: Any, networks: tuple[str, ...]) -> Iterator[Problem]:
    """Ids used twice, brands that do not exist, misspelt networks, passwords in addresses."""
    brands, sources = _parts(document, "brands"), _parts(document, "sources")
    yield from _repeated("brands", brands)
    yield from _repeated("sources", sources)
    groups = _parts(_part(_part(document, "desk"), "routing"), "groups")
    yield from _unknown_brands(brands, sources, ("sources",))
    yield from _unknown_brands(brands, groups, ("desk", "routing", "groups"))
    yield from _misspelt_accounts(document, brands, networks)
    yield from _passwords(document)


def leaves(value: Any, location: Location = ()) -> Iterator[tuple[Location, object]]:
    """Every single value of a document with its place."""
    if isinstance(value, Mapping):
        entries: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list | tuple):
        entries = enumerate(value)
    else:
        return iter(((location, value),))
    return chain.from_iterable(leaves(part, (*location, step)) for step, part in entries)


def _passwords(document: Any) -> Iterator[Problem]:
    for location, value in leaves(document):
        if isinstance(value, str) and _URL_WITH_PASSWORD.match(value):
            accepted = "an address without a user name and password; secrets are only named here"
            yield Problem(path_of(location), "", accepted)


def _parts(document: Any, key: str) -> list[Part]:
    entries = document.get(key) if isinstance(document, Mapping) else None
    numbered = enumerate(entries if isinstance(entries, list | tuple) else ())
    return [(place, entry) for place, entry in numbered if isinstance(entry, Mapping)]


def _repeated(key: str, entries: Iterable[Part]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, entry in entries:
        name = entry.get("id")
        if isinstance(name, str) and name in seen:
            at: Location = (key, place, "id")
            yield Problem(path_of(at), shown(at, name), "an id that is used once")
        seen.add(str(name))


def _unknown_brands(
    brands: Iterable[Part], naming: Iterable[Part], where: Location
) -> Iterator[Problem]:
    known = [str(brand["id"]) for _, brand in brands if "id" in brand]
    for place, part in naming:
        name, at = part.get("brand"), (*where, place, "brand")
        if isinstance(name, str) and name not in known:
            accepted = f"the id of a brand: {words(known)}" if known else "the id of a brand"
            yield Problem(path_of(at), shown(at, name), accepted, nearest(name, known))


def _misspelt_accounts(
    document: Any, brands: Iterable[Part], known: tuple[str, ...]
) -> Iterator[Problem]:
    """An account may be on a network without an adapter, but not on a misspelt one."""
    desk = _part(document, "desk")
    named: list[tuple[Location, Any]] = [
        *((("brands", place, "accounts"), brand.get("accounts")) for place, brand in brands),
        *((("desk", key), desk.get(key)) for key in ("own_accounts", "staff")),
    ]
    for where, accounts in named:
        for name in accounts if isinstance(accounts, Mapping) else ():
            meant = nearest(name, known)
            if meant and name not in known:
                at = path_of((*where, str(name)))
                yield Problem(at, "", f"the name of a network: {words(known)}", meant)


def _part(document: Any, key: str) -> Mapping[str, Any]:
    found = document.get(key) if isinstance(document, Mapping) else None
    return found if isinstance(found, Mapping) else {}
