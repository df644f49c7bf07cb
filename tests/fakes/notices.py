"""Somebody outside the helpdesk who is told what is due."""

from gehoor.domain.notice import Notice


class FakeNotices:
    """Fits `ports.Notices`; drops a repeat by its id, as receivers do."""

    def __init__(self, name: str = "topic") -> None:
        self.name = name
        self.calls: list[Notice] = []

    @property
    def told(self) -> list[Notice]:
        return list(dict.fromkeys(self.calls))

    def send(self, notice: Notice) -> None:
        self.calls.append(notice)
