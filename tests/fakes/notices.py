"""Somebody outside the helpdesk who is told what is due."""

from gehoor.ports.notices import Tellable


class FakeNotices:
    """Fits `ports.Notices`; drops a repeat by its id, as receivers do."""

    def __init__(self, name: str = "topic") -> None:
        self.name = name
        self.calls: list[Tellable] = []

    @property
    def told(self) -> list[Tellable]:
        return list(dict.fromkeys(self.calls))

    def send(self, notice: Tellable) -> None:
        self.calls.append(notice)
