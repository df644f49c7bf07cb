"""What a customer asked before in Zendesk, and what agents answered, in two calls at most."""

from collections.abc import Sequence

from gehoor.domain.ticket import AgentAnswer, History, PastTicket
from gehoor.errors import Gone
from gehoor.helpdesks._zendesk_answers import (
    STAFF,
    CommentAnswer,
    TicketAnswer,
    UserAnswer,
    read,
    users_with,
)
from gehoor.helpdesks._zendesk_api import PAGE, ZendeskApi
from gehoor.helpdesks._zendesk_routes import agent_of

CHANNELS = {
    "api": "",
    "sample_ticket": "",
    "email": "e-mail",
    "web": "web form",
    "web_widget": "web form",
    "mobile_sdk": "app",
    "chat": "chat",
    "chat_transcript": "chat",
    "native_messaging": "chat",
    "voice": "phone",
    "sms": "text message",
    "whatsapp": "WhatsApp",
    "facebook": "Facebook",
    "twitter": "X",
}
"""`via.channel` in agents' words; any other is shown as Zendesk names it."""

RATINGS = {"good": True, "bad": False}
ANSWERED_FIRST = ("open", "pending", "hold"), ("solved", "closed"), ("new",)
"""Where an agent's newest answer is looked for: hardly ever in what nobody has taken up yet."""


def history_of(api: ZendeskApi, customer_id: str) -> History:
    """The newest 100 tickets of a customer, with the answers in one; Gone without the customer.

    `include=users` brings along who has them.
    """
    answer = api.call(
        "GET",
        f"/users/{customer_id}/tickets/requested",
        "reading a customer's tickets",
        params={
            "per_page": PAGE,
            "sort_by": "created_at",
            "sort_order": "desc",
            "include": "users",
        },
    )
    users = users_with(answer)
    found = [_past(ticket, users) for ticket in read(list[TicketAnswer], answer, "tickets")]
    tickets = tuple(sorted(found, key=lambda t: t.created_at, reverse=True))
    return History(tickets, _answers(api, _likely_answered(tickets)) if tickets else ())


def _past(ticket: TicketAnswer, users: Sequence[UserAnswer]) -> PastTicket:
    channel = ticket.via.channel if ticket.via else ""
    rating = ticket.satisfaction_rating
    return PastTicket(
        ticket_id=ticket.id,
        subject=ticket.subject or "",
        status=ticket.status,
        created_at=ticket.created_at,
        updated_at=ticket.changed_at,
        channel=CHANNELS.get(channel, channel),
        satisfied=RATINGS.get((rating.score if rating else None) or ""),
        agent=agent_of(ticket, users),
    )


def _likely_answered(tickets: Sequence[PastTicket]) -> PastTicket:
    ranks = {status: rank for rank, group in enumerate(ANSWERED_FIRST) for status in group}
    last = len(ANSWERED_FIRST)
    newest_first = sorted(tickets, key=lambda t: t.updated_at, reverse=True)
    return min(newest_first, key=lambda t: ranks.get(t.status, last))


def _answers(api: ZendeskApi, ticket: PastTicket) -> tuple[AgentAnswer, ...]:
    """The agents' public comments among the ticket's newest 100; none when it was deleted.

    `include=users` brings the authors along. What gehoor wrote carries its marker.
    """
    try:
        answer = api.call(
            "GET",
            f"/tickets/{ticket.ticket_id}/comments",
            "reading what agents answered",
            params={"sort": "-created_at", "page[size]": PAGE, "include": "users"},
        )
    except Gone:
        return ()
    staff = {user.id for user in read(list[UserAnswer], answer, "users") if user.role in STAFF}
    return tuple(
        AgentAnswer(ticket.ticket_id, comment.plain_body, comment.created_at)
        for comment in read(list[CommentAnswer], answer, "comments")
        if comment.public and comment.author_id in staff and not comment.marker
    )
