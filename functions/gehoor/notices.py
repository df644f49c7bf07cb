"""Notices to an address of the company's, as signed events."""

from collections.abc import Callable

from gehoor.cloud_events import Event
from gehoor.ports.notices import Tellable
from gehoor.signed_endpoint import Endpoint


class WebhookNotices:
    """Fits `ports.Notices`."""

    name = "webhook"

    def __init__(self, connect: Callable[[], Endpoint]) -> None:
        self._connect = connect

    def send(self, notice: Tellable) -> None:
        """Send it; a repeat has the same id, by which a receiver drops it.

        NotAllowed or AuthExpired when address or secret cannot be used.
        """
        event = Event(notice.notice_id, notice.subject, notice.about, dict(notice.data))
        self._connect().send(event, "telling that something is due")
