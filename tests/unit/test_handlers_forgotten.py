"""Who was forgotten is not brought back, whichever way their posts come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factories import NOW, author, mention
from gehoor.aws.cases import Cases
from gehoor.aws.mentions import Mentions
from gehoor.aws.sources import Sources
from gehoor.domain.record import MentionState
from gehoor_ops.erasure import Erasure
from gehoor_ops.output import Output
from lambda_stack import SOURCE, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Mention

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
ANNA = author(network="mastodon")


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def said(name: str, at: timedelta) -> Mention:
    return mention(name, network="mastodon", author=ANNA, posted_at=NOW + at)


def turn(lambdas: Lambdas) -> None:
    lambdas.clock.advance(minutes=10)
    lambdas.call("sweep")
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    assert lambdas.deliver() == []


def forget(lambdas: Lambdas) -> Erasure:
    stack = lambdas.stack
    place = (stack.dynamodb, stack.core)
    erasure = Erasure(
        ANNA.network,
        ANNA.native_id,
        *place,
        stack.state,
        Mentions(*place),
        Cases(*place),
        Output(as_json=True),
    )
    erasure.erase(lambdas.clock, lambdas.clock.wait)
    return erasure


def test_no_poll_push_or_recheck_brings_back_who_was_forgotten(lambdas: Lambdas) -> None:
    # Given two posts in a ticket, one on its way, and one that no poll has reached
    for name in ("1", "2"):
        lambdas.town.post(said(name, timedelta()))
    turn(lambdas)
    lambdas.town.post(said("3", timedelta(minutes=9)))
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    erasure = forget(lambdas)
    # When the source is read from its start, an old post is edited and another turns up late
    lambdas.clock.advance(hours=2)
    lambdas.town.edit(replace(said("1", timedelta()), text="Edited", edited_at=NOW))
    lambdas.town.post(said("4", timedelta(minutes=1)))
    Sources(lambdas.stack.dynamodb, lambdas.stack.state).reset(SOURCE, lambdas.clock())
    tickets = len(lambdas.helpdesk.tickets)
    for _ in range(3):
        turn(lambdas)
    # And X or the helpdesk pushes, and the looks at older posts come due
    lambdas.stack.sqs.send_message(
        QueueUrl=lambdas.stack.urls.deliveries,
        MessageBody=f'{{"recheck_id": "{said("1", timedelta()).mention_id}"}}',
        MessageGroupId="rechecks",
    )
    lambdas.clock.advance(hours=7)
    turn(lambdas)
    # Then nothing of them is stored, and no ticket was opened
    assert erasure.found().is_nobody
    assert len(lambdas.helpdesk.tickets) == tickets
    # And what they post now is a new contact
    new = mention("5", network="mastodon", author=ANNA, posted_at=lambdas.clock())
    lambdas.town.post(new)
    turn(lambdas)
    record = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(new.mention_id)
    assert record is not None
    assert record.state is MentionState.DELIVERED
