"""What every store of alerts, and the outbox on it, must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest

from factories import NOW, mention
from fakes.stores import FakeAlerts, FakeAnswers, FakeBulks, FakeMentions, FakeNotes, FakeOutbox
from gehoor.aws.alerts import DynamoAlerts
from gehoor.aws.outbox import DynamoOutbox
from gehoor.domain.alert import Alert, AlertRecord, alert_of_face, alerts_of_reach
from gehoor.domain.faces import FalseFace
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.ports.alerts import Alerts
from gehoor.ports.queues import Outbox
from moto_stack import moto_stack

LATER = NOW + timedelta(minutes=10)
FACE = FalseFace("town", "@noordlicht_help", "Zoë 📦", "town:9", "reads like us", "https://a/1")


class Stores(NamedTuple):
    alerts: Alerts
    outbox: Outbox

    def overdue(self) -> list[tuple[str, str]]:
        found = self.outbox.overdue(LATER - timedelta(minutes=5), LATER, 10)
        return [(item.kind, item.name) for item in found if item.due]


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        alerts = FakeAlerts()
        others = FakeMentions(), FakeAnswers(), FakeBulks(), FakeNotes()
        yield Stores(alerts, FakeOutbox(*others, alerts=alerts))
        return
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        yield Stores(DynamoAlerts(*place), DynamoOutbox(*place))


def of_reach(name: str = "1") -> Alert:
    known = mention(name), Reach(followers=120_000), ReachThresholds(followers=1), NOW
    [found] = alerts_of_reach(*known)
    return found


def of_face() -> Alert:
    return alert_of_face(mention(), FACE)


def test_an_alert_is_stored_once_and_comes_back_as_it_was(stores: Stores) -> None:
    # Given an alert of each kind
    for alert in (of_reach(), of_face()):
        assert stores.alerts.put_new(alert, NOW)
        # When the same post or face is seen again, elsewhere or with other words
        assert not stores.alerts.put_new(replace(alert, evidence="more"), LATER)
        # Then the first one stands
        assert stores.alerts.get(alert.name) == AlertRecord(alert, NOW)
    assert stores.alerts.get("other") is None


def test_an_alert_waits_in_the_outbox_until_it_was_told(stores: Stores) -> None:
    # Given an alert of each kind
    alerts = (of_reach(), of_face())
    for alert in alerts:
        stores.alerts.put_new(alert, NOW)
    assert sorted(stores.overdue()) == sorted(("alert", alert.name) for alert in alerts)
    # When they were told
    for alert in alerts:
        stores.alerts.told(alert.name, LATER)
    # Then nothing waits, and they are still known
    assert stores.overdue() == []
    assert stores.alerts.get(of_face().name) == AlertRecord(of_face(), NOW, LATER)
    assert not stores.alerts.put_new(of_reach(), LATER)


def test_an_alert_that_was_sent_again_is_told_like_others(stores: Stores) -> None:
    # Given an alert that the sweep sent again
    stores.alerts.put_new(of_reach(), NOW)
    [item] = stores.outbox.overdue(LATER, LATER, 10)
    assert stores.outbox.postpone(item, LATER + timedelta(minutes=5))
    assert stores.overdue() == []
    # When it was told
    stores.alerts.told(of_reach().name, LATER)
    # Then it is pending no more
    assert stores.outbox.overdue(LATER + timedelta(hours=1), LATER + timedelta(hours=1), 10) == []


def test_the_list_has_false_faces_told_or_not_and_nothing_else(stores: Stores) -> None:
    other = alert_of_face(mention("2"), replace(FACE, handle="@noordlicht_care"))
    for alert in (of_reach(), of_reach("2"), of_face(), other):
        stores.alerts.put_new(alert, NOW)
    stores.alerts.told(of_face().name, LATER)
    stores.alerts.told(of_reach().name, LATER)
    found = {record.alert.name: record.told_at for record in stores.alerts.faces()}
    assert found == {of_face().name: LATER, other.name: None}


def test_what_is_not_stored_any_more_cannot_be_told(stores: Stores) -> None:
    stores.alerts.told("erased", NOW)
    assert stores.alerts.get("erased") is None
