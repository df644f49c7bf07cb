"""What every store of compliance rounds must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from factories import NOW
from fakes.stores import FakeComplianceRounds
from gehoor.aws.compliance import DynamoComplianceRounds
from gehoor.domain.compliance import first_round
from gehoor.ports.stores import ComplianceRounds
from moto_stack import moto_stack

LEASE = timedelta(minutes=2)
LATER = NOW + timedelta(hours=1)


@pytest.fixture(params=["memory", "dynamodb"])
def rounds(request: pytest.FixtureRequest) -> Iterator[ComplianceRounds]:
    if request.param == "memory":
        yield FakeComplianceRounds()
        return
    with moto_stack() as stack:
        yield DynamoComplianceRounds(stack.dynamodb, stack.state)


def test_a_source_begins_with_a_first_round_of_its_own(rounds: ComplianceRounds) -> None:
    assert rounds.take("x", "me", NOW, NOW + LEASE) == first_round(NOW)
    assert rounds.take("y", "me", LATER, LATER + LEASE) == first_round(LATER)


def test_the_next_worker_goes_on_where_the_last_one_stopped(rounds: ComplianceRounds) -> None:
    # Given a round with a job under way
    first = rounds.take("x", "me", NOW, NOW + LEASE)
    assert first is not None
    with_job = first.with_job("1372966999991541762", NOW)
    assert rounds.save("x", "me", with_job)
    # Then it is there for the next one, at once
    assert rounds.take("x", "you", NOW, NOW + LEASE) == with_job


def test_one_works_at_a_time(rounds: ComplianceRounds) -> None:
    rounds.take("x", "me", NOW, NOW + LEASE)
    assert rounds.take("x", "you", NOW + LEASE, NOW + LEASE + LEASE) is None


def test_a_dead_workers_lease_ends_and_it_saves_nothing(rounds: ComplianceRounds) -> None:
    rounds.take("x", "me", NOW, NOW + LEASE)
    assert rounds.take("x", "you", LATER, LATER + LEASE) == first_round(NOW)
    assert not rounds.save("x", "me", first_round(LATER))
    assert rounds.save("x", "you", first_round(NOW).done_until(NOW))
