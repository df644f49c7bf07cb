"""Watching for those who speak for the company, of a company without accounts or thresholds."""

from fakes.stores import FakeAlerts
from gehoor.domain.faces import Company
from gehoor.domain.reach import ReachThresholds
from gehoor.usecases.alerting import WatchPorts


def watching() -> WatchPorts:
    """What intake watches with."""
    return WatchPorts(Company(), ReachThresholds(), FakeAlerts())
