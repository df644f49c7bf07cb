"""Finding a person in what gehoor stores.

No index leads from an author to their posts, as every mention would pay for it: the table is read
through instead, at the few times somebody asks to be forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from gehoor.aws.items import read_packed, read_text
from gehoor.aws.translate import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from gehoor.aws.items import Item
    from gehoor_ops.output import Output

PROGRESS_EVERY = 10_000
Document = dict[str, Any]


class Author(NamedTuple):
    """Who wrote it: network, native id, and the handle that is stored beside them."""

    network: str
    native_id: str
    handle: str


@dataclass(slots=True)
class Found:
    """What leads to all that is stored of a person.

    `opened` are the tickets that were opened for their cases, `unreadable` the items set aside
    that name them.
    """

    handles: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    has_identity: bool = False

    @property
    def is_nobody(self) -> bool:
        """Whether nothing at all is stored of them."""
        return not (self.mentions or self.unreadable or self.cases or self.has_identity)


def all_items(client: DynamoDBClient, table: str, output: Output) -> Iterator[Item]:
    """Every item of a table; says how far it is."""
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    with translated("reading through the table"):
        found = (item for page in pages for item in page["Items"])
        for count, item in enumerate(found, 1):
            if count % PROGRESS_EVERY == 0:
                output.note(f"{count:,} items read")
            yield item


def native_ids(items: Iterable[Item], network: str, who: str) -> set[str]:
    """The native ids on a network of whoever has, or had, this native id or handle.

    The native id counts before a handle that reads the same.
    """
    authors = [author for item in items if (author := author_of(item)) is not None]
    known = [author for author in authors if author.network == network]
    if any(author.native_id == who for author in known):
        return {who}
    return {author.native_id for author in known if _plain(author.handle) == _plain(who)}


def authors_in_ticket(items: Iterable[Item], ticket_id: str) -> set[tuple[str, str]]:
    """Network and native id of those whose cases were opened in, or came into, a ticket."""
    found = set()
    for item in items:
        case = _document(item, "case") if kind_of(item) == "case" else None
        if case and ticket_id in (case["ticket_id"], *case.get("left", ())):
            found.add((case["network"], case["address"]["author_id"]))
    return found


def find(items: Iterable[Item], network: str, native_id: str) -> Found:
    """What leads to all that is stored of one person."""
    found = Found()
    for item in items:
        author = author_of(item)
        if author is not None and author[:2] == (network, native_id):
            _note(item, author, found)
        elif kind_of(item) == "mention" and json.dumps(native_id) in read_text(item, "raw"):
            found.unreadable.add(name_of(item))
    return found


def author_of(item: Item) -> Author | None:
    """Whose a mention, a case or an identity is; None for all other items."""
    kind = kind_of(item)
    if kind == "mention" and (mention := _document(item, "mention")):
        author = mention["author"]
        return Author(mention["network"], author["native_id"], author["handle"])
    if kind == "case" and (case := _document(item, "case")):
        address = case["address"]
        return Author(case["network"], address["author_id"], address["handle"])
    if kind == "identity":
        network, _, native_id = name_of(item).partition(":")
        identity = _document(item, "identity") or {}
        return Author(network, native_id, identity.get("handle", ""))
    return None


def kind_of(item: Item) -> str:
    """What an item is about: mention, case, promise ..."""
    return read_text(item, "entity").partition("#")[0]


def name_of(item: Item) -> str:
    """The name of the one that an item is about."""
    return read_text(item, "entity").partition("#")[2]


def _note(item: Item, author: Author, found: Found) -> None:
    kind, name = kind_of(item), name_of(item)
    found.handles |= {author.handle} - {""}
    if kind == "mention":
        found.mentions.add(name)
        found.cases |= {read_text(item, "case_id")} - {""}
    elif kind == "case" and (case := _document(item, "case")):
        found.cases.add(name)
        found.opened.add((*case.get("left", ()), case["ticket_id"])[0])
        found.customers.add(case["customer_id"])
    elif kind == "identity":
        identity = _document(item, "identity") or {}
        found.has_identity = True
        found.customers.add(identity.get("customer_id") or read_text(item, "customer_id"))
        for thread in identity.get("threads", ()):
            found.cases |= {thread["thread_case_id"], thread["case_id"]}


def _document(item: Item, name: str) -> Document | None:
    """What is stored under a name; None when nothing is, or it is damaged."""
    try:
        document: Document = json.loads(read_packed(item, name, "an item"))
    except ValueError:
        return None
    return document


def _plain(handle: str) -> str:
    return handle.removeprefix("@").casefold()
