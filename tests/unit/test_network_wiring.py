"""What the functions connect networks with: what all workers share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest

from gehoor import connections
from gehoor.aws.quotas import DynamoQuota
from gehoor.errors import QuotaSpent
from gehoor.networks import mastodon
from lambda_stack import SOURCE, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.settings import SourceSettings
    from gehoor.wiring import NetworkWiring

connected_network = connections.network


class Connected:
    """A connection that only keeps what it was made with."""

    def __init__(self, settings: SourceSettings, wiring: NetworkWiring) -> None:
        self.settings = settings
        self.wiring = wiring


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        boto3.client("ssm").put_parameter(Name="/gehoor/masto", Value="token", Type="SecureString")
        monkeypatch.setattr(mastodon, "connect", Connected)
        yield made


def connection() -> Connected:
    found: object = connected_network(SOURCE)
    assert isinstance(found, Connected)
    return found


def test_a_quota_that_one_worker_spends_is_spent_for_all(lambdas: Lambdas) -> None:
    # Given a connection that has spent all
    until = lambdas.clock() + timedelta(hours=9)
    connection().wiring.quota.take("units", 10, 10, until)
    # Then another worker has nothing left
    with pytest.raises(QuotaSpent):
        DynamoQuota(lambdas.stack.dynamodb, lambdas.stack.state).take("units", 1, 10, until)


@pytest.mark.usefixtures("lambdas")
def test_a_session_lies_where_secrets_lie() -> None:
    connection().wiring.sessions.put("/gehoor/masto.session", "renewed")
    stored = boto3.client("ssm").get_parameter(Name="/gehoor/masto.session", WithDecryption=True)
    assert stored["Parameter"]["Value"] == "renewed"


def test_a_connection_is_kept_until_its_secret_changes(lambdas: Lambdas) -> None:
    # Given a connection with the secret
    first = connection()
    assert first.wiring.secret == "token"
    assert connection() is first
    # When the secret is set anew, and what is known of it is old
    boto3.client("ssm").put_parameter(
        Name="/gehoor/masto", Value="new", Type="SecureString", Overwrite=True
    )
    lambdas.clock.advance(minutes=6)
    # Then there is another connection
    assert connection().wiring.secret == "new"
