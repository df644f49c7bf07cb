"""Telling somebody outside the helpdesk, by every way there is, once."""

from gehoor.errors import ContractBroken, Permanent
from gehoor.ports.notices import Notices, Tellable
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.once import Result, once


def notify(notice: Tellable, ports: DeliverPorts) -> None:
    """Tell it by all ways. A way that refuses it for good is counted, and stops no other.

    What may still reach those who want it passes through: it is to come again.
    """
    for notices in ports.notices:
        try:
            _notify_once(notice, notices, ports)
        except (Permanent, ContractBroken):
            ports.metrics.count("NoticesRefused")


def tell_alert(name: str, ports: DeliverPorts) -> None:
    """Tell an alert, and note that it was told.

    Errors of the ways to tell it pass through where they may still end well: it is to come again.
    """
    record = ports.alerts.get(name)
    if record is None or record.told_at is not None:
        return
    notify(record.alert, ports)
    ports.alerts.told(name, ports.clock())


def _notify_once(notice: Tellable, notices: Notices, ports: DeliverPorts) -> None:
    """Send it once, as far as anybody knows: after an unknown end it is sent again, with its id."""

    def send() -> Result:
        notices.send(notice)
        return {}

    key = f"notice:{notices.name}:{notice.notice_id}"
    once(ports.ledger, key, ports.clock, act=send, look=lambda: None)
