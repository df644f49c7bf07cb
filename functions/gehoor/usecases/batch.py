"""Work on several mentions at once, each of which fails for itself, until a time is up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime
from typing import TypeVar

from gehoor.domain.frozen import frozen
from gehoor.errors import RateLimited, TicketLimited, Unavailable
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.refusals import helpdesk_refusals_counted

T = TypeVar("T")


class OutOfTime(Unavailable):
    """The batch's time was up before this was begun."""


@frozen
class Batch:
    """Work on several mentions; `failures` says, by record, what must come again and why.

    Nothing is begun after `deadline`: what is left comes again at once. While the helpdesk's limit
    is spent the work waits here, because a message that goes back to its queue costs more, and
    comes again in smaller company. For the limit of one ticket alone it does not: others go on.
    """

    ports: DeliverPorts
    deadline: datetime
    failures: dict[str, Exception] = field(default_factory=dict)

    @contextmanager
    def keeping(self, *record_ids: str) -> Iterator[None]:
        """Keep what goes wrong in the block as the failure of these records."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  the caller reports each record's own failure
            self.failures.update(dict.fromkeys(record_ids, error))

    @contextmanager
    def asking(self, *record_ids: str) -> Iterator[None]:
        """As `keeping`, for work at the helpdesk: that it refuses gehoor itself is counted."""
        with self.keeping(*record_ids), helpdesk_refusals_counted(self.ports.metrics):
            yield

    def check_time(self) -> None:
        """OutOfTime once the deadline is there."""
        now = self.ports.clock()
        if now >= self.deadline:
            message = "the batch's time is up"
            raise OutOfTime(message, now)

    def patiently(self, work: Callable[[], T]) -> T:
        """Do the work once the helpdesk's limit allows it; RateLimited when not by the deadline."""
        while True:
            self.check_time()
            try:
                return work()
            except TicketLimited:
                raise
            except RateLimited as error:
                if error.retry_at is None or error.retry_at >= self.deadline:
                    raise
                self.ports.wait(error.retry_at)
