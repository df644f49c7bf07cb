"""The queues between functions, and what waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from gehoor.domain.event import Event


class Overdue(NamedTuple):
    """A promise to deliver that is pending too long, `due` when it may be sent again by now."""

    kind: str
    name: str
    attempts: int
    since: datetime
    due: bool = True


class Outbox(Protocol):
    """Everything pending, oldest first."""

    def overdue(self, before: datetime, now: datetime, limit: int) -> Sequence[Overdue]:
        """What is pending since before `before`; ends once about `limit` of it is due by `now`."""

    def waking(self, now: datetime, limit: int) -> Sequence[Overdue]:
        """The cases of which agents are to be told something by now, ends as `overdue` does."""

    def postpone(self, item: Overdue, until: datetime) -> bool:
        """Count a re-send; the next may come at `until`. False when it is pending no more."""


class Queues(Protocol):
    """The queues between functions. Messages carry ids, never text."""

    def send_polls(self, source_ids: Iterable[str]) -> None:
        """Ask for a poll of each source."""

    def send_post(self, source_id: str, post_id: str) -> None:
        """Ask for a look at one post that a network told of."""

    def send_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Ask for the delivery of stored mentions."""

    def send_bulk(self, key: str, delay: timedelta) -> None:
        """Ask for a look at a bulk after `delay`, 15 minutes at most."""

    def send_wanted_notes(self, key: str) -> None:
        """Ask for the notes that a bulk lists."""

    def send_notes(self, case_ids: Iterable[str]) -> None:
        """Ask for the history notes of cases."""

    def send_clocks(self, case_ids: Iterable[str]) -> None:
        """Ask for agents to be told what is due of cases."""

    def send_alerts(self, names: Iterable[str]) -> None:
        """Ask for alerts to be told to those who speak for the company."""

    def send_rechecks(self, mention_ids: Iterable[str]) -> None:
        """Ask for a look at what became of mentions on their networks."""

    def send_event(self, event: Event) -> None:
        """Ask for what happened in the helpdesk, or on a network, to be followed."""


class Delivery(NamedTuple):
    """A mention to deliver; `group` keeps one noisy author from starving the others."""

    mention_id: str
    urgent: bool
    group: str
