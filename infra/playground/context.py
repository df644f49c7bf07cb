"""What a running playground holds, and how request handlers reach it."""

import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app

from playground.config import Settings, StaffMember
from playground.desk import users
from playground.desk.deliveries import DeliveryWorker
from playground.desk.faults import Faults
from playground.desk.inputs import UserInput
from playground.desk.jobs import Pace
from playground.desk.oauth import OAuth
from playground.desk.ratelimit import Budgets
from playground.desk.store import Store, iso

LOG_LENGTH = 2000
EXTENSION = "playground"


def utc_now() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Playground:
    """The parts of a running playground."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    worker: DeliveryWorker
    budgets: Budgets
    oauth: OAuth
    faults: Faults = field(default_factory=Faults)
    job_pace: Pace = field(default_factory=Pace)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))

    def now(self) -> str:
        """The time now as Zendesk writes it."""
        return iso(self.clock())


def playground() -> Playground:
    """The playground this request belongs to."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Playground)  # noqa: S101  create_app puts it there
    return found


def transaction() -> AbstractContextManager[sqlite3.Connection]:
    """All changes of a request, or none."""
    return playground().store.transaction()


def keep_staff(db: sqlite3.Connection, settings: Settings, now: str) -> sqlite3.Row:
    """Make everybody from the settings a user, or bring them up to date; returns the agent."""
    clients = [client.acts_as for client in settings.oauth_clients]
    for member in (*settings.tokens.values(), *clients):
        _keep(db, member, now)
    return _keep(db, settings.agent, now)


def _keep(db: sqlite3.Connection, member: StaffMember, now: str) -> sqlite3.Row:
    given = UserInput(name=member.name, email=member.email, role=member.role, verified=True)
    user, _ = users.create_or_update(db, given, now)
    return user
