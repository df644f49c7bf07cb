"""The CRM behind the real handler: what is configured is asked, and through the cache."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import author, mention
from gehoor.aws.config_store import ConfigStore
from gehoor.config import parse
from lambda_stack import CONFIG, Lambdas, lambda_stack
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def configure(lambdas: Lambdas, url: str) -> None:
    crm = {
        "kind": "http",
        "url": f"{url}/customers?id={{external_id}}",
        "secret": "/gehoor/crm",
        "show": [{"label": "Orders", "value": "/orders"}],
    }
    document: dict[str, Any] = {**CONFIG, "crm": crm, "allow_private_hosts": ["127.0.0.1"]}
    ConfigStore(lambdas.stack.dynamodb, lambdas.stack.state).push(parse(document), lambdas.clock())


def deliver(lambdas: Lambdas, name: str, by: str) -> str:
    """The note of the ticket that a new mention opens."""
    lambdas.town.post(mention(name, network="mastodon", author=author(by, network="mastodon")))
    lambdas.clock.advance(minutes=2)
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    assert lambdas.deliver() == []
    return list(lambdas.helpdesk.tickets.values())[-1].comments[1].html


def test_the_configured_crm_is_asked_once_and_its_answer_kept(lambdas: Lambdas) -> None:
    # Given a back office and its secret
    boto3.client("ssm").put_parameter(Name="/gehoor/crm", Value=SECRET, Type="SecureString")

    def answer(asked: Asked) -> Answer:
        return Answer(json.dumps({"orders": len(asked.query["id"][0])}).encode())

    with serving(answer) as served:
        configure(lambdas, served.url)
        # When one customer comes twice, and another one
        notes = [deliver(lambdas, *each) for each in (("1", "anna"), ("2", "anna"), ("3", "bob"))]
        identities = [asked.query["id"][0] for asked in served.asked]
        signed = served.asked[0].headers
    # Then each note tells, and each customer was asked about once, with a signature
    assert all("Orders: " in note for note in notes)
    assert identities == [
        "gehoor:mastodon:https://town.example/users/anna",
        "gehoor:mastodon:https://town.example/users/bob",
    ]
    assert signed["webhook-signature"].startswith("v1,")
    # And what is personal is in no log
    assert "anna" not in lambdas.said.getvalue()


def test_who_proved_an_address_is_the_customer_who_has_it(lambdas: Lambdas) -> None:
    # Given a customer, and a back office that knows whose identity is theirs
    boto3.client("ssm").put_parameter(Name="/gehoor/crm", Value=SECRET, Type="SecureString")
    known = lambdas.helpdesk.bring_customer("anna@shop.example")
    said = json.dumps({"orders": 3, "verified_email": "Anna@Shop.example"}).encode()
    with serving(lambda _: Answer(said)) as served:
        configure(lambdas, served.url)
        # When they write in public, and write again
        notes = [deliver(lambdas, name, "anna") for name in ("1", "2")]
        asked = len(served.asked)
    # Then all of it is theirs, and the back office was asked once
    assert {ticket.requester_id for ticket in lambdas.helpdesk.tickets.values()} == {known}
    assert all("Orders: 3" in note for note in notes)
    assert asked == 1
    # And the address is in no note and no log
    assert not any("shop.example" in said for said in (*notes, lambdas.said.getvalue()))


def test_a_crm_without_its_secret_stops_no_ticket(lambdas: Lambdas) -> None:
    # Given a back office whose secret nobody set
    with serving(lambda _: Answer(b"{}")) as served:
        configure(lambdas, served.url)
        note = deliver(lambdas, "1", "anna")
        # Then it is not asked, and the note says what is missing
        assert served.asked == []
    assert "gehoor secret set /gehoor/crm" in note
    assert "CrmFailed" in lambdas.said.getvalue()


def test_without_a_crm_the_note_has_no_word_about_it(lambdas: Lambdas) -> None:
    assert "CRM" not in deliver(lambdas, "1", "anna")
