"""Telling somebody outside the helpdesk, by every way there is, once."""

from collections.abc import Sequence
from typing import Protocol

from gehoor.errors import ContractBroken, GehoorError, Permanent
from gehoor.ports.ledger import Ledger
from gehoor.ports.notices import Notices, Tellable
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.once import Result, once


class NoticePorts(Protocol):
    """What telling needs, of all that a use case has."""

    @property
    def notices(self) -> Sequence[Notices]:
        """The ways to tell."""

    @property
    def ledger(self) -> Ledger:
        """What was told."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def metrics(self) -> Metrics:
        """What counts refusals."""


def notify(notice: Tellable, ports: NoticePorts) -> None:
    """Tell it by all ways. A way that refuses it for good is counted; none stops another.

    What may still reach those who want it passes through at the end: it is to come again.
    """
    failure: GehoorError | None = None
    for notices in ports.notices:
        try:
            _notify_once(notice, notices, ports)
        except (Permanent, ContractBroken):
            ports.metrics.count("NoticesRefused")
        except GehoorError as error:
            failure = failure or error
    if failure is not None:
        raise failure


def _notify_once(notice: Tellable, notices: Notices, ports: NoticePorts) -> None:
    """Send it once, as far as anybody knows: after an unknown end it is sent again, with its id."""

    def send() -> Result:
        notices.send(notice)
        return {}

    key = f"notice:{notices.name}:{notice.notice_id}"
    once(ports.ledger, key, ports.clock, act=send, look=lambda: None)
