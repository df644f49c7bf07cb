"""A helpdesk in memory that refuses what helpdesks refuse."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from gehoor.domain.bulk import Job
from gehoor.domain.case import case_id_from
from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.event import (
    CustomerDeleted,
    CustomerMerged,
    Event,
    RequesterChanged,
    TicketDeleted,
    TicketMerged,
    TicketRestored,
    TicketStatusChanged,
)
from gehoor.domain.network import ImageFile
from gehoor.domain.priority import Priority
from gehoor.domain.ticket import (
    LONG_AGO,
    Agent,
    AgentAnswer,
    Comment,
    CommentDraft,
    CommentsPage,
    Customer,
    CustomerProfile,
    History,
    OpenedTicket,
    PastTicket,
    ProblemDraft,
    Ticket,
    TicketDraft,
    WrittenComment,
)
from gehoor.errors import Gone, Rejected
from gehoor.ports.helpdesk import CUSTOMERS_AT_ONCE, TICKETS_AT_ONCE, YOUNGEST
from gehoor.ports.surroundings import Clock

LONGEST_COMMENT = 65_535
LARGEST_FILE = 50_000_000
GEHOOR = "1"
WAITING = frozenset({"pending", "hold", "solved"})


@dataclass(frozen=True)
class StoredComment:
    """A comment as the helpdesk keeps it."""

    comment_id: str
    author_id: str
    html: str
    public: bool
    marker: str
    created_at: datetime
    attachments: int = 0
    tags: frozenset[str] = frozenset()
    is_about_merge: bool = False


@dataclass
class StoredTicket:
    """A ticket as the helpdesk keeps it."""

    ticket_id: str
    draft: TicketDraft
    requester_id: str
    created_at: datetime
    priority: Priority
    status: str = "new"
    channel: str = ""
    satisfied: bool | None = None
    comments: list[StoredComment] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    merged_into: str | None = None
    updated_at: datetime = LONG_AGO
    problem_id: str = ""
    files: list[ImageFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    group: str = ""
    agent: Agent | None = None


class FakeHelpdesk:
    """Fits `ports.Helpdesk`. Two tickets may have one external id, as in a real helpdesk.

    `told` is what its webhooks have to tell, beside comments. `addresses` are addresses and numbers
    with whose they are, `handles` likewise, of the networks whose handles it knows: X.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = count(35_436)
        self.customers: dict[str, tuple[str, datetime]] = {}
        self.names: dict[str, str] = {}
        self.profiles: dict[str, CustomerProfile] = {}
        self.addresses: dict[str, str] = {}
        self.handles: dict[str, str] = {}
        self.agents: set[str] = set()
        self.away: set[str] = set()
        self.groups: set[str] = set()
        self.tickets: dict[str, StoredTicket] = {}
        self.uploads: dict[str, ImageFile] = {}
        self.bulk: FakeBulk | None = None
        self.problems: FakeProblems | None = FakeProblems(self, clock)
        self.tells_tags = True
        self.deleted: dict[str, StoredTicket] = {}
        self.told: list[Event] = []
        self.page_size = 100

    # What people do in the helpdesk.

    def hire_agent(self) -> str:
        agent_id = str(next(self._ids))
        self.agents.add(agent_id)
        self.names[agent_id] = "Sam"
        return agent_id

    def give(self, ticket_id: str, agent_id: str) -> None:
        """Somebody gives a ticket to an agent."""
        self.tickets[ticket_id].agent = Agent(agent_id)

    def _on_duty(self, agent: Agent | None) -> Agent | None:
        return agent and replace(agent, on_duty=agent.agent_id in self.agents - self.away)

    def bring_customer(self, address: str = "", handle: str = "") -> str:
        """Somebody who came another way: by e-mail, by phone."""
        customer_id = str(next(self._ids))
        self.customers[customer_id] = (f"company:{customer_id}", self._clock())
        self.names[customer_id] = "A. de Vries"
        self.addresses |= {address: customer_id} if address else {}
        self.handles |= {handle: customer_id} if handle else {}
        return customer_id

    def remove_customer(self, customer_id: str) -> None:
        del self.customers[customer_id]
        self.told.append(CustomerDeleted(customer_id))

    def merge_customers(self, loser: str, winner: str) -> None:
        """The winner keeps its own external id and gets the loser's tickets."""
        del self.customers[loser]
        for ticket in self.tickets.values():
            if ticket.requester_id == loser:
                ticket.requester_id = winner
        for known in (self.addresses, self.handles):
            known |= {name: winner for name, owner in known.items() if owner == loser}
        self.told.append(CustomerMerged(loser))

    def set_status(self, ticket_id: str, status: str) -> None:
        ticket = self.tickets[ticket_id]
        ticket.status, ticket.updated_at = status, self._clock()
        self.told.append(TicketStatusChanged(ticket_id))

    def set_field(self, ticket_id: str, key: str, said: str) -> None:
        self.tickets[ticket_id].fields[key] = said

    def delete_ticket(self, ticket_id: str) -> None:
        self.deleted[ticket_id] = self.tickets.pop(ticket_id)
        case_id = case_id_from(self.deleted[ticket_id].draft.external_id)
        self.told.append(TicketDeleted(ticket_id, case_id))

    def restore_ticket(self, ticket_id: str) -> None:
        self.tickets[ticket_id] = self.deleted.pop(ticket_id)
        self.told.append(TicketRestored(ticket_id))

    def change_requester(self, ticket_id: str, customer_id: str) -> None:
        self.tickets[ticket_id].requester_id = customer_id
        self.told.append(RequesterChanged(ticket_id, self._clock()))

    def merge_tickets(self, ticket_id: str, into: str, by: str, public: bool = True) -> None:
        """Both tickets get a comment in the name of the agent who merges."""
        source, target = self.tickets[ticket_id], self.tickets[into]
        for ticket, other in ((source, into), (target, ticket_id)):
            draft = CommentDraft(f"merged with #{other}", public, "", by)
            self._append(ticket, draft, is_about_merge=True)
        source.status, source.merged_into, source.updated_at = "closed", into, self._clock()
        self.told += [TicketMerged(ticket_id), TicketStatusChanged(ticket_id)]

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self._change(ticket_id, comment_id, public=False)

    def redact(self, ticket_id: str, comment_id: str, text: str) -> None:
        """Somebody takes words out of a comment, for good."""
        self._change(ticket_id, comment_id, html=html.escape(text))

    def write(
        self,
        ticket_id: str,
        author_id: str,
        text: str,
        public: bool = True,
        attachments: int = 0,
        tag: str = "",
    ) -> str:
        """A comment by hand, without a marker; a macro sets `tag` together with it."""
        ticket = self.tickets[ticket_id]
        ticket.tags.update({tag} - {""})
        draft = CommentDraft(html.escape(text), public, "", author_id)
        return self._append(ticket, draft, attachments)

    # The port.

    def link_to(self, ticket_id: str) -> str:
        return f"https://desk.example/tickets/{ticket_id}"

    def find_customer(self, contact: VerifiedContact) -> Customer | None:
        wanted = filter(None, (contact.email, contact.phone))
        owner = next((self.addresses[one] for one in wanted if one in self.addresses), None)
        if owner in self.agents:
            message = "the address is an agent's"
            raise Rejected(message)
        return Customer(owner, self.customers[owner][1]) if owner in self.customers else None

    def upsert_customer(
        self, profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT
    ) -> Customer:
        known = (c for c, (name, _) in self.customers.items() if name == profile.external_id)
        customer_id = next(known, None)
        if customer_id is None:
            customer_id = str(next(self._ids))
            self.customers[customer_id] = (profile.external_id, self._clock())
            self.names[customer_id] = profile.author.display_name
        self.profiles[customer_id] = profile
        is_alone = self.add_contact(customer_id, contact)
        if profile.author.network == "x":
            is_alone &= self.handles.setdefault(profile.author.handle, customer_id) == customer_id
        return Customer(customer_id, self.customers[customer_id][1], may_be_another=not is_alone)

    def add_contact(self, customer_id: str, contact: VerifiedContact) -> bool:
        self._customer(customer_id)
        wanted = filter(None, (contact.email, contact.phone))
        return all(self.addresses.setdefault(one, customer_id) == customer_id for one in wanted)

    def update_customer(self, customer_id: str, profile: CustomerProfile, named: bool) -> None:
        self._customer(customer_id)
        self.profiles[customer_id] = profile
        if named:
            self.names[customer_id] = profile.author.display_name

    def history(self, customer_id: str) -> History:
        self._customer(customer_id)
        own = [t for t in self.tickets.values() if t.requester_id == customer_id]
        answers = (self._answers(ticket) for ticket in own)
        newest = max(filter(None, answers), key=lambda found: found[0].created_at, default=())
        tickets = (replace(_past(t), agent=self._on_duty(t.agent)) for t in reversed(own))
        return History(tuple(tickets), newest)

    def _answers(self, ticket: StoredTicket) -> tuple[AgentAnswer, ...]:
        """Newest first."""
        return tuple(
            AgentAnswer(ticket.ticket_id, _text(comment.html), comment.created_at)
            for comment in reversed(ticket.comments)
            if comment.public and comment.author_id in self.agents
        )

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        if draft.requester_id not in self.customers:
            message = "requester_id InvalidValue"
            raise Rejected(message)
        if draft.follows and self.tickets[draft.follows].status != "closed":
            message = "via_followup_source_id InvalidValue"
            raise Rejected(message)
        return self.open_own(draft)

    def open_own(self, draft: TicketDraft) -> OpenedTicket:
        """A ticket whoever it is of."""
        ticket = StoredTicket(
            str(next(self._ids)),
            draft,
            draft.requester_id,
            self._clock(),
            draft.priority,
            tags=set(draft.tags),
        )
        ticket.fields.update(draft.fields)
        not_routed = self._route(ticket, draft)
        self._append(ticket, draft.first)
        self.tickets[ticket.ticket_id] = ticket
        return OpenedTicket(ticket.ticket_id, draft.first.marker, not_routed)

    def _route(self, ticket: StoredTicket, draft: TicketDraft) -> str:
        if draft.group and draft.group not in self.groups:
            return f"the helpdesk has no group {draft.group}"
        if draft.agent and draft.agent.agent_id not in self.agents:
            return "assignee_id InvalidValue"
        ticket.group, ticket.agent = draft.group, draft.agent
        return ""

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        found = (t for t in self.tickets.values() if t.draft.external_id == external_id)
        oldest = min(found, key=lambda ticket: int(ticket.ticket_id), default=None)
        return OpenedTicket(oldest.ticket_id, oldest.comments[0].marker) if oldest else None

    def add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
        ticket = self._ticket(ticket_id)
        if ticket.status == "closed":
            message = f"ticket {ticket_id} is closed and takes no more changes"
            raise Gone(message)
        comment_id = self._append(ticket, draft)
        if draft.reopens and ticket.status in WAITING:
            self.set_status(ticket_id, "open")
        ticket.tags.update(draft.tags)
        ticket.tags.difference_update(draft.drops_tags)
        ticket.priority = max(ticket.priority, draft.at_least, key=list(Priority).index)
        if draft.agent and draft.agent.agent_id in self.agents:
            ticket.agent = ticket.agent or draft.agent
        return comment_id

    def upload(self, file: ImageFile) -> str:
        if len(file.content) > LARGEST_FILE:
            message = "the file is too large"
            raise Rejected(message)
        token = f"token-{next(self._ids)}"
        self.uploads[token] = file
        return token

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        comments = reversed(self._ticket(ticket_id).comments)
        return next((c.comment_id for c in comments if marker in c.marker.split()), None)

    def read_ticket(self, ticket_id: str) -> Ticket:
        ticket = self._ticket(ticket_id)
        return Ticket(
            ticket_id,
            ticket.draft.external_id,
            ticket.status,
            ticket.requester_id,
            frozenset(ticket.tags),
            ticket.merged_into is not None,
            ticket.updated_at,
            tuple((key, said) for key, said in ticket.fields.items() if said),
            self._on_duty(ticket.agent),
        )

    def read_tickets(self, ticket_ids: Sequence[str]) -> Sequence[Ticket]:
        assert len(ticket_ids) <= TICKETS_AT_ONCE
        return [self.read_ticket(name) for name in ticket_ids if name in self.tickets]

    def merged_into(self, ticket_id: str) -> str | None:
        return self._ticket(ticket_id).merged_into

    def set_requester(self, ticket_id: str, customer_id: str) -> None:
        ticket = self._ticket(ticket_id)
        if ticket.status == "closed":
            message = f"ticket {ticket_id} is closed and takes no more changes"
            raise Gone(message)
        if customer_id not in {*self.customers, *self.agents}:
            message = "requester_id InvalidValue"
            raise Rejected(message)
        self.change_requester(ticket_id, customer_id)

    def is_customer(self, customer_id: str) -> bool:
        return customer_id in self.customers

    def comments_since(self, since: datetime) -> CommentsPage:
        if since > self._clock() - YOUNGEST:
            message = "start_time TooRecent"
            raise Rejected(message)
        found = sorted(
            (comment.created_at, int(comment.comment_id), ticket.ticket_id, comment.author_id)
            for ticket in self.tickets.values()
            for comment in ticket.comments
            if comment.public and comment.created_at >= since
        )
        page = found[: self.page_size]
        until = page[-1][0] if page else since
        page += [item for item in found[self.page_size :] if item[0] == until]
        comments = (
            WrittenComment(ticket_id, str(comment_id), author_id)
            for _, comment_id, ticket_id, author_id in page
        )
        return CommentsPage(tuple(comments), until, len(page) < len(found))

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        for comment in self._ticket(ticket_id).comments:
            if comment.comment_id == comment_id:
                return Comment(
                    comment_id=comment_id,
                    text=_text(comment.html),
                    public=comment.public,
                    by_agent=comment.author_id in self.agents and not comment.is_about_merge,
                    created_at=comment.created_at,
                    attachments=comment.attachments,
                )
        message = f"ticket {ticket_id} has no comment {comment_id}"
        raise Gone(message)

    def answered_since(self, ticket_id: str, since: datetime) -> bool:
        return any(
            comment.public and comment.author_id in self.agents and comment.created_at > since
            for comment in self._ticket(ticket_id).comments
        )

    def tags_at(self, ticket_id: str, comment_id: str) -> frozenset[str]:
        ticket = self._ticket(ticket_id)
        ever = frozenset(ticket.tags).union(*(comment.tags for comment in ticket.comments))
        return next((c.tags for c in ticket.comments if c.comment_id == comment_id), ever)

    def _change(self, ticket_id: str, comment_id: str, **changes: Any) -> None:
        comments = self.tickets[ticket_id].comments
        for place, comment in enumerate(comments):
            if comment.comment_id == comment_id:
                comments[place] = replace(comment, **changes)

    def _customer(self, customer_id: str) -> None:
        if customer_id not in self.customers:
            message = f"customer {customer_id} is gone"
            raise Gone(message)

    def _ticket(self, ticket_id: str) -> StoredTicket:
        if ticket_id not in self.tickets:
            message = f"ticket {ticket_id} is gone"
            raise Gone(message)
        return self.tickets[ticket_id]

    def _append(
        self,
        ticket: StoredTicket,
        draft: CommentDraft,
        attachments: int = 0,
        is_about_merge: bool = False,
    ) -> str:
        if draft.author_id not in {None, *self.customers, *self.agents}:
            message = "author_id InvalidValue"
            raise Rejected(message)
        if not draft.html or len(draft.html) > LONGEST_COMMENT:
            message = "comment BlankValue or TooLong"
            raise Rejected(message)
        comment = StoredComment(
            comment_id=str(next(self._ids)),
            author_id=draft.author_id or GEHOOR,
            html=draft.html,
            public=draft.public,
            marker=draft.marker,
            created_at=self._clock(),
            attachments=attachments + len([self.uploads.pop(token) for token in draft.uploads]),
            tags=frozenset(ticket.tags),
            is_about_merge=is_about_merge,
        )
        ticket.comments.append(comment)
        return comment.comment_id


class FakeProblems:
    """Fits `ports.Problems`."""

    def __init__(self, helpdesk: FakeHelpdesk, clock: Clock) -> None:
        self._helpdesk = helpdesk
        self._clock = clock

    def open_problem(self, draft: ProblemDraft) -> str:
        files = [self._helpdesk.uploads[token] for token in draft.uploads]
        first = CommentDraft(draft.html, public=False, marker="", uploads=draft.uploads)
        asked = TicketDraft(
            draft.external_id, draft.subject, GEHOOR, first, Priority.URGENT, draft.tags
        )
        ticket_id = self._helpdesk.open_own(asked).ticket_id
        self._helpdesk.tickets[ticket_id].files = files
        return ticket_id

    def link(self, ticket_ids: Sequence[str], problem_id: str) -> None:
        assert len(ticket_ids) <= TICKETS_AT_ONCE
        for ticket_id in ticket_ids:
            self._helpdesk.tickets[ticket_id].problem_id = problem_id


class FakeBulk:
    """Fits `ports.Bulk`: a job does its work when its time is over, and not before."""

    def __init__(self, helpdesk: FakeHelpdesk, clock: Clock, takes: timedelta) -> None:
        self._helpdesk = helpdesk
        self._clock = clock
        self._takes = takes
        self._opening: dict[str, tuple[datetime, Sequence[TicketDraft]]] = {}
        self._changing: dict[str, tuple[datetime, Sequence[tuple[str, CommentDraft]]]] = {}
        self._over: dict[str, Job] = {}
        self._names = count()

    def known_customers(self, external_ids: Sequence[str]) -> Mapping[str, Customer]:
        assert len(external_ids) <= CUSTOMERS_AT_ONCE
        return {
            external_id: Customer(customer_id, since)
            for customer_id, (external_id, since) in self._helpdesk.customers.items()
            if external_id in external_ids
        }

    def open_tickets(self, drafts: Sequence[TicketDraft]) -> str:
        return self._begin(self._opening, drafts)

    def write_comments(self, comments: Sequence[tuple[str, CommentDraft]]) -> str:
        assert all(draft.is_comment_alone for _, draft in comments)
        return self._begin(self._changing, comments)

    def read_job(self, job_id: str) -> Job:
        self.work()
        if job_id in {*self._opening, *self._changing}:
            return Job(is_over=False, ticket_ids={})
        return self._over[job_id]

    def is_at_work(self) -> bool:
        self.work()
        return bool(self._opening)

    def is_changing(self) -> bool:
        self.work()
        return bool(self._changing)

    def work(self) -> None:
        """Do the jobs whose time is over."""
        for job_id in self._due(self._opening):
            _, drafts = self._opening.pop(job_id)
            self._over[job_id] = Job(is_over=True, ticket_ids=dict(self._made(drafts)))
        for job_id in self._due(self._changing):
            _, comments = self._changing.pop(job_id)
            self._over[job_id] = Job(is_over=True, ticket_ids=dict(self._written(comments)))

    def _begin(self, jobs: dict[str, tuple[datetime, Any]], items: Sequence[Any]) -> str:
        if len(items) > 100:
            message = "TooManyValues"
            raise Rejected(message)
        job_id = f"job-{next(self._names)}"
        jobs[job_id] = (self._clock() + self._takes, items)
        return job_id

    def _due(self, jobs: Mapping[str, tuple[datetime, Any]]) -> list[str]:
        return [job_id for job_id, (ends, _) in jobs.items() if ends <= self._clock()]

    def _made(self, drafts: Sequence[TicketDraft]) -> Iterator[tuple[int, str]]:
        for place, draft in enumerate(drafts):
            with suppress(Rejected):
                yield place, self._helpdesk.open_ticket(draft).ticket_id

    def _written(self, comments: Sequence[tuple[str, CommentDraft]]) -> Iterator[tuple[int, str]]:
        for place, (ticket_id, draft) in enumerate(comments):
            with suppress(Rejected, Gone):
                self._helpdesk.add_comment(ticket_id, draft)
                yield place, ticket_id


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def _past(ticket: StoredTicket) -> PastTicket:
    return PastTicket(
        ticket_id=ticket.ticket_id,
        subject=ticket.draft.subject,
        status=ticket.status,
        created_at=ticket.created_at,
        updated_at=ticket.comments[-1].created_at,
        channel=ticket.channel,
        satisfied=ticket.satisfied,
    )
