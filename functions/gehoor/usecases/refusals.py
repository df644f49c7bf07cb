"""Telling operators that the helpdesk refuses gehoor itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from gehoor.errors import AuthExpired, NotAllowed
from gehoor.ports.surroundings import Metrics


@contextmanager
def helpdesk_refusals_counted(metrics: Metrics) -> Iterator[None]:
    """Count what ends the block because the helpdesk refuses gehoor's credential or its rights.

    Nothing reaches the helpdesk until a person mends it, so an alarm watches both numbers.
    """
    try:
        yield
    except AuthExpired:
        metrics.count("HelpdeskAuthExpired")
        raise
    except NotAllowed:
        metrics.count("HelpdeskNotAllowed")
        raise
