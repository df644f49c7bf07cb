"""What every store of incidents and of brands' counts must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from factories import NOW
from fakes.incidents import FakeBrandWatches, FakeIncidents
from gehoor.aws.brand_watches import DynamoBrandWatches
from gehoor.aws.incidents import DynamoIncidents
from gehoor.domain.incident import Incident, Joined
from gehoor.domain.spike import HOUR, Watch, hour_of
from gehoor.domain.storm import BrandWatch
from gehoor.ports.incidents import IncidentStore
from gehoor.ports.storms import BrandWatches
from moto_stack import moto_stack


@dataclass(frozen=True)
class Stores:
    """Both, in one place."""

    incidents: IncidentStore
    watches: BrandWatches


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(FakeIncidents(), FakeBrandWatches())
        return
    with moto_stack() as stack:
        yield Stores(
            DynamoIncidents(stack.dynamodb, stack.core),
            DynamoBrandWatches(stack.dynamodb, stack.state),
        )


def incident(name: str = "20261122T10-abc") -> Incident:
    return Incident(name, "noordlicht", NOW, 23, 1.5, ("geen internet",), ("m1", "m2"))


def test_an_incident_comes_back_as_it_was_stored(stores: Stores) -> None:
    # Given an incident with a broadcast under way
    made = incident().proposed("7", "It is mended", NOW).begun(NOW + timedelta(minutes=1))
    assert stores.incidents.put(made)
    # When it is read, then it is the same, one revision on
    assert stores.incidents.get(made.incident_id) == replace(made, revision=1)
    assert stores.incidents.get("unknown") is None


def test_no_worker_overwrites_what_another_one_stored(stores: Stores) -> None:
    # Given two workers who read the same revision
    assert stores.incidents.put(incident())
    assert not stores.incidents.put(incident())
    first = stores.incidents.get(incident().incident_id)
    assert first is not None
    # When both store theirs, then the second is told
    assert stores.incidents.put(replace(first, ticket_id="1"))
    assert not stores.incidents.put(replace(first, ticket_id="2"))
    stored = stores.incidents.get(incident().incident_id)
    assert stored is not None
    assert stored.ticket_id == "1"


def test_the_newest_incidents_come_first(stores: Stores) -> None:
    for hour in ("08", "10", "09"):
        stores.incidents.put(incident(f"20261122T{hour}-x"))
    found = [each.incident_id for each in stores.incidents.newest(2)]
    assert found == ["20261122T10-x", "20261122T09-x"]


def test_who_belongs_to_an_incident_is_kept_in_order(stores: Stores) -> None:
    # Given mentions that were found at two times, and another incident's
    later = Joined("2026-11-22T10:05:00+00:00", ("m3",), ("m3",))
    first = Joined("2026-11-22T10:00:00+00:00", ("m1", "m2"), ("m1", "m2"))
    stores.incidents.join("a", later)
    stores.incidents.join("a", first)
    stores.incidents.join("b", Joined("x", ("m9",), ()))
    # When some of them are tied
    tied = replace(first, unlinked=("m2",))
    stores.incidents.join("a", tied)
    # Then each part is there once, the first first
    assert list(stores.incidents.joined("a")) == [tied, later]
    assert list(stores.incidents.joined("c")) == []


def test_a_brands_counts_come_back(stores: Stores) -> None:
    # Given counts of a brand
    assert stores.watches.get("noordlicht") is None
    stream = Watch(hour_of(NOW), (0, 3, 12), 1.25, hour_of(NOW) + 2 * HOUR, frozenset({2}))
    watch = BrandWatch(stream, ("ab12", "cd34"))
    stores.watches.put("noordlicht", watch)
    # When they are read, then they are the same, and no other brand's
    assert stores.watches.get("noordlicht") == watch
    assert stores.watches.get("zuiderlicht") is None


def test_nine_weeks_of_counts_are_a_small_item() -> None:
    # Given as much as is ever kept, at ten an hour
    with moto_stack() as stack:
        stream = Watch(hour_of(NOW), tuple(n * 7919 % 21 for n in range(1_512)))
        watch = BrandWatch(stream, tuple(f"{n * 104729:012x}"[:12] for n in range(20)))
        DynamoBrandWatches(stack.dynamodb, stack.state).put("noordlicht", watch)
        # When it is stored, then it costs two units at most
        [item] = stack.dynamodb.scan(TableName=stack.state)["Items"]
        assert len(item["watch"]["B"]) < 2_000
