"""Whom to tell outside the helpdesk."""

from typing import Protocol

from gehoor.domain.notice import Notice


class Notices(Protocol):
    """One way to tell somebody that something is due."""

    @property
    def name(self) -> str:
        """What tells this way from others."""

    def send(self, notice: Notice) -> None:
        """Tell it. After UnknownOutcome it is told again: a notice has an id of its own."""
