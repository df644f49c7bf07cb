"""Any system as a helpdesk: gehoor sends it signed events, and takes in the answers it sends.

Nothing is asked of the other side. An event's id comes from what the event says, and the receiver
drops an id it knows; so whatever was lost is sent again, and nothing appears twice. Events are
CloudEvents 1.0, signed as Standard Webhooks 1.0; docs/openapi.yaml describes both directions.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from gehoor.domain.case import external_id_of
from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.network import ImageFile
from gehoor.domain.ticket import (
    Comment,
    CommentDraft,
    CommentsPage,
    Customer,
    CustomerProfile,
    History,
    OpenedTicket,
    Ticket,
    TicketDraft,
)
from gehoor.errors import Gone, Rejected
from gehoor.helpdesks._webhook_events import (
    case_id_in,
    comment_written,
    contact_verified,
    customer_updated,
    mention_opening,
    ticket_id_of,
)
from gehoor.ports.stores import Inbox
from gehoor.settings import HelpdeskSettings
from gehoor.signed_endpoint import Address, Endpoint
from gehoor.wiring import Wiring


class Settings(HelpdeskSettings):
    """A receiver in the configuration; `base_url` is the one address that events are sent to."""

    kind: Literal["webhook"]


class WebhookHelpdesk:
    """Fits `ports.Helpdesk`."""

    def __init__(self, endpoint: Endpoint, inbox: Inbox) -> None:
        self._endpoint = endpoint
        self._inbox = inbox
        self.bulk = None
        self.problems = None
        self.tells_tags = False

    def link_to(self, ticket_id: str) -> str:
        """Nowhere that gehoor knows: what became of an event is the receiver's own affair."""
        return ""

    def find_customer(self, contact: VerifiedContact) -> Customer | None:
        """None: who has an address is told, not asked."""
        return None

    def upsert_customer(
        self, profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT
    ) -> Customer:
        """Tell who the customer is; the id is the external id that the event carries."""
        self._endpoint.send(customer_updated(profile), "telling of a customer")
        if contact:
            self.add_contact(profile.external_id, contact)
        return Customer(profile.external_id)

    def add_contact(self, customer_id: str, contact: VerifiedContact) -> bool:
        """Tell what the customer proved to be theirs; whom else it leads to is the receiver's."""
        self._endpoint.send(contact_verified(customer_id, contact), "telling of a customer")
        return True

    def update_customer(self, customer_id: str, profile: CustomerProfile, named: bool) -> None:
        """Tell what is new of a customer."""
        self._endpoint.send(customer_updated(profile), "telling of a customer")

    def history(self, customer_id: str) -> History:
        """Nothing: the receiver is not asked what it knows."""
        return History(())

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Tell of a mention that opens a ticket; the receiver may answer with the ticket's id."""
        answer = self._endpoint.send(mention_opening(draft), "opening a ticket")
        ticket_id = ticket_id_of(draft.external_id, answer.ticket_id)
        return OpenedTicket(ticket_id, draft.first.marker)

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        """None: who looks after a lost answer then sends the same event again, with its id."""
        return None

    def add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
        """Tell of a mention or a note on a ticket; returns the event's id.

        Gone when the receiver says that the ticket takes no more.
        """
        event = comment_written(ticket_id, draft)
        self._endpoint.send(event, "writing a comment")
        return event.event_id

    def upload(self, file: ImageFile) -> str:
        """Rejected: events carry no files, the post's link shows its pictures."""
        message = f"{file.name}: this helpdesk takes no files"
        raise Rejected(message)

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        """None: who looks after a lost answer then sends the same event again, with its id."""
        return None

    def read_ticket(self, ticket_id: str) -> Ticket:
        """The ticket, as far as its id tells: nobody knows its status here."""
        return Ticket(
            ticket_id, external_id_of(case_id_in(ticket_id)), status="unknown", requester_id=""
        )

    def answered_since(self, ticket_id: str, since: datetime) -> bool:
        """True: nobody can tell."""
        return True

    def tags_at(self, ticket_id: str, comment_id: str) -> frozenset[str]:
        """None: what is sent in carries no tags."""
        return frozenset()

    def read_tickets(self, ticket_ids: Sequence[str]) -> Sequence[Ticket]:
        """The tickets, as far as their ids tell."""
        return [self.read_ticket(ticket_id) for ticket_id in ticket_ids]

    def merged_into(self, ticket_id: str) -> str | None:
        """None: nobody tells of merges here; answers name the case they are for."""
        return None

    def set_requester(self, ticket_id: str, customer_id: str) -> None:
        """Rejected: whose a ticket is, is the receiver's own affair."""
        message = f"ticket {ticket_id}: this helpdesk is not told whose it is"
        raise Rejected(message)

    def is_customer(self, customer_id: str) -> bool:
        """True: customers are named by what the network tells of them, and never go away."""
        return True

    def comments_since(self, since: datetime) -> CommentsPage:
        """None: the receiver is not asked; it sends again what was not taken."""
        return CommentsPage((), since)

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        """The comment as it was sent last; Gone when none was, or longer ago than it is kept."""
        comment = self._inbox.read(case_id_in(ticket_id), comment_id)
        if comment is None:
            message = f"ticket {ticket_id}: no comment {comment_id} was sent in lately"
            raise Gone(message)
        return comment


def connect(settings: Settings, wiring: Wiring) -> WebhookHelpdesk:
    """The receiver behind these settings; its secret is one `whsec_...` or several."""
    address = Address(settings.base_url, "the helpdesk's base_url", settings.secret)
    endpoint = Endpoint(address, wiring.secret, wiring.company, wiring.http)
    return WebhookHelpdesk(endpoint, wiring.inbox)
