"""A case: what one author wants from the brand in one thread. It becomes one ticket."""

from dataclasses import dataclass, replace
from datetime import datetime

from gehoor.domain.mention import Mention, Visibility, digest

EXTERNAL_ID_PREFIX = "gehoor:"
INCIDENT = "incident:"
"""After the prefix it names a problem ticket, which is no case's."""


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Where an answer goes: stored with the case, never taken from the contact record.

    `native_id` is the post to answer on the network behind `source_id`; `handle` is the author
    who must be notified; `visibility` is the widest an answer may be.
    """

    source_id: str
    native_id: str
    author_id: str
    handle: str
    visibility: Visibility
    permalink: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case and its ticket.

    `opened_by` is the id of the mention whose words opened the ticket, `answers_at` the post time
    of the mention the address points to. `is_open` is false once agents solved it. `revision`
    counts how often the case was stored, so that no worker overwrites what another one stored
    meanwhile. `handed_over` says that an agent moved the conversation to private messages. `left`
    are the tickets that went on in `ticket_id`, because agents merged them. `opened_at` is when the
    ticket was noted to be open, None for older cases, of which the ledger tells.
    """

    case_id: str
    brand: str
    network: str
    ticket_id: str
    opened_by: str
    customer_id: str
    address: ReplyAddress
    answers_at: datetime
    is_open: bool = True
    revision: int = 0
    handed_over: bool = False
    left: tuple[str, ...] = ()
    opened_at: datetime | None = None

    @property
    def own_ticket_id(self) -> str:
        """The ticket that was opened for the case; where it goes on now may be anybody's."""
        return (*self.left, self.ticket_id)[0]

    def moved_to(self, ticket_id: str) -> "Case":
        """The case in the ticket that its own was merged into."""
        return replace(self, ticket_id=ticket_id, left=(*self.left, self.ticket_id))

    def to_the_author_alone(self) -> "Case":
        """The case once an agent moved it to private messages, from which it never comes back."""
        address = replace(self.address, visibility=Visibility.DIRECT)
        return replace(self, address=address, handed_over=True)

    def after(self, mention: Mention) -> "Case":
        """The case with `mention` heard: the newest is answered, and only ever to fewer people.

        Once part of the conversation was private, the answers stay private: nobody can tell which
        part an answer takes up.
        """
        newer = mention.posted_at > self.answers_at
        address = address_of(mention) if newer else self.address
        audience = self.address.visibility.narrowed(mention.visibility)
        return replace(
            self,
            address=replace(address, visibility=audience),
            answers_at=max(self.answers_at, mention.posted_at),
            is_open=True,
        )


def case_id_of(mention: Mention, thread_root: str) -> str:
    """The case of a mention: one per brand, thread and author."""
    return digest(mention.brand, mention.network, thread_root, mention.author.native_id)


def external_id_of(case_id: str) -> str:
    """How a helpdesk's ticket names its case."""
    return f"{EXTERNAL_ID_PREFIX}{case_id}"


def case_id_from(external_id: str | None) -> str | None:
    """The case a ticket belongs to; None when the ticket is not gehoor's."""
    if external_id is None or not external_id.startswith(EXTERNAL_ID_PREFIX):
        return None
    name = external_id.removeprefix(EXTERNAL_ID_PREFIX)
    return None if name.startswith(INCIDENT) else name


def address_of(mention: Mention) -> ReplyAddress:
    """Where an answer to `mention` goes."""
    return ReplyAddress(
        source_id=mention.source_id,
        native_id=mention.native_id,
        author_id=mention.author.native_id,
        handle=mention.author.handle,
        visibility=mention.visibility,
        permalink=mention.permalink,
    )
