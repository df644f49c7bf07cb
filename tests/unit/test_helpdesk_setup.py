"""The functions open tickets with what was set up in the helpdesk, and learn of it in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from desk_server import TOKEN, Desk, running_desk
from factories import author, mention
from gehoor import connections
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.setup_store import SetupStore
from gehoor.config import parse
from gehoor.domain.setup import HelpdeskSetup
from lambda_stack import CONFIG, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

connected_helpdesk = connections.helpdesk
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as running:
        yield running


@pytest.fixture
def lambdas(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    """The functions, with the Desk as their helpdesk."""
    with lambda_stack(monkeypatch) as made:
        helpdesk = {"kind": "zendesk", "base_url": desk.url, "secret": "/gehoor/zendesk"}
        config = {**CONFIG, "helpdesk": helpdesk, "allow_private_hosts": ["127.0.0.1"]}
        ConfigStore(made.stack.dynamodb, made.stack.state).push(parse(config), made.clock())
        ssm = boto3.client("ssm")
        ssm.put_parameter(Name="/gehoor/zendesk", Value=TOKEN, Type="SecureString")
        monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
        yield made


def ticket_of(lambdas: Lambdas, desk: Desk, name: str) -> dict[str, Any]:
    """The ticket that a new post becomes."""
    before = {ticket["id"] for ticket in desk.get("/tickets")["tickets"]}
    lambdas.town.post(mention(name, network="mastodon", author=author(name, network="mastodon")))
    lambdas.clock.advance(minutes=2)
    lambdas.call("dispatch_polls")
    assert (lambdas.poll(), lambdas.deliver()) == ([], [])
    [new] = [ticket for ticket in desk.get("/tickets")["tickets"] if ticket["id"] not in before]
    return dict(new)


def test_a_setup_counts_from_the_next_minute_on(lambdas: Lambdas, desk: Desk) -> None:
    # Given a ticket from before the setup
    early = ticket_of(lambdas, desk, "1")
    # When the helpdesk is set up
    setup = HelpdeskSetup({"network": 360001}, ticket_form_id=360002)
    SetupStore(lambdas.stack.dynamodb, lambdas.stack.state).put(desk.url, setup)
    late = ticket_of(lambdas, desk, "2")
    # Then tickets have its form and its fields
    assert (early["ticket_form_id"], early["custom_fields"]) == (None, [])
    assert late["ticket_form_id"] == 360002
    assert late["custom_fields"] == [{"id": 360001, "value": "mastodon"}]
