"""Merging tickets into one: the others are closed and the one goes on.

Documented: the parameters, the tag `closed_by_merge`, that comments are private unless asked for
and always when a ticket came from a social channel. Assumed: that a request without comments adds
none, and that closed tickets cannot be merged.
"""

import sqlite3
from typing import Annotated

from pydantic import Field, StrictBool
from pydantic import StrictStr as Text

from playground.desk import events, tickets
from playground.desk.inputs import MAX_COMMENT, CommentInput, Id, Input, TicketInput
from playground.desk.ticket_people import Act

TAG = "closed_by_merge"
SOCIAL = frozenset({"twitter", "facebook", "any_channel"})


class MergeInput(Input):
    """Which tickets to merge, and what to say in them."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=100)]
    target_comment: Annotated[Text, Field(max_length=MAX_COMMENT)] | None = None
    source_comment: Annotated[Text, Field(max_length=MAX_COMMENT)] | None = None
    target_comment_is_public: StrictBool = False
    source_comment_is_public: StrictBool = False


def merge_into(
    db: sqlite3.Connection, act: Act, given: MergeInput, source_id: int, target_id: int
) -> None:
    """Close one ticket because it goes on in the target; 422 when it is closed already."""
    quiet = _must_be_private(db, given, target_id)
    said = _comment(given.source_comment, given.source_comment_is_public and not quiet)
    closing = TicketInput(status="closed", additional_tags=[TAG], comment=said)
    source, _ = tickets.update(db, act, source_id, closing)
    events.merged(db, act.user["id"], act.now, source, target_id)


def tell_target(db: sqlite3.Connection, act: Act, given: MergeInput, target_id: int) -> None:
    """Say in the target what was asked for, if anything."""
    quiet = _must_be_private(db, given, target_id)
    said = _comment(given.target_comment, given.target_comment_is_public and not quiet)
    if said is not None:
        tickets.update(db, act, target_id, TicketInput(comment=said))


def _comment(text: str | None, public: bool) -> CommentInput | None:
    return CommentInput(body=text, public=public) if text else None


def _must_be_private(db: sqlite3.Connection, given: MergeInput, target_id: int) -> bool:
    found = (tickets.find(db, ticket_id) for ticket_id in (target_id, *given.ids))
    return any(ticket is not None and ticket["via"] in SOCIAL for ticket in found)
