"""What tests set because no request of the API can: where a ticket came from, how it was rated."""

import json
import sqlite3
from typing import Literal

from pydantic import BaseModel, ConfigDict, StrictStr

from playground.desk import tickets
from playground.desk.store import next_id

Channel = Literal[
    "api", "web", "email", "chat", "twitter", "facebook", "any_channel", "native_messaging"
]


class _Staged(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rating(_Staged):
    """What the customer thought of it; `offered` means that they were asked and said nothing."""

    score: Literal["offered", "unoffered", "good", "bad"]
    comment: StrictStr | None = None


class StagedTicket(_Staged):
    """What to make of a ticket; what was not sent stays as it is."""

    channel: Channel | None = None
    satisfaction_rating: Rating | None = None


def stage(db: sqlite3.Connection, ticket_id: int, given: StagedTicket, now: str) -> None:
    """Let the ticket and all that was said in it so far have come by the channel, and rate it."""
    tickets.get(db, ticket_id)
    if given.channel is not None:
        db.execute("UPDATE tickets SET via = ? WHERE id = ?", (given.channel, ticket_id))
        for table in ("comments", "audits"):
            db.execute(
                f"UPDATE {table} SET via = ? WHERE ticket_id = ?",  # noqa: S608  constants
                (given.channel, ticket_id),
            )
    if given.satisfaction_rating is not None:
        rating = {"id": next_id(db), **given.satisfaction_rating.model_dump()}
        db.execute(
            "UPDATE tickets SET satisfaction_rating = ?, updated_at = ? WHERE id = ?",
            (json.dumps(rating), now, ticket_id),
        )
