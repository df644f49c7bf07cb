"""What is stored of people ends, and what is still needed does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from factories import JUDGEMENT, NOW, case, mention
from fakes.clock import FakeClock
from gehoor import bootstrap
from gehoor.aws.cases import Cases
from gehoor.aws.identities import Identities
from gehoor.aws.mentions import Mentions
from gehoor.aws.retention import Retention
from gehoor.domain.customer import Identity
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Broken
from lambda_stack import lambda_stack
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
KEPT = timedelta(days=365)
DAY = timedelta(days=1)


class Kept:
    """The stores with a retention, and a look at when each item ends."""

    def __init__(self, stack: Stack) -> None:
        self.clock = FakeClock()
        self._stack = stack
        retention = Retention(KEPT, self.clock)
        place = (stack.dynamodb, stack.core)
        self.mentions = Mentions(*place, retention)
        self.cases = Cases(*place, retention)
        self.identities = Identities(*place, retention)

    def end(self, kind: str) -> timedelta | None:
        """How long after NOW the one item of a kind ends, None when never."""
        ends = [i.get("expires_at") for i in self.items() if i["entity"]["S"].startswith(kind)]
        assert len(ends) == 1
        return timedelta(seconds=int(ends[0]["N"]) - NOW.timestamp()) if ends[0] else None

    def items(self) -> list[dict[str, Any]]:
        return [dict(i) for i in self._stack.dynamodb.scan(TableName=self._stack.core)["Items"]]


@pytest.fixture
def kept() -> Iterator[Kept]:
    with moto_stack() as stack:
        yield Kept(stack)


def test_a_mention_ends_once_it_is_delivered_and_not_while_it_is_pending(kept: Kept) -> None:
    # Given a pending mention
    post = mention()
    kept.mentions.put_new(post, JUDGEMENT, NOW)
    assert kept.end("mention") is None
    # When it is delivered, it ends
    kept.clock.now += DAY
    kept.mentions.delivered(post.mention_id, "case", "77", kept.clock())
    assert kept.end("mention") == DAY + KEPT
    # When its author edits it, it is needed again
    kept.mentions.note_edit(replace(post, edited_at=kept.clock()), JUDGEMENT, kept.clock())
    assert kept.end("mention") is None


def test_what_is_aside_ends_unless_somebody_sends_it_again(kept: Kept) -> None:
    # Given a mention that was set aside
    post = mention()
    kept.mentions.put_new(post, JUDGEMENT, NOW)
    kept.mentions.set_aside(post.mention_id, "Rejected: no", NOW)
    assert kept.end("mention") == KEPT
    # When an operator sends it again, by a store that knows of no retention
    kept.mentions.make_pending(post.mention_id, NOW)
    assert kept.end("mention") is None


def test_what_could_not_be_read_ends(kept: Kept) -> None:
    kept.mentions.put_broken(Broken("9", "no author", "{}"), "masto", NOW)
    assert kept.end("mention") == KEPT


def test_an_open_case_stays_and_a_solved_one_leaves_its_audience(kept: Kept) -> None:
    # Given an open case of a private conversation
    opened = case(mention(visibility=Visibility.DIRECT))
    kept.cases.put(opened)
    assert kept.end("case") is None
    # When it is solved
    stored = kept.cases.get(opened.case_id)
    assert stored is not None
    kept.cases.put(replace(stored, is_open=False))
    # Then it ends, and who could read it is told for ever
    ends = {i["part"]["S"]: i.get("expires_at") for i in kept.items()}
    assert ends == {"case": {"N": str(int((NOW + KEPT).timestamp()))}, "audience": None}
    assert kept.cases.audience_left(opened.case_id) is Visibility.DIRECT
    # When its author speaks again, it stays
    solved = kept.cases.get(opened.case_id)
    assert solved is not None
    kept.cases.put(replace(solved, is_open=True))
    assert {i.get("expires_at") is None for i in kept.items()} == {True}


def test_an_identity_is_listed_for_as_long_as_it_is_kept(kept: Kept) -> None:
    # Given an author who speaks every three months
    name = mention().author.identity
    identity = Identity(name, "7", confirmed=True)
    for _ in range(12):
        assert kept.identities.put(identity)
        found = kept.identities.get(name)
        assert found is not None
        # Then their customer's list never ends before they do
        listed, own = kept.end("customer"), kept.end("identity")
        assert listed is not None
        assert own is not None
        assert listed >= own == kept.clock() - NOW + KEPT
        identity = found
        kept.clock.now += 90 * DAY


def test_identities_that_are_stored_together_end_as_any_other(kept: Kept) -> None:
    assert all(kept.identities.put_many([Identity("town:1", "7"), Identity("town:2", "8")]))
    ends = [item["expires_at"] for item in kept.items()]
    assert ends == [{"N": str(int((NOW + KEPT).timestamp()))}] * 2


def test_functions_keep_what_the_configuration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a post that is delivered
    with lambda_stack(monkeypatch) as lambdas:
        lambdas.town.post(mention(network="mastodon"))
        lambdas.call("dispatch_polls")
        lambdas.poll()
        lambdas.deliver()
        # Then mention and identity end after the configured time
        items = lambdas.stack.dynamodb.scan(TableName=lambdas.stack.core)["Items"]
        end = str(int((lambdas.clock() + bootstrap.config().retention).timestamp()))
        ends = {i["entity"]["S"].partition("#")[0]: i.get("expires_at") for i in items}
        assert (ends["mention"], ends["identity"]) == ({"N": end}, {"N": end})
        assert ends["case"] is None
