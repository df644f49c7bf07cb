"""Telling alerts to the people who speak for the company."""

from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.noticing import notify


def tell_alert(name: str, ports: DeliverPorts) -> None:
    """Tell an alert, and note that it was told.

    Errors of the ways to tell it pass through where they may still end well: it is to come again.
    """
    record = ports.alerts.get(name)
    if record is None or record.told_at is not None:
        return
    notify(record.alert, ports)
    ports.alerts.told(name, ports.clock())
