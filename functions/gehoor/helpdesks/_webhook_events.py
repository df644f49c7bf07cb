"""What a receiver is told: events in the shape that docs/openapi.yaml describes.

An event's id comes from what it says, so that a repeat is the same event, byte for byte.
"""

from typing import Any

from gehoor.cloud_events import Event
from gehoor.domain.case import EXTERNAL_ID_PREFIX, external_id_of
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.html_text import text_of_html
from gehoor.domain.mention import digest
from gehoor.domain.text import clean, shorten
from gehoor.domain.ticket import CommentDraft, CustomerProfile, TicketDraft

CUSTOMER_UPDATED = "customer.updated"
CUSTOMER_VERIFIED = "customer.verified"
MENTION_CREATED = "mention.created"
CASE_UPDATED = "case.updated"


def customer_updated(profile: CustomerProfile) -> Event:
    """Who somebody is on the network; a new event whenever something of it is new.

    The day of the last contact tells one who takes a former name again from one who never left it:
    without it the receiver would know the event, and drop it.
    """
    author = profile.author
    data = {
        "external_id": profile.external_id,
        "network": author.network,
        "handle": author.handle,
        "name": shorten(clean(author.display_name), 80) or author.handle,
        "profile_url": author.profile_url,
        "language": profile.language,
        "last_contact": profile.last_contact.isoformat(),
    }
    event_id = digest(CUSTOMER_UPDATED, *data.values())
    return Event(event_id, CUSTOMER_UPDATED, profile.external_id, data)


def contact_verified(external_id: str, contact: VerifiedContact) -> Event:
    """What a customer proved to be theirs, each under its name where there is one."""
    named = {"verified_email": contact.email, "verified_phone": contact.phone}
    data = {"external_id": external_id, **{name: value for name, value in named.items() if value}}
    event_id = digest(CUSTOMER_VERIFIED, external_id, contact.fingerprint)
    return Event(event_id, CUSTOMER_VERIFIED, external_id, data)


def mention_opening(draft: TicketDraft) -> Event:
    """A mention that opens a ticket."""
    ticket = {
        "subject": draft.subject,
        "priority": draft.priority.value,
        "tags": list(draft.tags),
        "fields": dict(draft.fields),
        **({"group": draft.group} if draft.group else {}),
    }
    data = {**_said(draft.first), "customer_id": draft.requester_id, "ticket": ticket}
    return _about(draft.external_id, MENTION_CREATED, draft.first.marker, data)


def comment_written(ticket_id: str, draft: CommentDraft) -> Event:
    """A mention that joins a ticket, or a note of gehoor's own."""
    external_id, own_id = external_id_of(case_id_in(ticket_id)), ticket_id.partition("_")[2]
    data = _said(draft)
    if own_id:
        data["ticket_id"] = own_id
    if draft.author_id is None:
        return _about(external_id, CASE_UPDATED, draft.marker, data)
    data["customer_id"] = draft.author_id
    return _about(external_id, MENTION_CREATED, draft.marker, data)


def ticket_id_of(external_id: str, own_id: str | None) -> str:
    """gehoor's id of a ticket: the case, and the receiver's own id when it told one.

    So the case can be read from the id alone, whatever else is lost.
    """
    case_id = external_id.removeprefix(EXTERNAL_ID_PREFIX)
    return f"{case_id}_{own_id}" if own_id else case_id


def case_id_in(ticket_id: str) -> str:
    """The case of a ticket, whether its id also tells the receiver's own or not."""
    return ticket_id.partition("_")[0]


def _said(draft: CommentDraft) -> dict[str, Any]:
    comment = {
        "marker": draft.marker,
        "html": draft.html,
        "text": text_of_html(draft.html),
        "public": draft.public,
    }
    return {"comment": comment, "reopens": draft.reopens, "tags": list(draft.tags)}


def _about(external_id: str, kind: str, marker: str, data: dict[str, Any]) -> Event:
    """The same id for the same words on a ticket, whether they open it or join it."""
    return Event(
        digest(external_id, marker), kind, external_id, {"external_id": external_id, **data}
    )
