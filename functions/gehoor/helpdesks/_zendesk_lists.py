"""Lists across all tickets in Zendesk."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gehoor.domain.ticket import CommentsPage, Ticket, WrittenComment
from gehoor.helpdesks._zendesk_answers import (
    TicketAnswer,
    TicketEventsAnswer,
    read,
    read_page,
)
from gehoor.helpdesks._zendesk_api import ZendeskApi

FULL_PAGE = 1_000


class ZendeskLists:
    """The part of `ports.Helpdesk` that is about many tickets at once."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def read_tickets(self, ticket_ids: Sequence[str]) -> Sequence[Ticket]:
        """At most 100 tickets; those that do not exist are left out."""
        params = {"ids": ",".join(ticket_ids)}
        answer = self._api.call("GET", "/tickets/show_many", "reading tickets", params=params)
        return [found.as_ticket({}) for found in read(list[TicketAnswer], answer, "tickets")]

    def comments_since(self, since: datetime) -> CommentsPage:
        """Public comments on any ticket, from the incremental export of ticket events.

        It is for admins, takes ten calls a minute, no start within the last minute, and repeats
        events at the edges of pages ("Incremental Exports" in Zendesk's API reference).
        """
        params = {"start_time": int(since.timestamp()), "include": "comment_events"}
        answer = self._api.call(
            "GET", "/incremental/ticket_events", "reading new comments", params=params
        )
        page = read_page(TicketEventsAnswer, answer)
        comments = tuple(
            WrittenComment(event.ticket_id, child.id, child.author_id)
            for event in page.ticket_events
            for child in event.child_events
            if child.event_type == "Comment" and (child.public or child.comment_public)
        )
        is_full = len(page.ticket_events) >= FULL_PAGE
        more = is_full if page.end_of_stream is None else not page.end_of_stream
        until = datetime.fromtimestamp(page.end_time, UTC) if page.end_time else since
        return CommentsPage(comments, until, more)
