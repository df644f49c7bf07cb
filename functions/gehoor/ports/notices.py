"""Whom to tell outside the helpdesk."""

from collections.abc import Mapping
from typing import Protocol


class Tellable(Protocol):
    """What can be told: its own id, what it is about, a line for people, and facts for programs."""

    @property
    def notice_id(self) -> str:
        """The same for a repeat, so that a receiver can drop it."""

    @property
    def subject(self) -> str:
        """Its kind, by which a receiver can choose."""

    @property
    def about(self) -> str:
        """What it is about."""

    @property
    def title(self) -> str:
        """A line for people, in ASCII."""

    @property
    def data(self) -> Mapping[str, str]:
        """Facts for programs."""


class Notices(Protocol):
    """One way to tell somebody that something is due."""

    @property
    def name(self) -> str:
        """What tells this way from others."""

    def send(self, notice: Tellable) -> None:
        """Tell it. After UnknownOutcome it is told again: a notice has an id of its own."""
