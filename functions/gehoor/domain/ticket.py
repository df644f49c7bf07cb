"""A helpdesk's tickets, comments and customers, in the helpdesk's own words."""

from datetime import UTC, date, datetime

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Author, digest
from gehoor.domain.priority import Priority

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything in a helpdesk."""


@frozen
class Agent:
    """Somebody who answers; `group_id` is the group they answered in, "" where nobody knows.

    `on_duty` is False where the helpdesk shows that they are away, or work there no more.
    """

    agent_id: str
    group_id: str = ""
    on_duty: bool = True


@frozen
class CommentDraft:
    """A comment to write. `html` is safe HTML.

    `marker` names what the comment says, once per ticket: it travels with the comment as metadata,
    so that after a lost answer the comment is found again. A comment that says several things has
    their markers, parted by spaces. `author_id` None means gehoor itself. `reopens` says that a
    ticket that waits or is solved needs an agent's eye again; `tags` are added to the ticket's own
    and `drops_tags` taken off it, in the same change as the comment; its priority is raised to
    `at_least`, never lowered. `uploads` are tokens of files. The ticket is given to `agent`, unless
    somebody has it.
    """

    html: str
    public: bool
    marker: str
    author_id: str | None = None
    reopens: bool = False
    tags: tuple[str, ...] = ()
    drops_tags: tuple[str, ...] = ()
    at_least: Priority = Priority.LOW
    uploads: tuple[str, ...] = ()
    agent: Agent | None = None

    @property
    def markers(self) -> tuple[str, ...]:
        """What the comment says, thing by thing."""
        return tuple(self.marker.split())

    @property
    def is_comment_alone(self) -> bool:
        """Whether nothing else of the ticket changes, so that nobody need know how it is."""
        changes_tags = self.tags or self.drops_tags
        rises = self.at_least is not Priority.LOW
        return not (self.reopens or changes_tags or self.agent or rises)


@frozen
class TicketDraft:
    """A ticket to open; `fields` are custom fields by their key, empty values left out.

    `follows` is the closed ticket that this one takes up. `group` is a group's name or id, `agent`
    whom it is for; the helpdesk opens the ticket without them where it does not take them.
    """

    external_id: str
    subject: str
    requester_id: str
    first: CommentDraft
    priority: Priority
    tags: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    follows: str | None = None
    group: str = ""
    agent: Agent | None = None


@frozen
class ProblemDraft:
    """A problem ticket to open: gehoor's own, with an internal first comment. `html` is safe."""

    external_id: str
    subject: str
    html: str
    tags: tuple[str, ...]
    uploads: tuple[str, ...] = ()


@frozen
class OpenedTicket:
    """A ticket that exists; `marker` is the marker of its first comment, "" when it has none.

    `not_routed` says why group and agent were left out, "" when they were not.
    """

    ticket_id: str
    marker: str
    not_routed: str = ""


@frozen
class Ticket:
    """What gehoor needs to know of a ticket before it acts on it.

    `fields` are its custom fields by the keys gehoor knows them by, empty ones left out. `merged`
    says that it was closed because it goes on in another ticket, at `updated_at`. `agent` is who
    has it.
    """

    ticket_id: str
    external_id: str | None
    status: str
    requester_id: str
    tags: frozenset[str] = frozenset()
    merged: bool = False
    updated_at: datetime = LONG_AGO
    fields: tuple[tuple[str, str], ...] = ()
    agent: Agent | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to deal with it."""
        return self.status in OPEN_STATUSES


@frozen
class Comment:
    """A comment as the helpdesk holds it; `text` is plain text.

    `by_agent` is true for a person of the company, false for customers, for gehoor itself, and for
    what the helpdesk writes in an agent's name when tickets are merged.
    """

    comment_id: str
    text: str
    public: bool
    by_agent: bool
    created_at: datetime
    attachments: int = 0


OPEN_STATUSES = frozenset({"new", "open", "pending", "hold"})


@frozen
class Customer:
    """A customer in the helpdesk; `since` is None where nobody noted when the record was made.

    `may_be_another` says that another customer has a handle or an address of theirs.
    """

    customer_id: str
    since: datetime | None = None
    may_be_another: bool = False


@frozen
class WrittenComment:
    """That somebody wrote a public comment, and who."""

    ticket_id: str
    comment_id: str
    author_id: str


@frozen
class CommentsPage:
    """A part of all comments in the order they were written.

    `until` is where to read on; `more` says that there is more by now.
    """

    comments: tuple[WrittenComment, ...]
    until: datetime
    more: bool = False


@frozen
class PastTicket:
    """An earlier ticket of a customer.

    `channel` is how the customer came, as it follows "by": "e-mail", "phone"; "" when a program
    made the ticket, as gehoor does. `satisfied` is the customer's rating, None without one. `agent`
    is who has it, or had it last.
    """

    ticket_id: str
    subject: str
    status: str
    created_at: datetime
    updated_at: datetime
    channel: str = ""
    satisfied: bool | None = None
    agent: Agent | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to deal with it."""
        return self.status in OPEN_STATUSES


@frozen
class AgentAnswer:
    """What an agent told a customer in a ticket, where the customer can read it; plain text."""

    ticket_id: str
    text: str
    created_at: datetime


@frozen
class History:
    """What the helpdesk knows of a customer, both newest first.

    `tickets` are at most the newest page; `answers` are those of the one ticket where the newest
    answer is likely.
    """

    tickets: tuple[PastTicket, ...]
    answers: tuple[AgentAnswer, ...] = ()


def external_id_of_customer(identity: str) -> str:
    """How the helpdesk's customer names an identity, by the identity's name."""
    return f"gehoor:{identity}"


@frozen
class CustomerProfile:
    """What a network tells about an author, for the customer record in the helpdesk.

    `known_handle` is the handle that the helpdesk was told last for this customer.
    """

    author: Author
    language: str
    last_contact: date
    known_handle: str = ""

    @property
    def external_id(self) -> str:
        """How the helpdesk's customer names the identity."""
        return external_id_of_customer(self.author.identity)

    @property
    def fingerprint(self) -> str:
        """The same while there is nothing new to tell."""
        author = self.author
        seen = (author.display_name, author.handle, author.profile_url, self.language)
        return digest(*seen, self.last_contact.isoformat())
