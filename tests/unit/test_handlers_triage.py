"""Posts are judged by the desk's words and what it learned, from the network into the ticket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from factories import mention
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.items import key, number
from gehoor.aws.mentions import Mentions
from gehoor.aws.weights import WeightsStore
from gehoor.config import parse
from gehoor.domain.judgement import Intent
from gehoor.domain.learned import BUCKETS, Weights
from lambda_stack import CONFIG, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.helpdesk import StoredTicket
    from gehoor.domain.mention import Mention

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
ALWAYS_QUESTION = Weights(
    "nl", (Intent.COMPLAINT, Intent.QUESTION), ((0,) * BUCKETS, (1,) * BUCKETS), 1.0, 99
)
LATE = "Mijn pakket is nog steeds niet geleverd, dit is de derde keer"


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def configure(lambdas: Lambdas, **desk: Any) -> None:
    config = parse({**CONFIG, "desk": desk})
    ConfigStore(lambdas.stack.dynamodb, lambdas.stack.state).push(config, lambdas.clock())


def hear(lambdas: Lambdas, said: Mention) -> None:
    lambdas.town.post(said)
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    assert lambdas.deliver() == []


def ticket_of(lambdas: Lambdas, said: Mention) -> StoredTicket:
    """The ticket that a post becomes."""
    hear(lambdas, said)
    [ticket] = lambdas.helpdesk.tickets.values()
    return ticket


def test_a_topic_of_the_desks_own_comes_into_the_ticket(lambdas: Lambdas) -> None:
    configure(lambdas, topics={"charging": ["laadpaal*"]})
    ticket = ticket_of(lambdas, mention(text="De laadpaal bij ons doet het niet"))
    assert ticket.fields["topic"] == "charging"
    assert "topic_charging" in ticket.tags


def test_what_is_about_a_competitor_alone_is_told_and_no_ticket(lambdas: Lambdas) -> None:
    configure(lambdas, competitors=["Zonlicht"])
    said = mention(text="Zonlicht ligt er weer uit, wat een drama")
    hear(lambdas, said)
    record = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(said.mention_id)
    assert record is not None
    assert record.judgement is not None
    assert record.judgement.intent is Intent.COMPETITOR
    assert not lambdas.helpdesk.tickets


def test_a_reply_that_names_a_competitor_is_for_the_company(lambdas: Lambdas) -> None:
    configure(lambdas, competitors=["Zonlicht"])
    said = mention(text="Zonlicht ligt er weer uit, wat een drama", in_reply_to="0")
    assert ticket_of(lambdas, said).fields["intent"] == "complaint"


def test_what_was_learned_is_used(lambdas: Lambdas) -> None:
    WeightsStore(lambdas.stack.dynamodb, lambdas.stack.state).put(ALWAYS_QUESTION)
    ticket = ticket_of(lambdas, mention(text=LATE))
    assert (ticket.fields["intent"], ticket.fields["urgency"]) == ("question", "normal")


def test_where_what_was_learned_cannot_be_read_the_rules_judge(lambdas: Lambdas) -> None:
    # Given weights that a newer version stored
    item = {**key("triage", "weights#nl"), "schema_version": number(9)}
    lambdas.stack.dynamodb.put_item(TableName=lambdas.stack.state, Item=item)

    # When a post comes / Then it is judged all the same, and counted
    assert ticket_of(lambdas, mention(text=LATE)).fields["intent"] == "complaint"
    metrics = [json.loads(line) for line in lambdas.said.getvalue().splitlines() if "_aws" in line]
    assert any("WeightsUnread" in line for line in metrics)


def test_no_citizen_number_reaches_a_table_or_a_ticket(lambdas: Lambdas) -> None:
    # Given a post that gives one, and a phone number / When it comes into its ticket
    said = mention(text="mijn bsn is 111222333, bel 06-12345678", title="bsn 111222333")
    ticket = ticket_of(lambdas, said)

    # Then the number is nowhere, and the ticket says what was there
    tables = [
        lambdas.stack.dynamodb.scan(TableName=table)["Items"]
        for table in (lambdas.stack.core, lambdas.stack.state)
    ]
    stored = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(said.mention_id)
    assert stored is not None
    assert "111222333" not in f"{stored}{tables}{ticket}{lambdas.said.getvalue()}"
    [first, note] = ticket.comments
    assert "bel [phone number hidden]" in first.html
    assert "gehoor keeps no citizen service number" in note.html
    assert "personal_data" in ticket.tags
