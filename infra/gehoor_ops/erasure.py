"""Erasing a person everywhere gehoor stores anything, so that a death at any point loses no step.

What is to be erased is noted in the person's tombstone first, as ids. Then mentions and cases
become tombstones, so that nobody begins anything new with them. What workers are at is waited for:
they run for less than LEASE. Then goes what the ledger keeps of them, and the identity last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gehoor.aws.cases import CASE
from gehoor.aws.forgotten import DynamoForgotten, Tombstone, Traces
from gehoor.aws.items import read_text
from gehoor.aws.translate import translated
from gehoor.domain.forgotten import person_of
from gehoor.domain.mention import digest
from gehoor.domain.ticket import external_id_of_customer
from gehoor.usecases.once import LEASE
from gehoor_ops.person_search import all_items, find, kind_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.cases import Cases
    from gehoor.aws.items import Item
    from gehoor.aws.mentions import Mentions
    from gehoor.ports.surroundings import Clock, Wait
    from gehoor_ops.output import Output
    from gehoor_ops.person_search import Found

LEDGER = frozenset({"promise", "choice", "claim"})
OF_TICKETS = {"reply": 1, "note": 1, "answered": 1, "plan": 2}
"""Where the ticket's id stands in what the ledger calls these works."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One person, and the places where something of them may be."""

    network: str
    native_id: str
    dynamodb: DynamoDBClient
    core: str
    state: str
    mentions: Mentions
    cases: Cases
    output: Output

    @property
    def identity(self) -> str:
        """The identity's name."""
        return f"{self.network}:{self.native_id}"

    @property
    def person(self) -> str:
        """The digest that is left of them."""
        return person_of(self.identity)

    def found(self) -> Found:
        """What leads to all that is stored of them."""
        return find(self._core_items(), self.network, self.native_id)

    def tombstone(self) -> Tombstone | None:
        """What an erasure left, or has left to do."""
        return DynamoForgotten(self.dynamodb, self.core).get(self.person)

    def traces(self, found: Found) -> Traces:
        """Where to look for the rest: what was found, and what a run that died had found."""
        own = {t for t in found.opened if set(self.cases.in_ticket(t)) <= found.cases}
        mentions = frozenset(found.mentions | found.unreadable)
        now = Traces(mentions, frozenset(found.cases), frozenset(own))
        before = self.tombstone()
        return now | before.left if before else now

    def rest(self, traces: Traces) -> list[tuple[str, Item]]:
        """Everything else that is theirs, each with the table it is in, the identity last.

        So a run that died before the end finds them again.
        """
        core = [
            (self.core, item)
            for item in self._core_items()
            if is_theirs(item, traces) or self._names_them(item)
        ]
        core.sort(key=lambda entry: kind_of(entry[1]) == "identity")
        state = (
            (self.state, item)
            for item in all_items(self.dynamodb, self.state, self.output)
            if self._is_kept_of(item, traces)
        )
        return [*state, *core]

    def erase(self, clock: Clock, wait: Wait) -> Counter[str]:
        """Erase all of it; returns how many items of each kind. Safe to repeat after a death."""
        found = self.found()
        traces, store = self.traces(found), DynamoForgotten(self.dynamodb, self.core)
        tombstone = self._begun(found, traces, clock)
        store.begin(self.person, tombstone)
        for number, mention_id in enumerate(sorted(traces.mentions), 1):
            self.mentions.forget(mention_id, tombstone.forgotten_at)
            if number % 100 == 0:
                self.output.note(f"{number:,} of {len(traces.mentions):,} mentions erased")
        for case_id in sorted(traces.cases):
            self.cases.forget(case_id, tombstone.forgotten_at)
        if clock() < tombstone.quiet_after:
            self.output.note("waiting two minutes for what is under way to come to its end")
            wait(tombstone.quiet_after)
        erased = Counter({"mention": len(traces.mentions)})
        for table, item in self.rest(traces):
            self._delete(table, item)
            erased[kind_of(item)] += 1
        store.finish(self.person)
        return erased

    def _begun(self, found: Found, traces: Traces, clock: Clock) -> Tombstone:
        now, before = clock(), self.tombstone()
        if before is not None and found.is_nobody:
            return replace(before, left=traces)
        return Tombstone(now, traces, now + LEASE)

    def _core_items(self) -> Iterator[Item]:
        return all_items(self.dynamodb, self.core, self.output)

    def _names_them(self, item: Item) -> bool:
        if kind_of(item) == "alert":
            return read_text(item, "identity") == self.identity
        names = (read_text(item, "entity"), read_text(item, "part"))
        is_answer_to_them = kind_of(item) == "replies" and read_text(item, "person") == self.person
        return f"identity#{self.identity}" in names or is_answer_to_them

    def _is_kept_of(self, item: Item, traces: Traces) -> bool:
        """Agents' comments on their tickets, and what a CRM told of them."""
        kind, name = kind_of(item), name_of(item)
        if kind == "crm":
            return name == digest(external_id_of_customer(self.identity))
        return kind == "inbox" and name.partition("/")[0] in traces.tickets

    def _delete(self, table: str, item: Item) -> None:
        with translated("erasing"):
            self.dynamodb.delete_item(TableName=table, Key=_key(item))


def is_theirs(item: Item, traces: Traces) -> bool:
    """Whether an item that names no author is about one of their mentions, cases or tickets."""
    kind, name = kind_of(item), name_of(item)
    if kind in LEDGER:
        return _is_work_on(name, traces) or _is_work_on(read_text(item, "owner"), traces)
    if kind == "case":
        return name in traces.cases and read_text(item, "part") == CASE
    if kind == "alert":
        return read_text(item, "mention_id") in traces.mentions
    if kind == "answer":
        return name.partition("/")[0] in traces.tickets
    return (kind == "note" and name in traces.cases) or (
        kind == "ticket" and name in traces.tickets
    )


def _is_work_on(name: str, traces: Traces) -> bool:
    """Whether the ledger's name of a work names one of these."""
    words = name.split(":")
    if not traces.mentions.isdisjoint(words) or not traces.cases.isdisjoint(words):
        return True
    place = OF_TICKETS.get(words[0], len(words))
    return len(words) > place and words[place] in traces.tickets


def _key(item: Item) -> dict[str, AttributeValueTypeDef]:
    return {"entity": item["entity"], "part": item["part"]}
