"""Writing tickets, comments and notes for agents, from what is known of a mention."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import external_id_of
from gehoor.domain.judgement import Judgement, Urgency
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Post, Posted
from gehoor.domain.text import clean, shorten, subject_line, ticket_html
from gehoor.domain.ticket import (
    OPEN_STATUSES,
    CommentDraft,
    History,
    PastTicket,
    Priority,
    TicketDraft,
)

PRIORITIES = {
    Urgency.CRITICAL: Priority.URGENT,
    Urgency.HIGH: Priority.HIGH,
    Urgency.NORMAL: Priority.NORMAL,
    Urgency.LOW: Priority.LOW,
}
AUDIENCES = {
    Visibility.PUBLIC: "everyone",
    Visibility.UNLISTED: "everyone, outside public timelines",
    Visibility.FOLLOWERS: "only the author (they wrote to their followers)",
    Visibility.DIRECT: "only the author (it is a private message)",
}
COMMENT_LIMIT = 65_000
"""Bytes of a comment's HTML: Zendesk takes 65,535 characters, and an emoji counts for several."""

NOT_POSTED = "gehoor_not_posted"
DELAYED = "gehoor_delayed"
"""Tags of tickets whose answer is not on the network: a view of them is what agents still owe."""

SHOWN_TICKETS = 5
SHOWN_POSTS = 10


def ticket_draft(
    mention: Mention,
    judgement: Judgement,
    case_id: str,
    customer_id: str,
    follows: str | None = None,
) -> TicketDraft:
    """The ticket of a new case; its first comment is the customer's own words."""
    return TicketDraft(
        external_id=external_id_of(case_id),
        subject=subject_line(mention.title or mention.text),
        requester_id=customer_id,
        first=mention_comment(mention, customer_id),
        priority=PRIORITIES[judgement.urgency],
        tags=tags_of(mention, judgement),
        fields=(
            ("network", mention.network),
            ("permalink", mention.permalink),
            ("handle", mention.author.handle),
            ("language", judgement.language),
            ("intent", judgement.intent),
        ),
        follows=follows,
    )


def tags_of(mention: Mention, judgement: Judgement) -> tuple[str, ...]:
    """What a view or a trigger can filter on."""
    risk = (f"risk_{judgement.risk}",) if judgement.risk else ()
    return (
        "gehoor",
        f"brand_{mention.brand}",
        f"network_{mention.network}",
        f"language_{judgement.language}",
        f"intent_{judgement.intent}",
        f"urgency_{judgement.urgency}",
        *risk,
    )


def mention_comment(mention: Mention, customer_id: str) -> CommentDraft:
    """What the customer said, with the link to where it was said.

    It reopens the ticket, which no helpdesk does by itself when a program writes for the customer.
    """
    when = f"{mention.posted_at:%d %b %Y, %H:%M} UTC"
    where = f"{mention.author.handle} on {network_name(mention.network)}, {when}"
    origin = f"{ticket_html(where)}{ticket_html(mention.permalink)}"
    said = _fitting_html(mention.text, COMMENT_LIMIT - _size(origin))
    return CommentDraft(
        html=f"{said or '<p>(no text)</p>'}{origin}",
        public=True,
        marker=mention.mention_id,
        author_id=customer_id,
        reopens=True,
    )


def history_note(
    case_id: str,
    mention: Mention,
    judgement: Judgement,
    history: History | None,
    earlier: Sequence[Post],
    capabilities: Capabilities | None,
) -> CommentDraft:
    """The internal note of a new case: who this is, what went before, what the agent can do.

    `history` and `capabilities` are None where helpdesk and network could not be asked.
    """
    parts = [
        _section("Customer", _customer_lines(mention, history)),
        _section("Earlier tickets", _history_lines(history)),
        _section("Said in this thread before", [_post_line(p) for p in earlier[-SHOWN_POSTS:]]),
        _section("What you can do here", _action_lines(mention, capabilities)),
        _section("Why it was sorted this way", _judgement_lines(judgement)),
    ]
    return CommentDraft(html="".join(parts), public=False, marker=history_marker(case_id))


def history_marker(case_id: str) -> str:
    """The marker of a case's history note."""
    return f"history:{case_id}"


def posted_note(
    comment_id: str,
    network: str,
    visibility: Visibility,
    posted: Posted,
    at: datetime,
    attachments: int = 0,
) -> CommentDraft:
    """The internal note that shows an answer is on the network, and who can read it there."""
    text = (
        f"Your answer is on {network_name(network)} since {at:%d %b %Y, %H:%M} UTC. "
        f"Who can read it: {AUDIENCES[visibility]}."
    )
    if attachments:
        what = "attachment was" if attachments == 1 else f"{attachments} attachments were"
        text = f"{text}\n\nIts {what} NOT sent: gehoor posts text only."
    html = f"{ticket_html(text)}{ticket_html(posted.permalink)}"
    return CommentDraft(html=html, public=False, marker=f"posted:{comment_id}")


def returned_note(comment_id: str, cause: str, next_step: str) -> CommentDraft:
    """The internal note that gives an answer back to the agent: why, and what to do.

    It reopens the ticket, because agents often answer and solve in one.
    """
    html = ticket_html(f"Your answer was NOT posted: {cause}\n\n{next_step}")
    marker = f"returned:{comment_id}"
    return CommentDraft(html, public=False, marker=marker, reopens=True, tags=(NOT_POSTED,))


def delayed_note(comment_id: str, cause: str) -> CommentDraft:
    """The internal note that says an answer waits, so that nobody sends it by hand as well."""
    html = ticket_html(
        f"Your answer is not posted yet: {cause}\n\nIt goes out by itself once that is mended;"
        " do not post it by hand as well."
    )
    marker = f"delayed:{comment_id}"
    return CommentDraft(html, public=False, marker=marker, reopens=True, tags=(DELAYED,))


def network_name(network: str) -> str:
    """A network as agents read it."""
    return network.title()


def _section(title: str, lines: Sequence[str]) -> str:
    """A title and a line each, close together: the note is to be read in ten seconds."""
    if not lines:
        return ""
    items = ticket_html("\n".join(" ".join(line.split()) for line in lines))
    return f"<p><b>{escape(title)}</b></p>{items}"


def _fitting_html(text: str, limit: int) -> str:
    """The text as HTML of at most `limit` bytes; cut where it is longer, and said so."""
    html = ticket_html(text)
    kept = len(text)
    while _size(html) > limit:
        kept = min(kept * limit // _size(html), kept - 1)
        html = ticket_html(f"{shorten(text, kept)}\n\n(cut: the whole post is at the link)")
    return html


def _size(html: str) -> int:
    return len(html.encode())


def _customer_lines(mention: Mention, history: History | None) -> list[str]:
    author = mention.author
    name = shorten(clean(author.display_name), 80)
    who = f"{name} ({author.handle}) {author.profile_url}".strip()
    since = history.customer_since if history else None
    return [who, f"Customer record since {since:%d %b %Y}"] if since else [who]


def _history_lines(history: History | None) -> list[str]:
    if history is None:
        return ["The helpdesk could not be asked; look at the customer's record."]
    return _ticket_lines(history.tickets)


def _ticket_lines(tickets: Sequence[PastTicket]) -> list[str]:
    if not tickets:
        return ["None: this is the first one."]
    open_count = sum(ticket.status in OPEN_STATUSES for ticket in tickets)
    lines = [
        f"#{t.ticket_id} {t.status}, {t.created_at:%d %b %Y}: {shorten(clean(t.subject), 80)}"
        for t in tickets[:SHOWN_TICKETS]
    ]
    return [f"{len(tickets)} in all, {open_count} still open", *lines]


def _post_line(post: Post) -> str:
    who = f"{post.handle} (us)" if post.by_brand else post.handle
    return f"{post.posted_at:%d %b %H:%M} {who}: {shorten(clean(post.text), 280)}"


def _action_lines(mention: Mention, capabilities: Capabilities | None) -> list[str]:
    lines = [f"The post: {mention.permalink}"]
    where = network_name(mention.network)
    if capabilities is None:
        return [
            *lines,
            f"{where} could not be asked what is possible. A public comment in this ticket is"
            " posted there when it can be; a note here will tell.",
        ]
    if not capabilities.reply:
        return [*lines, f"gehoor cannot answer here. {capabilities.instead}".strip()]
    limit = f", at most {capabilities.text_limit} characters" if capabilities.text_limit else ""
    lines.append(
        f"A public comment in this ticket is posted on {where}{limit}. "
        f"Who can read it: {AUDIENCES[mention.visibility]}."
    )
    lines.append("An internal note stays in this ticket.")
    return lines


def _judgement_lines(judgement: Judgement) -> list[str]:
    risk = f", risk: {judgement.risk}" if judgement.risk else ""
    head = f"{judgement.intent}, urgency {judgement.urgency}, language {judgement.language}{risk}"
    return [head, *judgement.reasons]
