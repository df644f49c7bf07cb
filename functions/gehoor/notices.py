"""Notices to an address of the company's, as signed events."""

from collections.abc import Callable

from gehoor.cloud_events import Event
from gehoor.domain.case import external_id_of
from gehoor.domain.notice import Notice
from gehoor.signed_endpoint import Endpoint


class WebhookNotices:
    """Fits `ports.Notices`."""

    name = "webhook"

    def __init__(self, connect: Callable[[], Endpoint]) -> None:
        self._connect = connect

    def send(self, notice: Notice) -> None:
        """Send it; a repeat has the same id, by which a receiver drops it.

        NotAllowed or AuthExpired when address or secret cannot be used.
        """
        about = external_id_of(notice.case_id)
        event = Event(notice.notice_id, notice.subject, about, dict(notice.data))
        self._connect().send(event, "telling that something is due")
