"""Alert the people who speak for the company, beside the tickets and without any word in them."""

from collections.abc import Iterator
from datetime import datetime

from gehoor.domain.alert import Alert, AlertKind, alert_of_face, alerts_of_reach
from gehoor.domain.faces import Company, faces_in
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.errors import Rejected
from gehoor.ports.alerts import Alerts
from gehoor.ports.queues import Queues
from gehoor.ports.surroundings import Clock, Metrics

_METRICS = {
    AlertKind.REPUTATION: "ReputationSignals",
    AlertKind.SPREADING: "ReputationSignals",
    AlertKind.FALSE_FACE: "FalseFacesSeen",
}


@frozen
class WatchPorts:
    """What watching needs: who the company is, and from which reach on a post is worth telling."""

    company: Company
    thresholds: ReachThresholds
    alerts: Alerts


def watch(
    mention: Mention,
    reach: Reach | None,
    ports: WatchPorts,
    queues: Queues,
    clock: Clock,
    metrics: Metrics,
) -> None:
    """Note what is to be told of a mention and send it on, each thing once.

    What no store can hold is counted. Other errors of the store pass through: the post is to be
    read again, which brings its mention no second time.
    """
    now = clock()
    for alert in _alerts_of(mention, reach, ports, now):
        try:
            if ports.alerts.put_new(alert, now):
                metrics.count(_METRICS[alert.subject])
                queues.send_alerts([alert.name])
        except Rejected:
            metrics.count("AlertsFailed")


def _alerts_of(
    mention: Mention, reach: Reach | None, ports: WatchPorts, now: datetime
) -> Iterator[Alert]:
    for face in faces_in(mention, ports.company):
        yield alert_of_face(mention, face)
    if reach:
        yield from alerts_of_reach(mention, reach, ports.thresholds, now)
