"""The Desk's state: one SQLite file behind one lock, so that every request sees whole changes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
SCHEMA_VERSION = 5
STATE_TABLES = (
    "jobs",
    "attempts",
    "invocations",
    "attachments",
    "uploads",
    "comments",
    "audits",
    "tickets",
    "identities",
    "users",
    "idempotency",
)


class OtherVersion(Exception):
    """The file was written by another version of the playground; the message says what to do."""


class Store:
    """One connection, one transaction at a time. Raises OtherVersion for a file it cannot read."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._prepare(path)

    def _prepare(self, path: Path) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        is_new = self._connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0
        if not is_new and version != SCHEMA_VERSION:
            self._connection.close()
            message = f"{path} is of another version of the playground; remove it and start again"
            raise OtherVersion(message)
        self._connection.executescript(SCHEMA)
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; not to be nested."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Wait for the transaction under way and close the file."""
        with self._lock:
            self._connection.close()


def next_id(db: sqlite3.Connection) -> int:
    """A new id: as large as the real ones, so that nobody gets by with 32 bits."""
    row = db.execute("UPDATE sequence SET value = value + 126 RETURNING value").fetchone()
    return int(row["value"])


def forget_everything(db: sqlite3.Connection) -> None:
    """Remove people, tickets and what followed from them; webhooks and definitions stay."""
    for table in STATE_TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608  table names are constants


def iso(moment: datetime) -> str:
    """A time as Zendesk writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
