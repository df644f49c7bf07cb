"""Watching for those who speak for the company, of a company that has no accounts to copy."""

from fakes.stores import FakeAlerts
from gehoor.domain.faces import Company
from gehoor.domain.reach import ReachThresholds
from gehoor.usecases.alerting import WatchPorts


def watching(
    company: Company = Company(), thresholds: ReachThresholds = ReachThresholds()
) -> WatchPorts:
    """What intake watches with."""
    return WatchPorts(company, thresholds, FakeAlerts())
