"""What is asked of the helpdesk, and of the CRM beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from gehoor.domain.contact import NO_CONTACT, VerifiedContact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gehoor.domain.bulk import Job
    from gehoor.domain.crm import CrmFacts
    from gehoor.domain.network import ImageFile
    from gehoor.domain.ticket import (
        Comment,
        CommentDraft,
        CommentsPage,
        Customer,
        CustomerProfile,
        History,
        OpenedTicket,
        ProblemDraft,
        Ticket,
        TicketDraft,
    )

TICKETS_AT_ONCE = 100
CUSTOMERS_AT_ONCE = 50
"""Their ids are longer than tickets' are."""


YOUNGEST = timedelta(minutes=2)
"""How old a comment must be before a helpdesk is asked for it: Zendesk lists none of the last
minute, by its own clock, which may be behind."""


class Bulk(Protocol):
    """What a helpdesk does for many at once: far fewer calls, and an end that comes later."""

    def known_customers(self, external_ids: Sequence[str]) -> Mapping[str, Customer]:
        """Those of the customers that are known to be there, by their external id.

        CUSTOMERS_AT_ONCE at most. Who is not among them may be there all the same.
        """

    def open_tickets(self, drafts: Sequence[TicketDraft]) -> str:
        """Have tickets opened, 100 at most; returns the id of the helpdesk's job."""

    def write_comments(self, comments: Sequence[tuple[str, CommentDraft]]) -> str:
        """Have comments written, TICKETS_AT_ONCE at most, each in the ticket whose id goes before.

        Nothing but the comment changes there. Returns the id of the helpdesk's job.
        """

    def read_job(self, job_id: str) -> Job:
        """How far a job is. Gone when the helpdesk forgot it."""

    def is_at_work(self) -> bool:
        """Whether any job that opens tickets is under way, whoever began it."""

    def is_changing(self) -> bool:
        """Whether any job that changes tickets is under way, whoever began it."""


class Problems(Protocol):
    """How a helpdesk ties the tickets of many customers to one problem."""

    def open_problem(self, draft: ProblemDraft) -> str:
        """Open a problem ticket of gehoor's own; returns its id. Rejected when refused for good."""

    def link(self, ticket_ids: Sequence[str], problem_id: str) -> None:
        """Tie tickets to a problem, TICKETS_AT_ONCE at most; those that are tied stay so."""


class Helpdesk(Protocol):
    """The helpdesk the company already has."""

    @property
    def bulk(self) -> Bulk | None:
        """How to do many at once, None where that cannot be done."""

    @property
    def problems(self) -> Problems | None:
        """How to tie many tickets to one problem, None where that cannot be done."""

    @property
    def tells_tags(self) -> bool:
        """Whether `read_ticket` and `tags_at` tell tags, so that one can make an answer private."""

    def link_to(self, ticket_id: str) -> str:
        """Where people read the ticket, "" where nobody can tell; asks nobody."""

    def find_customer(self, contact: VerifiedContact) -> Customer | None:
        """The customer who has the address or the number, whom this changes in nothing.

        None when nobody has it. Rejected when nobody may be linked by it: somebody of the company
        has it, or several customers do.
        """

    def upsert_customer(
        self, profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT
    ) -> Customer:
        """Find the customer of an identity, or make one who has the contact, where that is free."""

    def add_contact(self, customer_id: str, contact: VerifiedContact) -> bool:
        """Give a customer an address they proved to be theirs; False when somebody else has it.

        Gone when the customer was removed or merged.
        """

    def update_customer(self, customer_id: str, profile: CustomerProfile, named: bool) -> None:
        """Tell what the network says of a customer now; their name only when `named`.

        Gone when the customer was removed or merged.
        """

    def history(self, customer_id: str) -> History:
        """What the helpdesk knows of the customer. Gone when the customer was removed or merged."""

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Open a ticket. Rejected when the helpdesk refuses it for good."""

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        """The oldest ticket with this external id, from the database and not the search index."""

    def add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
        """Write a comment; returns its id. Gone when the ticket is deleted or closed for good."""

    def upload(self, file: ImageFile) -> str:
        """Hand over a file for a comment; returns its token. Rejected where none are taken."""

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        """The id of the comment with this marker."""

    def read_ticket(self, ticket_id: str) -> Ticket:
        """The ticket as it is now. Gone when it does not exist."""

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        """The comment as it is now. Gone when it does not exist."""

    def answered_since(self, ticket_id: str, since: datetime) -> bool:
        """Whether somebody of the company wrote a public comment after `since`.

        Gone when the ticket does not exist. True where nobody can tell.
        """

    def tags_at(self, ticket_id: str, comment_id: str) -> frozenset[str]:
        """The ticket's tags once the comment was written, whatever became of them since.

        Where the helpdesk remembers no further, every tag it remembers.
        """

    def read_tickets(self, ticket_ids: Sequence[str]) -> Sequence[Ticket]:
        """At most TICKETS_AT_ONCE tickets; those that do not exist are left out."""

    def merged_into(self, ticket_id: str) -> str | None:
        """The ticket this one was merged into; None when it was not, or nobody can tell.

        Gone when it does not exist.
        """

    def set_requester(self, ticket_id: str, customer_id: str) -> None:
        """Give the ticket to another customer. Gone when it is deleted or closed for good."""

    def is_customer(self, customer_id: str) -> bool:
        """Whether this is a customer now: not removed or merged, and no person of the company."""

    def comments_since(self, since: datetime) -> CommentsPage:
        """Public comments on any ticket, those from `since` on, at least YOUNGEST ago.

        Some may be customers', and some come again on the next page. NotAllowed without the rights
        for it; a helpdesk that keeps no such list gives an empty page.
        """


class Crm(Protocol):
    """What the company knows of its customers besides their tickets."""

    def about(self, customer: CustomerProfile) -> CrmFacts:
        """What the CRM knows. Gone when it does not know this customer.

        Rejected when the CRM cannot be asked about this customer, or answers too much. Nothing
        waits for a CRM: callers go on without it after any error.
        """
