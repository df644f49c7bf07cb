"""A storm: ten thousand mentions at once against the helpdesk's limit, on a clock set forward.

And, before it, what single mentions of different authors cost the helpdesk.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

from bench.figures import Figure, Figures, p95
from bench.storm_town import PER_MINUTE, Town
from factories import JUDGEMENT, NOW, author, mention
from gehoor import bootstrap
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.customer import Identity
from gehoor.domain.mention import Mention
from gehoor.usecases.customers import profile_of
from playground.desk import users
from playground.desk.inputs import UserInput

MENTIONS = 10_000
ONE_IN = 50
"""Of so many mentions one is urgent."""

SEED = 1


class Storm(NamedTuple):
    """How a storm went."""

    lost: int
    doubled: int
    calls_per_mention: float
    urgent_p95_s: float
    drain_minutes: float
    most_receipts: int


def figures() -> Figures:
    """Both storms, and the story of single mentions."""
    with tempfile.TemporaryDirectory() as directory, _repeatable():
        places = [Path(directory) / name for name in ("single", "new", "known")]
        for place in places:
            place.mkdir()
        calls = single(places[0])
        new = _figures(storm(places[1], MENTIONS, "new"), "authors nobody knows")
        known = _figures(storm(places[2], MENTIONS, "known"), "authors who are customers")
    how = "counted as they reach the Desk, one mention at a time, with its note"
    return {
        **new,
        **{f"known_authors_{name}": figure for name, figure in known.items()},
        **{f"calls_{name}": Figure(found, "calls", how) for name, found in calls.items()},
    }


def _figures(found: Storm, who: str) -> Figures:
    how = (
        f"{MENTIONS:,} mentions at once of {who}, {PER_MINUTE} calls a minute, 1 in {ONE_IN} "
        f"urgent; virtual clock, real adapter, seed {SEED}"
    )
    return {
        "lost": Figure(found.lost, "mentions", how, 0),
        "doubled": Figure(found.doubled, "tickets", how, 0),
        "calls_per_mention": Figure(
            found.calls_per_mention, "calls", f"{how}; without the notes that follow the tickets"
        ),
        "urgent_p95_s": Figure(found.urgent_p95_s, "s", f"{how}; by the Desk's own times", 60),
        "drain_minutes": Figure(found.drain_minutes, "min", f"{how}; to the last ticket"),
        "most_receipts": Figure(found.most_receipts, "receipts", f"{how}; of any one message"),
    }


@contextmanager
def _repeatable() -> Iterator[None]:
    jitter, clock = bootstrap.jitter, bootstrap.clock
    bootstrap.jitter = Random(SEED)
    try:
        yield
    finally:
        bootstrap.jitter, bootstrap.clock = jitter, clock


def posts(prefix: str, many: int, **changes: Any) -> list[Mention]:
    """A post of each of many authors."""
    return [mention(f"{prefix}-{n}", by=f"person{n}", **changes) for n in range(many)]


def single(directory: Path) -> dict[str, float]:
    """Calls of one mention at a time, with their notes, of authors new, known and proven."""
    town = Town(directory)
    later = NOW + timedelta(days=2)
    story = {
        "new_author": mention("1"),
        "known_author": mention("2", posted_at=later),
        "known_author_the_same_day": mention("3", brand="another", posted_at=later),
        "follow_up": mention("4", in_reply_to="2", posted_at=later + timedelta(minutes=1)),
        "new_author_on_x": mention("5", network="x", author=author("xena", network="x")),
        "new_author_with_a_verified_address": mention("6", by="vera"),
        "customer_by_a_verified_address": mention("7", by="karl"),
    }
    _prove(town)
    found = {}
    for name, new in story.items():
        town.world.town.post(new)
        town.calls.clear()
        town.post([new])
        end = town.clock() + timedelta(minutes=5)
        town.drain(lambda end=end: town.clock() >= end)  # type: ignore[misc]
        found[name] = float(town.calls.total())
    return found


def _prove(town: Town) -> None:
    """Let the CRM know two authors' addresses, one of which a customer has already."""
    for name in ("vera", "karl"):
        contact = VerifiedContact(f"{name}@shop.example")
        town.world.crm.note(f"gehoor:{author(name).identity}", contact=contact)
    with town.place.store.transaction() as db:
        given = UserInput(name="K. de Vries", email="karl@shop.example")
        users.create(db, given, town.place.now())


def storm(directory: Path, many: int, authors: Literal["new", "known"]) -> Storm:
    """Many mentions at once, of authors nobody knows or of authors with a customer."""
    town = Town(directory)
    if authors == "known":
        _meet(town, many)
    town.calls.clear()
    start = town.clock()
    town.post(posts("storm", many), lambda number: number % ONE_IN == 0)
    urgent_ids = [m.body["mention_id"] for m in town.queues["urgent"]]

    town.drain(lambda: town.delivered() == many)
    tickets = town.tickets()
    calls = {name: number for name, number in town.calls.items() if not _is_of_notes(name)}
    return Storm(
        lost=many - len(tickets),
        doubled=sum(number - 1 for number in tickets.values()),
        calls_per_mention=round(sum(calls.values()) / many, 3),
        urgent_p95_s=p95([(at - start).total_seconds() for at in town.opened_at(urgent_ids)]),
        drain_minutes=round((town.clock() - start) / timedelta(minutes=1), 1),
        most_receipts=town.receipts,
    )


def _meet(town: Town, many: int) -> None:
    """Let the authors be customers already, as after earlier contacts."""
    with town.place.store.transaction() as db:
        for new in posts("storm", many):
            profile = profile_of(new, JUDGEMENT)
            given = UserInput(name=new.author.display_name, external_id=profile.external_id)
            user = users.create(db, given, town.place.now())
            name = new.author.identity
            told = profile.fingerprint
            town.world.identities.put(Identity(name, str(user["id"]), NOW, told))


def _is_of_notes(call: str) -> bool:
    """Calls after an agent can work: what went before, and the note about it."""
    return call in {"GET users/#/tickets/requested", "GET tickets/#/comments", "PUT tickets/#"}
