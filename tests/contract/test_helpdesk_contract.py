"""What every helpdesk must do: the one in memory, Zendesk's adapter against the Desk, and the
webhook's against a stand-in for a company's own system.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import quote

import pytest
import requests

from desk_server import TIMEOUT, TOKEN, TOKENS, Desk, running_desk, wait_for
from factories import JUDGEMENT, NOW, author, comment_draft, profile, ticket_draft
from fakes.clock import FakeClock, FakeMetrics
from fakes.helpdesk import FakeBulk, FakeHelpdesk
from fakes.queues import FakeQueues
from fakes.stores import FakeInbox, FakeReplays
from fakes.wiring import wiring
from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.correction import corrections_in
from gehoor.domain.judgement import Intent
from gehoor.domain.network import ImageFile
from gehoor.domain.priority import Priority
from gehoor.domain.setup import HelpdeskSetup
from gehoor.domain.ticket import Agent, History, OpenedTicket, ProblemDraft, TicketDraft
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    Gone,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks.webhook import Settings as WebhookSettings
from gehoor.helpdesks.webhook import WebhookHelpdesk
from gehoor.helpdesks.webhook import connect as connect_webhook
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from gehoor.usecases.receive import receive
from gehoor.webhooks import webhook as answers_sent_in
from loopback import Answer, Asked, serving
from webhook_receiver import ReceivedTicket, Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Author
    from gehoor.ports.helpdesk import Helpdesk

NOTHING_SET_UP = HelpdeskSetup()
AGENT_TOKEN = "token-of-sam"
UNKNOWN = "99999999"
NOTE = comment_draft("A note", public=False)


FIELDS = {"intent": 360101, "topic": 360102, "language": 360103}


class Office(Protocol):
    """A helpdesk with what the people in it do by hand.

    `can_be_asked` says that gehoor can read back what was written there, and what others wrote.
    """

    can_be_asked: ClassVar[bool]

    @property
    def helpdesk(self) -> Helpdesk: ...
    def agent_writes(self, ticket_id: str, text: str, public: bool, tag: str = "") -> str: ...
    def remove_tag(self, ticket_id: str, tag: str) -> None: ...
    def set_status(self, ticket_id: str, status: str) -> None: ...
    def tags(self, ticket_id: str) -> set[str]: ...
    def priority(self, ticket_id: str) -> str: ...
    def set_field(self, ticket_id: str, key: str, said: str) -> None: ...
    def make_private(self, ticket_id: str, comment_id: str) -> None: ...
    def agent_id(self) -> str: ...
    def agents_address(self) -> str: ...
    def bring_customer(self, contact: VerifiedContact = NO_CONTACT, handle: str = "") -> str: ...
    def name_of(self, customer_id: str) -> str: ...
    def make_group(self, name: str) -> str: ...
    def group_of(self, ticket_id: str) -> str: ...
    def agent_of(self, ticket_id: str) -> str: ...
    def give(self, ticket_id: str, agent_id: str) -> None: ...
    def set_on_duty(self, agent_id: str, is_here: bool) -> None: ...
    def problem_of(self, ticket_id: str) -> str | None: ...


class FakeOffice:
    """The helpdesk in memory."""

    can_be_asked: ClassVar[bool] = True

    def __init__(self) -> None:
        clock = FakeClock()
        self.helpdesk = FakeHelpdesk(clock)
        self.helpdesk.bulk = FakeBulk(self.helpdesk, clock, timedelta(0))
        self._agent = self.helpdesk.hire_agent()

    def agent_writes(self, ticket_id: str, text: str, public: bool, tag: str = "") -> str:
        return self.helpdesk.write(ticket_id, self._agent, text, public, tag=tag)

    def remove_tag(self, ticket_id: str, tag: str) -> None:
        self.tags(ticket_id).remove(tag)

    def set_status(self, ticket_id: str, status: str) -> None:
        self.helpdesk.set_status(ticket_id, status)

    def set_field(self, ticket_id: str, key: str, said: str) -> None:
        self.helpdesk.set_field(ticket_id, key, said)

    def tags(self, ticket_id: str) -> set[str]:
        return self.helpdesk.tickets[ticket_id].tags

    def priority(self, ticket_id: str) -> str:
        return self.helpdesk.tickets[ticket_id].priority.value

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self.helpdesk.make_private(ticket_id, comment_id)

    def agent_id(self) -> str:
        return self._agent

    def agents_address(self) -> str:
        self.helpdesk.addresses["sam@desk.example"] = self._agent
        return "sam@desk.example"

    def bring_customer(self, contact: VerifiedContact = NO_CONTACT, handle: str = "") -> str:
        customer_id = self.helpdesk.bring_customer(handle=handle)
        assert self.helpdesk.add_contact(customer_id, contact)
        return customer_id

    def name_of(self, customer_id: str) -> str:
        return self.helpdesk.names[customer_id]

    def make_group(self, name: str) -> str:
        self.helpdesk.groups.add(name)
        return name

    def group_of(self, ticket_id: str) -> str:
        return self.helpdesk.tickets[ticket_id].group

    def agent_of(self, ticket_id: str) -> str:
        agent = self.helpdesk.tickets[ticket_id].agent
        return agent.agent_id if agent else ""

    def give(self, ticket_id: str, agent_id: str) -> None:
        self.helpdesk.give(ticket_id, agent_id)

    def set_on_duty(self, agent_id: str, is_here: bool) -> None:
        self.helpdesk.away = set() if is_here else {agent_id}

    def problem_of(self, ticket_id: str) -> str | None:
        return self.helpdesk.tickets[ticket_id].problem_id or None


@dataclass(frozen=True)
class DeskOffice:
    """The Desk, where the agent has a token of her own."""

    can_be_asked: ClassVar[bool] = True
    helpdesk: ZendeskHelpdesk
    desk: Desk

    def agent_writes(self, ticket_id: str, text: str, public: bool, tag: str = "") -> str:
        ticket: dict[str, Any] = {"comment": {"body": text, "public": public}}
        if tag:
            ticket["tags"] = [*self.tags(ticket_id), tag]
        answer = requests.put(
            f"{self.desk.url}/api/v2/tickets/{ticket_id}",
            json={"ticket": ticket},
            headers={"Authorization": f"Bearer {AGENT_TOKEN}"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        events = answer.json()["audit"]["events"]
        return str(next(event["id"] for event in events if event["type"] == "Comment"))

    def remove_tag(self, ticket_id: str, tag: str) -> None:
        left = self.tags(ticket_id) - {tag}
        self.desk.put(f"/tickets/{ticket_id}", {"ticket": {"tags": sorted(left)}})

    def set_status(self, ticket_id: str, status: str) -> None:
        self.desk.put(f"/tickets/{ticket_id}", {"ticket": {"status": status}})

    def set_field(self, ticket_id: str, key: str, said: str) -> None:
        values = [{"id": FIELDS[key], "value": said or None}]
        self.desk.put(f"/tickets/{ticket_id}", {"ticket": {"custom_fields": values}})

    def tags(self, ticket_id: str) -> set[str]:
        return set(self.desk.get(f"/tickets/{ticket_id}")["ticket"]["tags"])

    def priority(self, ticket_id: str) -> str:
        return str(self.desk.get(f"/tickets/{ticket_id}")["ticket"]["priority"])

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self.desk.put(f"/tickets/{ticket_id}/comments/{comment_id}/make_private", {})

    def agent_id(self) -> str:
        users = self.desk.get("/users/search", params={"query": "sam@desk.example"})["users"]
        return str(users[0]["id"])

    def agents_address(self) -> str:
        return "sam@desk.example"

    def bring_customer(self, contact: VerifiedContact = NO_CONTACT, handle: str = "") -> str:
        given = {"email": contact.email or None, "phone": contact.phone or None}
        handles = [{"type": "twitter", "value": handle.removeprefix("@")}] if handle else []
        return str(self.desk.customer("A. de Vries", identities=handles, **given))

    def name_of(self, customer_id: str) -> str:
        return str(self.desk.get(f"/users/{customer_id}")["user"]["name"])

    def make_group(self, name: str) -> str:
        known = {group["name"]: group["id"] for group in self.desk.get("/groups")["groups"]}
        if name not in known:
            known[name] = self.desk.post("/groups", {"group": {"name": name}})["group"]["id"]
        return str(known[name])

    def group_of(self, ticket_id: str) -> str:
        return str(self._ticket(ticket_id)["group_id"] or "")

    def agent_of(self, ticket_id: str) -> str:
        return str(self._ticket(ticket_id)["assignee_id"] or "")

    def give(self, ticket_id: str, agent_id: str) -> None:
        self.desk.put(f"/tickets/{ticket_id}", {"ticket": {"assignee_id": int(agent_id)}})

    def set_on_duty(self, agent_id: str, is_here: bool) -> None:
        self.desk.put(f"/users/{agent_id}", {"user": {"user_fields": {"agent_ooo": not is_here}}})

    def _ticket(self, ticket_id: str) -> dict[str, Any]:
        ticket: dict[str, Any] = self.desk.get(f"/tickets/{ticket_id}")["ticket"]
        return ticket

    def problem_of(self, ticket_id: str) -> str | None:
        self.desk.get("/job_statuses")
        ticket = self.desk.get(f"/tickets/{ticket_id}")["ticket"]
        assert ticket["type"] == ("incident" if ticket["problem_id"] else None)
        return str(ticket["problem_id"]) if ticket["problem_id"] else None


@dataclass(frozen=True)
class WebhookOffice:
    """The stand-in for a company's own system, which knows tickets by their external id."""

    can_be_asked: ClassVar[bool] = False
    helpdesk: WebhookHelpdesk
    receiver: Receiver
    inbox: FakeInbox

    def agent_writes(self, ticket_id: str, text: str, public: bool) -> str:
        comment_id = self.receiver.comment_id()
        self._send(ticket_id, comment_id, text, public)
        return comment_id

    def set_status(self, ticket_id: str, status: str) -> None:
        self._ticket(ticket_id).status = status

    def tags(self, ticket_id: str) -> set[str]:
        return self._ticket(ticket_id).tags

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self._send(ticket_id, comment_id, "taken back", public=False)

    def _ticket(self, ticket_id: str) -> ReceivedTicket:
        [found] = [
            ticket
            for ticket in self.receiver.tickets.values()
            if ticket_id.endswith(f"_{ticket.ticket_id}")
        ]
        return found

    def _send(self, ticket_id: str, comment_id: str, text: str, public: bool) -> None:
        external_id = self._ticket(ticket_id).external_id
        headers, body = self.receiver.signed_comment(external_id, comment_id, text, public)
        found = receive(
            answers_sent_in,
            headers,
            body,
            lambda _max_age: self.receiver.secret,
            lambda: self.inbox,
            FakeQueues(),
            FakeReplays,
            lambda: datetime.now(UTC),
            FakeMetrics(),
        )
        assert found.status == 200


@pytest.fixture
def webhook() -> Iterator[WebhookOffice]:
    with receiving(Receiver()) as receiver:
        inbox = FakeInbox()
        settings = WebhookSettings(kind="webhook", base_url=receiver.url, secret="/gehoor/hook")
        http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
        made = wiring(receiver.secret, http, inbox=inbox)
        yield WebhookOffice(connect_webhook(settings, made), receiver, inbox)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    agent = {"name": "Sam", "email": "sam@desk.example", "role": "agent"}
    tokens = {**TOKENS, AGENT_TOKEN: agent}
    with running_desk(tmp_path_factory.mktemp("desk"), tokens=tokens) as desk:
        yield desk


def zendesk(
    url: str, secret: str = TOKEN, setup: HelpdeskSetup = NOTHING_SET_UP, **fields: int
) -> ZendeskHelpdesk:
    settings = Settings.model_validate(
        {"kind": "zendesk", "base_url": url, "secret": "/gehoor/zendesk", "ticket_fields": fields}
    )
    http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
    return connect(settings, wiring(secret, http, setup=setup or HelpdeskSetup()))


@pytest.fixture
def desk(running: Desk) -> DeskOffice:
    running.control("reset").raise_for_status()
    return DeskOffice(zendesk(running.url, TOKEN, NOTHING_SET_UP, **FIELDS), running)


@pytest.fixture(params=["memory", pytest.param("desk", id="zendesk"), "webhook"])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        return FakeOffice()
    found: Office = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def _can_be_asked(office: Office) -> None:
    if not office.can_be_asked:
        pytest.skip("not applicable: gehoor asks this helpdesk nothing")


ASKED = pytest.mark.usefixtures("_can_be_asked")
"""For what only a helpdesk can do that answers questions."""


@pytest.fixture
def customer_id(office: Office) -> str:
    return office.helpdesk.upsert_customer(profile()).customer_id


@pytest.fixture
def ticket_id(office: Office, customer_id: str) -> str:
    return office.helpdesk.open_ticket(ticket_draft(customer_id)).ticket_id


@ASKED
def test_an_identity_has_one_customer(office: Office) -> None:
    # When two authors come, one of them twice
    anna = office.helpdesk.upsert_customer(profile("anna"))
    again = office.helpdesk.upsert_customer(profile("anna"))
    bob = office.helpdesk.upsert_customer(profile("bob"))
    # Then each is one customer, and it is known since when
    assert anna == again
    assert anna.customer_id != bob.customer_id
    assert anna.since is not None
    assert anna.since.tzinfo is not None


EMAIL, PHONE = VerifiedContact("anna@shop.example"), VerifiedContact(phone="+31612345678")
CONTACTS = pytest.mark.parametrize(
    "contact",
    [EMAIL, PHONE, VerifiedContact(EMAIL.email, PHONE.phone)],
    ids=["mail", "tel", "both"],
)


@ASKED
@CONTACTS
def test_a_customer_is_found_by_what_they_proved_to_be_theirs(
    office: Office, contact: VerifiedContact
) -> None:
    # Given a customer who came another way, and somebody else
    known = office.bring_customer(contact)
    office.bring_customer(VerifiedContact("bob@shop.example", "+31687654321"))
    # When they are looked for
    found = office.helpdesk.find_customer(contact)
    # Then they are the one, as they were
    assert found is not None
    assert found.customer_id == known
    assert office.name_of(known) == "A. de Vries"


@CONTACTS
def test_an_address_nobody_has_finds_nobody_and_makes_nobody(
    office: Office, contact: VerifiedContact
) -> None:
    assert office.helpdesk.find_customer(contact) is None
    assert office.helpdesk.find_customer(contact) is None


@ASKED
def test_an_address_of_an_agent_links_nobody(office: Office) -> None:
    address = VerifiedContact(office.agents_address())
    with pytest.raises(Rejected):
        office.helpdesk.find_customer(address)
    customer = office.helpdesk.upsert_customer(profile(), address)
    assert customer.may_be_another
    assert customer.customer_id != office.agent_id()
    assert not office.helpdesk.add_contact(customer.customer_id, address)
    assert office.name_of(office.agent_id()).startswith("Sam")


@CONTACTS
def test_a_new_customer_has_what_they_proved_to_be_theirs(
    office: Office, contact: VerifiedContact
) -> None:
    # When a customer is made with it, once or again, at once or afterwards
    made = office.helpdesk.upsert_customer(profile("anna"), contact)
    again = office.helpdesk.upsert_customer(profile("anna"), contact)
    assert office.helpdesk.add_contact(made.customer_id, contact)
    # Then it is theirs alone
    assert made.customer_id == again.customer_id
    assert not made.may_be_another
    assert not again.may_be_another
    if office.can_be_asked:
        found = office.helpdesk.find_customer(contact)
        assert found is not None
        assert found.customer_id == made.customer_id


@ASKED
@CONTACTS
def test_what_another_customer_has_stays_theirs(office: Office, contact: VerifiedContact) -> None:
    # Given a customer who has it
    known = office.bring_customer(contact)
    # When another one is made with it, or given it
    other = office.helpdesk.upsert_customer(profile("anna"), contact)
    is_given = office.helpdesk.add_contact(other.customer_id, contact)
    # Then that is told, and nobody is merged
    assert (other.may_be_another, is_given) == (True, False)
    assert other.customer_id != known
    found = office.helpdesk.find_customer(contact)
    assert found is not None
    assert found.customer_id == known


@ASKED
def test_an_address_of_a_customer_who_was_removed_is_given_to_nobody(office: Office) -> None:
    with pytest.raises(Gone):
        office.helpdesk.add_contact(UNKNOWN, EMAIL)


@ASKED
def test_a_handle_on_x_that_another_customer_has_links_nobody(office: Office) -> None:
    # Given a customer with a handle, and authors with that one and another one
    known = office.bring_customer(handle="@anna")
    on_x = author(network="x", native_id="783214", handle="@anna")
    free = author(network="x", native_id="783215", handle="@bob")
    # When they become customers
    anna, bob = (
        office.helpdesk.upsert_customer(replace(profile(), author=a)) for a in (on_x, free)
    )
    # Then the first may be the one with the handle, for an agent to say
    assert anna.customer_id != known
    assert (anna.may_be_another, bob.may_be_another) == (True, False)


@ASKED
def test_a_new_customer_has_no_past(office: Office, customer_id: str) -> None:
    assert office.helpdesk.history(customer_id) == History(())


@ASKED
def test_the_history_has_the_customers_own_tickets_newest_first(
    office: Office, customer_id: str
) -> None:
    # Given two tickets of the customer and one of another one
    first = office.helpdesk.open_ticket(ticket_draft(customer_id, external_id="gehoor:1"))
    second = office.helpdesk.open_ticket(ticket_draft(customer_id, external_id="gehoor:2"))
    bob = office.helpdesk.upsert_customer(profile("bob"))
    office.helpdesk.open_ticket(ticket_draft(bob.customer_id, external_id="gehoor:3"))
    # When the history is read
    history = office.helpdesk.history(customer_id)
    # Then it has those two
    found = [ticket.ticket_id for ticket in history.tickets]
    assert sorted(found) == sorted([first.ticket_id, second.ticket_id])
    assert {(t.subject, t.status, t.is_open, t.channel, t.satisfied) for t in history.tickets} == {
        ("It is broken", "new", True, "", None)
    }
    assert all(ticket.updated_at >= ticket.created_at for ticket in history.tickets)


@ASKED
def test_the_history_of_a_customer_who_was_removed_is_gone(office: Office) -> None:
    with pytest.raises(Gone):
        office.helpdesk.history(UNKNOWN)


@ASKED
def test_the_history_has_what_agents_answered_in_public_newest_first(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # Given a ticket in which everybody writes
    office.agent_writes(ticket_id, "We are on it & soon", True)
    office.agent_writes(ticket_id, "Between us: he is angry", False)
    office.helpdesk.add_comment(ticket_id, comment_draft("And?", author_id=customer_id))
    office.helpdesk.add_comment(ticket_id, comment_draft("Posted", public=False))
    office.agent_writes(ticket_id, "You will hear tomorrow", True)
    # When the history is read
    answers = office.helpdesk.history(customer_id).answers
    # Then it has the agent's own public words, and where they stand
    assert [answer.text.strip() for answer in answers] == [
        "You will hear tomorrow",
        "We are on it & soon",
    ]
    assert {answer.ticket_id for answer in answers} == {ticket_id}


@ASKED
def test_the_answers_are_those_of_a_ticket_that_an_agent_dealt_with(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # Given an answered ticket, and a newer one that nobody has taken up
    office.agent_writes(ticket_id, "You will hear tomorrow", True)
    office.set_status(ticket_id, "pending")
    office.helpdesk.open_ticket(ticket_draft(customer_id, external_id="gehoor:2"))
    # Then the answers of the first are told
    [answer] = office.helpdesk.history(customer_id).answers
    assert answer.ticket_id == ticket_id


def test_an_unknown_requester_is_rejected(office: Office) -> None:
    with pytest.raises(Rejected, match="requester_id"):
        office.helpdesk.open_ticket(ticket_draft(UNKNOWN))


@ASKED
def test_a_ticket_is_found_by_its_external_id_with_its_first_marker(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # When it is looked for
    found = office.helpdesk.find_ticket("gehoor:a-case")
    # Then it is the one, and says which words opened it
    assert found is not None
    assert (found.ticket_id, found.marker) == (ticket_id, ticket_draft(customer_id).first.marker)
    assert office.helpdesk.find_ticket("gehoor:another") is None
    ticket = office.helpdesk.read_ticket(ticket_id)
    assert (ticket.external_id, ticket.status) == ("gehoor:a-case", "new")


@ASKED
def test_an_external_id_is_not_unique_and_the_oldest_ticket_counts(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # Given a second ticket with the same external id
    other = comment_draft("Other words", author_id=customer_id)
    second = office.helpdesk.open_ticket(ticket_draft(customer_id, first=other))
    assert second.ticket_id != ticket_id
    # When it is looked for
    found = office.helpdesk.find_ticket("gehoor:a-case")
    # Then the oldest is found
    assert found is not None
    assert found.ticket_id == ticket_id


@ASKED
def test_the_first_comment_is_the_customers_and_not_an_agents(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # When the first comment is read
    marker = ticket_draft(customer_id).first.marker
    comment_id = office.helpdesk.find_comment(ticket_id, marker)
    assert comment_id
    comment = office.helpdesk.read_comment(ticket_id, comment_id)
    # Then it is public and by no agent
    assert (comment.text.strip(), comment.public, comment.by_agent) == ("It is broken", True, False)


@ASKED
@pytest.mark.parametrize("public", [True, False])
def test_gehoors_own_comment_is_no_agents(office: Office, ticket_id: str, public: bool) -> None:
    # When gehoor writes
    comment_id = office.helpdesk.add_comment(ticket_id, comment_draft(public=public))
    # Then the comment is found by its marker, and is not an agent's
    assert office.helpdesk.find_comment(ticket_id, comment_draft().marker) == comment_id
    comment = office.helpdesk.read_comment(ticket_id, comment_id)
    assert (comment.text.strip(), comment.public, comment.by_agent) == ("Hello", public, False)


@pytest.mark.parametrize("public", [True, False])
def test_an_agents_comment_is_read_as_it_is(office: Office, ticket_id: str, public: bool) -> None:
    # When a person of the company writes
    comment_id = office.agent_writes(ticket_id, "We are <on> it & soon", public)
    # Then text, audience and author are told
    comment = office.helpdesk.read_comment(ticket_id, comment_id)
    assert comment.text.strip() == "We are <on> it & soon"
    assert (comment.public, comment.by_agent) == (public, True)


def test_a_comment_made_private_is_read_as_private(office: Office, ticket_id: str) -> None:
    # Given a public comment that the agent takes back
    comment_id = office.agent_writes(ticket_id, "Oops", True)
    office.make_private(ticket_id, comment_id)
    # Then it is private
    assert not office.helpdesk.read_comment(ticket_id, comment_id).public


def test_a_marker_nobody_wrote_is_not_found(office: Office, ticket_id: str) -> None:
    office.agent_writes(ticket_id, "marker:Hello", True)
    assert office.helpdesk.find_comment(ticket_id, "marker:Hello") is None


@ASKED
def test_a_ticket_tells_its_fields_as_they_are_now(office: Office, customer_id: str) -> None:
    # Given a ticket whose fields gehoor filled
    judged = (("intent", "complaint"), ("topic", "billing"), ("language", "nl"))
    ticket = office.helpdesk.open_ticket(ticket_draft(customer_id, fields=judged))
    assert set(office.helpdesk.read_ticket(ticket.ticket_id).fields) == set(judged)
    # When an agent changes one, and empties another
    office.set_field(ticket.ticket_id, "intent", "question")
    office.set_field(ticket.ticket_id, "topic", "")
    # Then it is read so
    told = dict(office.helpdesk.read_ticket(ticket.ticket_id).fields)
    assert told == {"intent": "question", "language": "nl"}


@ASKED
@pytest.mark.parametrize(
    ("urgency", "expected"),
    [(Priority.URGENT, "urgent"), (Priority.LOW, "normal"), (Priority.NORMAL, "normal")],
)
def test_a_comment_raises_the_priority_and_never_lowers_it(
    office: Office, ticket_id: str, urgency: Priority, expected: str
) -> None:
    # Given a ticket of normal priority
    # When a comment asks for another one at least
    office.helpdesk.add_comment(ticket_id, comment_draft(at_least=urgency, reopens=True))
    # Then the ticket has the higher of the two
    assert office.priority(ticket_id) == expected


@ASKED
def test_a_picture_comes_with_its_comment(office: Office, ticket_id: str) -> None:
    # Given a picture that was handed over
    token = office.helpdesk.upload(ImageFile("a.png", "image/png", b"\x89PNG"))
    # When a comment brings it
    comment_id = office.helpdesk.add_comment(ticket_id, comment_draft(uploads=(token,)))
    # Then it is there
    assert office.helpdesk.read_comment(ticket_id, comment_id).attachments == 1


@ASKED
def test_each_of_the_things_a_comment_says_is_found(office: Office, ticket_id: str) -> None:
    comment_id = office.helpdesk.add_comment(ticket_id, comment_draft(marker="m1 m2"))
    assert office.helpdesk.find_comment(ticket_id, "m1") == comment_id
    assert office.helpdesk.find_comment(ticket_id, "m2") == comment_id
    assert office.helpdesk.find_comment(ticket_id, "m1 m2") is None


@ASKED
def test_a_ticket_takes_up_a_closed_one(office: Office, customer_id: str, ticket_id: str) -> None:
    office.set_status(ticket_id, "closed")
    draft = ticket_draft(customer_id, external_id="gehoor:next", follows=ticket_id)
    assert office.helpdesk.open_ticket(draft).ticket_id != ticket_id


@ASKED
def test_a_ticket_tells_whose_it_is(office: Office, customer_id: str, ticket_id: str) -> None:
    assert office.helpdesk.read_ticket(ticket_id).requester_id == customer_id


@ASKED
def test_a_customer_is_told_of(office: Office, customer_id: str) -> None:
    office.helpdesk.update_customer(customer_id, profile(), named=True)
    with pytest.raises(Gone):
        office.helpdesk.update_customer(UNKNOWN, profile(), named=True)


@ASKED
def test_many_tickets_are_opened_by_one_job(office: Office, customer_id: str) -> None:
    # Given drafts of which one names nobody
    bulk = office.helpdesk.bulk
    assert bulk is not None
    drafts = [ticket_draft(customer_id, external_id=f"gehoor:{n}") for n in range(12)]
    drafts[3] = replace(drafts[3], requester_id=UNKNOWN)
    # When they are opened together
    job = bulk.read_job(bulk.open_tickets(drafts))
    # Then all but that one are there, each with its marker
    assert job.is_over
    assert not bulk.is_at_work()
    assert sorted(job.ticket_ids) == [n for n in range(12) if n != 3]
    found = office.helpdesk.find_ticket("gehoor:7")
    assert found == OpenedTicket(job.ticket_ids[7], drafts[7].first.marker)
    assert office.helpdesk.find_ticket("gehoor:3") is None


@ASKED
def test_many_comments_are_written_by_one_job(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # Given notes for two tickets that are there, and for one that is not
    bulk = office.helpdesk.bulk
    assert bulk is not None
    other = office.helpdesk.open_ticket(ticket_draft(customer_id, external_id="gehoor:other"))
    notes = [
        (name, comment_draft(f"note {number}", public=False))
        for number, name in enumerate((ticket_id, UNKNOWN, other.ticket_id))
    ]
    # When they are written together
    job = bulk.read_job(bulk.write_comments(notes))
    # Then both are there, for the company alone, and of the third nothing is told
    assert job.is_over
    assert not bulk.is_changing()
    assert sorted(job.ticket_ids.values()) == sorted([ticket_id, other.ticket_id])
    for name, draft in (notes[0], notes[2]):
        comment_id = office.helpdesk.find_comment(name, draft.marker)
        assert comment_id is not None
        assert not office.helpdesk.read_comment(name, comment_id).public


@ASKED
def test_customers_are_recognised_together(office: Office, customer_id: str) -> None:
    bulk = office.helpdesk.bulk
    assert bulk is not None
    known = bulk.known_customers([profile().external_id, profile("nobody").external_id])
    assert {name: found.customer_id for name, found in known.items()} == {
        profile().external_id: customer_id
    }


@ASKED
@pytest.mark.parametrize("singly", [True, False], ids=["singly", "by a job"])
def test_a_ticket_is_opened_in_its_group(office: Office, customer_id: str, singly: bool) -> None:
    # Given a group that is named as people name it
    group_id = office.make_group("Webcare NL")
    draft = ticket_draft(customer_id, external_id=f"gehoor:grouped-{singly}", group="Webcare NL")
    # When a ticket for it is opened
    opened = _opened(office, draft, singly)
    # Then it is there, and nobody hears that it is not
    assert office.group_of(opened.ticket_id) == group_id
    assert opened.not_routed == ""


@ASKED
@pytest.mark.parametrize("group", ["Nobody's", "4711"], ids=["name", "id"])
def test_a_group_that_is_not_there_loses_no_ticket(
    office: Office, customer_id: str, group: str
) -> None:
    # Given a draft for a group that nobody has
    draft = ticket_draft(customer_id, external_id=f"gehoor:{group}", group=group)
    # When it is opened
    opened = office.helpdesk.open_ticket(draft)
    # Then there is one ticket, in no group, and why is told
    assert office.group_of(opened.ticket_id) == ""
    assert opened.not_routed
    assert office.helpdesk.find_ticket(draft.external_id) == replace(opened, not_routed="")


@ASKED
def test_a_ticket_is_opened_for_its_agent(office: Office, customer_id: str) -> None:
    agent = Agent(office.agent_id())
    draft = ticket_draft(customer_id, external_id="gehoor:agent", agent=agent)
    opened = office.helpdesk.open_ticket(draft)
    assert office.agent_of(opened.ticket_id) == agent.agent_id
    assert office.helpdesk.read_ticket(opened.ticket_id).agent == agent


@ASKED
def test_who_cannot_have_it_loses_no_ticket_and_no_comment(
    office: Office, customer_id: str, ticket_id: str
) -> None:
    # Given an agent who works there no more
    gone = Agent(UNKNOWN)
    # When a ticket is opened for them, and a note gives them another
    draft = ticket_draft(customer_id, external_id="gehoor:gone", agent=gone)
    opened = office.helpdesk.open_ticket(draft)
    comment_id = office.helpdesk.add_comment(ticket_id, replace(NOTE, agent=gone))
    # Then both are there, and nobody has them
    assert opened.not_routed
    assert office.helpdesk.read_comment(ticket_id, comment_id).text
    assert [office.agent_of(one) for one in (opened.ticket_id, ticket_id)] == ["", ""]


@ASKED
def test_a_note_gives_the_ticket_to_an_agent_unless_somebody_has_it(
    office: Office, ticket_id: str
) -> None:
    # Given a note that gives a ticket nobody has to an agent
    sam = Agent(office.agent_id())
    office.helpdesk.add_comment(ticket_id, replace(NOTE, agent=sam))
    assert office.agent_of(ticket_id) == sam.agent_id
    # When another note would give it to somebody else
    office.helpdesk.add_comment(ticket_id, replace(NOTE, marker="other", agent=Agent(UNKNOWN)))
    # Then it stays where it is
    assert office.agent_of(ticket_id) == sam.agent_id


@ASKED
@pytest.mark.parametrize("is_here", [True, False])
def test_the_history_tells_who_had_a_ticket_and_whether_they_are_on_duty(
    office: Office, customer_id: str, ticket_id: str, is_here: bool
) -> None:
    agent_id = office.agent_id()
    office.give(ticket_id, agent_id)
    office.set_on_duty(agent_id, is_here)
    [past] = office.helpdesk.history(customer_id).tickets
    assert past.agent == Agent(agent_id, on_duty=is_here)
    office.set_on_duty(agent_id, True)


def _opened(office: Office, draft: TicketDraft, singly: bool) -> OpenedTicket:
    if singly:
        return office.helpdesk.open_ticket(draft)
    bulk = office.helpdesk.bulk
    assert bulk is not None
    job = bulk.read_job(bulk.open_tickets([draft]))
    return OpenedTicket(job.ticket_ids[0], draft.first.marker)


def test_a_suspended_agent_and_one_whose_tickets_are_marked_are_not_on_duty(
    desk: DeskOffice,
) -> None:
    # Given a ticket whose agent was suspended, and one that the Out of Office app has marked
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    helper = desk.desk.post("/users", {"user": {"name": "Kim", "role": "agent"}})["user"]["id"]
    names = ("gehoor:suspended", "gehoor:marked")
    tickets = [
        desk.helpdesk.open_ticket(ticket_draft(customer_id, external_id=name)).ticket_id
        for name in names
    ]
    for ticket_id in tickets:
        desk.give(ticket_id, str(helper))
    tagged = {"ticket": {"tags": ["gehoor", "agent_ooo"]}}
    desk.desk.put(f"/tickets/{tickets[1]}", tagged)
    assert [desk.helpdesk.read_ticket(one).agent for one in tickets] == [
        Agent(str(helper)),
        Agent(str(helper), on_duty=False),
    ]
    # When the agent is suspended
    desk.desk.put(f"/users/{helper}", {"user": {"suspended": True}})
    # Then they are not on duty for either
    agents = [desk.helpdesk.read_ticket(one).agent for one in tickets]
    assert agents == [Agent(str(helper), on_duty=False)] * 2


def test_a_change_meanwhile_is_seen_before_a_comment_reopens(
    desk: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a solved ticket that an agent changes between the look and the write
    customer = desk.helpdesk.upsert_customer(profile()).customer_id
    ticket_id = desk.helpdesk.open_ticket(ticket_draft(customer)).ticket_id
    desk.set_status(ticket_id, "solved")
    changes = iter([lambda: desk.set_status(ticket_id, "closed")])
    call = ZendeskApi.call

    def meanwhile(api: ZendeskApi, method: str, *args: Any, **named: Any) -> Any:
        if method == "PUT":
            next(changes, lambda: None)()
        return call(api, method, *args, **named)

    monkeypatch.setattr(ZendeskApi, "call", meanwhile)
    # When a customer's comment comes
    # Then it is not written on what was seen before
    with pytest.raises(Gone):
        desk.helpdesk.add_comment(ticket_id, comment_draft(reopens=True))


@ASKED
def test_a_comment_is_found_among_very_many(
    office: Office, ticket_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a comment and more after it than two pages show
    monkeypatch.setattr("gehoor.helpdesks._zendesk_api.PAGE", 10)
    comment_id = office.helpdesk.add_comment(ticket_id, comment_draft("the one"))
    for number in range(25):
        office.helpdesk.add_comment(ticket_id, comment_draft(f"later {number}"))
    # Then it is found
    assert office.helpdesk.find_comment(ticket_id, "marker:the-one") == comment_id


@ASKED
def test_a_link_leads_agents_to_their_ticket(office: Office, ticket_id: str) -> None:
    assert office.helpdesk.link_to(ticket_id).endswith(f"/tickets/{ticket_id}")


def test_nobody_knows_where_a_receiver_shows_its_tickets(webhook: WebhookOffice) -> None:
    assert webhook.helpdesk.link_to("a-case_1") == ""


def test_a_comment_by_somebody_unknown_is_rejected(office: Office, ticket_id: str) -> None:
    with pytest.raises(Rejected, match="author_id"):
        office.helpdesk.add_comment(ticket_id, comment_draft(author_id=UNKNOWN))


def test_a_comment_that_is_too_long_or_empty_is_rejected(office: Office, ticket_id: str) -> None:
    for html in ("x" * 65_536, ""):
        with pytest.raises(Rejected):
            office.helpdesk.add_comment(ticket_id, comment_draft(html=html))


@ASKED
def test_a_closed_ticket_takes_no_comment(office: Office, ticket_id: str) -> None:
    # Given a closed ticket
    office.set_status(ticket_id, "closed")
    assert office.helpdesk.read_ticket(ticket_id).status == "closed"
    # Then a comment has nowhere to go
    with pytest.raises(Gone, match="closed"):
        office.helpdesk.add_comment(ticket_id, comment_draft())


@ASKED
@pytest.mark.parametrize(
    ("before", "after"),
    [("new", "new"), ("open", "open"), ("pending", "open"), ("hold", "open"), ("solved", "open")],
)
def test_a_comment_opens_what_waits_only_when_it_says_so(
    office: Office, ticket_id: str, customer_id: str, before: str, after: str
) -> None:
    # Given a ticket that an agent has dealt with or not
    if before != "new":
        office.set_status(ticket_id, before)
    # When gehoor writes, be it in the customer's name
    office.helpdesk.add_comment(ticket_id, comment_draft("plain", author_id=customer_id))
    assert office.helpdesk.read_ticket(ticket_id).status == before
    # Then it takes a comment that says so to open what waits
    reopening = comment_draft("look", author_id=customer_id, reopens=True)
    office.helpdesk.add_comment(ticket_id, reopening)
    assert office.helpdesk.read_ticket(ticket_id).status == after


def test_a_comments_tags_are_added_to_the_tickets_own(office: Office, ticket_id: str) -> None:
    office.helpdesk.add_comment(ticket_id, comment_draft(public=False, tags=("gehoor_delayed",)))
    assert office.tags(ticket_id) == {"gehoor", "gehoor_delayed"}


@ASKED
def test_a_comment_takes_tags_off_the_ticket_that_it_drops(office: Office, ticket_id: str) -> None:
    # Given a ticket with a tag that an agent's macro set
    office.agent_writes(ticket_id, "Write to us here", True, tag="gehoor_private")
    assert office.helpdesk.read_ticket(ticket_id).tags == {"gehoor", "gehoor_private"}
    # When gehoor writes a comment that drops it, and another tag that is not there
    draft = comment_draft(public=False, tags=("a",), drops_tags=("gehoor_private", "b"))
    office.helpdesk.add_comment(ticket_id, draft)
    # Then it is off the ticket, and the others are on it
    assert office.helpdesk.read_ticket(ticket_id).tags == {"gehoor", "a"}


@ASKED
def test_the_tags_at_a_comment_are_known_whatever_became_of_them(
    office: Office, ticket_id: str
) -> None:
    # Given comments before, with and after a tag that was taken off since
    before = office.agent_writes(ticket_id, "before", True)
    first = office.agent_writes(ticket_id, "with it", True, tag="gehoor_private")
    second = office.agent_writes(ticket_id, "with it still", True)
    office.remove_tag(ticket_id, "gehoor_private")
    after = office.agent_writes(ticket_id, "after", True)
    # Then each is told with the tags of its time
    tags = [office.helpdesk.tags_at(ticket_id, one) for one in (before, first, second, after)]
    assert tags == [{"gehoor"}, *[{"gehoor", "gehoor_private"}] * 2, {"gehoor"}]
    # And where the comment is not remembered, with every tag there ever was
    assert office.helpdesk.tags_at(ticket_id, UNKNOWN) == {"gehoor", "gehoor_private"}


@ASKED
def test_a_ticket_or_comment_that_is_not_there_is_gone(office: Office, ticket_id: str) -> None:
    with pytest.raises(Gone):
        office.helpdesk.read_ticket(UNKNOWN)
    with pytest.raises(Gone):
        office.helpdesk.read_comment(ticket_id, UNKNOWN)
    with pytest.raises(Gone):
        office.helpdesk.read_comment(UNKNOWN, "1")
    with pytest.raises(Gone):
        office.helpdesk.add_comment(UNKNOWN, comment_draft())
    with pytest.raises(Gone):
        office.helpdesk.find_comment(UNKNOWN, "marker")
    with pytest.raises(Gone):
        office.helpdesk.tags_at(UNKNOWN, "1")


@ASKED
def test_tickets_are_read_many_at_once(office: Office, customer_id: str) -> None:
    # Given two tickets
    opened = [
        office.helpdesk.open_ticket(ticket_draft(customer_id, external_id=f"gehoor:{name}"))
        for name in ("a", "b")
    ]
    # When they are asked for, with one that does not exist
    found = office.helpdesk.read_tickets([*(ticket.ticket_id for ticket in opened), UNKNOWN])
    # Then both are there, as they are read one by one
    alone = [office.helpdesk.read_ticket(ticket.ticket_id) for ticket in opened]
    assert sorted(found, key=lambda ticket: ticket.ticket_id) == alone
    assert [ticket.is_open for ticket in alone] == [True, True]


@ASKED
@pytest.mark.parametrize(
    ("status", "is_open"), [("pending", True), ("solved", False), ("closed", False)]
)
def test_a_ticket_says_whether_it_is_open(
    office: Office, ticket_id: str, status: str, is_open: bool
) -> None:
    office.set_status(ticket_id, status)
    assert office.helpdesk.read_ticket(ticket_id).is_open is is_open


def test_a_ticket_that_is_only_closed_was_merged_into_none(office: Office, ticket_id: str) -> None:
    office.set_status(ticket_id, "closed")
    assert not office.helpdesk.read_ticket(ticket_id).merged
    assert office.helpdesk.merged_into(ticket_id) is None


@ASKED
def test_a_ticket_is_given_to_another_customer(office: Office, ticket_id: str) -> None:
    bob = office.helpdesk.upsert_customer(profile("bob")).customer_id
    office.helpdesk.set_requester(ticket_id, bob)
    assert office.helpdesk.read_ticket(ticket_id).requester_id == bob


@ASKED
def test_a_ticket_is_given_to_nobody_unknown(office: Office, ticket_id: str) -> None:
    with pytest.raises(Rejected, match="requester_id"):
        office.helpdesk.set_requester(ticket_id, UNKNOWN)


@ASKED
def test_a_ticket_that_is_closed_or_not_there_is_not_given_away(
    office: Office, ticket_id: str, customer_id: str
) -> None:
    office.set_status(ticket_id, "closed")
    with pytest.raises(Gone):
        office.helpdesk.set_requester(ticket_id, customer_id)
    with pytest.raises(Gone):
        office.helpdesk.set_requester(UNKNOWN, customer_id)
    with pytest.raises(Gone):
        office.helpdesk.merged_into(UNKNOWN)


@ASKED
def test_a_customer_is_told_from_agents_and_from_nobody(office: Office, customer_id: str) -> None:
    assert office.helpdesk.is_customer(customer_id)
    assert not office.helpdesk.is_customer(office.agent_id())
    assert not office.helpdesk.is_customer(UNKNOWN)


# What only an adapter over HTTP can show.


def _asked(desk: DeskOffice) -> list[str]:
    """What the Desk was asked since the last time, without the control paths."""
    requests_seen = desk.desk.control("log").json()["requests"]
    desk.desk.place.log.clear()
    return [f"{seen['method']} {seen['path']}" for seen in requests_seen]


def test_a_history_costs_one_call_without_a_past_and_two_with_one(desk: DeskOffice) -> None:
    # Given a new customer
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    requested = f"GET /api/v2/users/{customer_id}/tickets/requested"
    _asked(desk)
    # When the history is read, it takes one call
    desk.helpdesk.history(customer_id)
    assert _asked(desk) == [requested]
    # And with tickets in every state, answered by agents, it takes two
    for number, status in enumerate(["new", "open", "pending", "hold", "solved", "closed"]):
        draft = ticket_draft(customer_id, external_id=f"gehoor:{number}")
        ticket_id = desk.helpdesk.open_ticket(draft).ticket_id
        desk.agent_writes(ticket_id, "We get back to you", True)
        desk.set_status(ticket_id, status)
    _asked(desk)
    desk.helpdesk.history(customer_id)
    first, second, *more = _asked(desk)
    assert (first, more) == (requested, [])
    assert second.endswith("/comments")


def test_a_ticket_deleted_between_the_two_calls_leaves_the_rest_of_the_history() -> None:
    # Given a helpdesk where the ticket is gone when its comments are asked for
    past = {"id": 5, "status": "open", "created_at": "2026-11-20T10:00:00Z"}

    def answer(asked: Asked) -> Answer:
        found = asked.path.endswith("/requested")
        body = json.dumps({"tickets": [past]} if found else {"error": "RecordNotFound"})
        return Answer(body.encode(), 200 if found else 404, {"Content-Type": "application/json"})

    # Then the customer is not taken for gone
    with serving(answer) as served:
        history = zendesk(served.url).history("7")
    assert [ticket.ticket_id for ticket in history.tickets] == ["5"]
    assert history.answers == ()


@pytest.mark.parametrize(
    ("via", "channel"),
    [
        ({"channel": "email", "source": {}}, "e-mail"),
        ({"channel": "api"}, ""),
        ({"channel": "voice"}, "phone"),
        ({"channel": "carrier_pigeon"}, "carrier_pigeon"),
        ({"channel": 33}, "33"),
        (None, ""),
    ],
)
@pytest.mark.parametrize(
    ("rating", "satisfied"),
    [
        ({"id": 1, "score": "good", "comment": "Thanks"}, True),
        ({"id": 1, "score": "bad"}, False),
        ({"score": "offered"}, None),
        ({"score": "unoffered"}, None),
        (None, None),
    ],
)
def test_a_past_ticket_tells_how_the_customer_came_and_was_served(
    via: object, channel: str, rating: object, satisfied: bool | None
) -> None:
    # Given a ticket as Zendesk documents it
    past = {
        "id": 5,
        "status": "solved",
        "subject": None,
        "created_at": "2026-11-20T10:00:00Z",
        "updated_at": "2026-11-21T10:00:00Z",
        "via": via,
        "satisfaction_rating": rating,
    }
    found = {"tickets": [past], "comments": [], "users": []}
    body = Answer(json.dumps(found).encode(), headers={"Content-Type": "application/json"})
    # When the history is read
    with serving(lambda _: body) as served:
        [ticket] = zendesk(served.url).history("7").tickets
    # Then it says how they came and whether they were content
    assert (ticket.channel, ticket.satisfied, ticket.is_open) == (channel, satisfied, False)
    assert ticket.updated_at - ticket.created_at == timedelta(days=1)


def _order(desk: DeskOffice, **fault: object) -> None:
    desk.desk.control("faults", fault).raise_for_status()


def test_a_ticket_whose_answer_was_lost_is_there_and_not_opened_twice(desk: DeskOffice) -> None:
    # Given a helpdesk that opens a ticket and hangs up
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    _order(desk, after_effect=True, match={"method": "POST", "path": "/api/v2/tickets"})
    # When a ticket is opened
    with pytest.raises(UnknownOutcome):
        desk.helpdesk.open_ticket(ticket_draft(customer_id))
    # Then it is found, and the same request again gives the same ticket
    found = desk.helpdesk.find_ticket("gehoor:a-case")
    assert found is not None
    assert desk.helpdesk.open_ticket(ticket_draft(customer_id)) == found
    assert len(desk.desk.get("/tickets")["tickets"]) == 1


def test_a_ticket_asked_for_again_in_other_words_is_not_opened_twice(desk: DeskOffice) -> None:
    # Given a ticket for a group, whose opening nobody could see yet
    desk.make_group("Crisis")
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    draft = ticket_draft(customer_id, group="Crisis")
    desk.helpdesk.open_ticket(draft)
    # When it is asked for anew, with its picture handed over anew
    picture = desk.helpdesk.upload(ImageFile("a.png", "image/png", b"png"))
    again = replace(draft, first=replace(draft.first, uploads=(picture,)))
    # Then that is no refusal, which would have it opened without its group: it is looked for
    with pytest.raises(UnknownOutcome):
        desk.helpdesk.open_ticket(again)
    assert len(desk.desk.get("/tickets")["tickets"]) == 1


def test_a_comment_whose_answer_was_lost_is_found(desk: DeskOffice) -> None:
    # Given a ticket on a helpdesk that takes a comment and hangs up
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    ticket_id = desk.helpdesk.open_ticket(ticket_draft(customer_id)).ticket_id
    _order(desk, after_effect=True, match={"method": "PUT"})
    # When a comment is written
    with pytest.raises(UnknownOutcome):
        desk.helpdesk.add_comment(ticket_id, comment_draft())
    # Then its marker is there
    assert desk.helpdesk.find_comment(ticket_id, comment_draft().marker)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthExpired),
        (404, Gone),
        (409, Unavailable),
        (422, Rejected),
        (429, RateLimited),
        (500, UnknownOutcome),
        (503, Unavailable),
    ],
)
def test_each_status_says_what_to_do(desk: DeskOffice, status: int, error: type[Exception]) -> None:
    # Given a helpdesk that fails
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    _order(desk, status=status, retry_after=30, match={"method": "POST"})
    # When a ticket is opened
    before = datetime.now(UTC)
    with pytest.raises(error) as failure:
        desk.helpdesk.open_ticket(ticket_draft(customer_id))
    # Then the error's class says what to do, and a limit says when
    if isinstance(failure.value, RateLimited):
        assert failure.value.retry_at is not None
        assert failure.value.retry_at >= before + timedelta(seconds=29)
    # And the message shows no customer's words and no secret
    assert "broken" not in str(failure.value)
    assert TOKEN not in str(failure.value)


def test_a_wrong_credential_is_told_from_a_wrong_request(running: Desk) -> None:
    stranger = zendesk(running.url, secret="wrong")
    with pytest.raises(AuthExpired):
        stranger.upsert_customer(profile())


def test_an_anonymous_own_account_is_a_wrong_credential(desk: DeskOffice) -> None:
    # Given a ticket, and a helpdesk that answers "who am I" with nobody
    customer_id = desk.helpdesk.upsert_customer(profile()).customer_id
    ticket_id = desk.helpdesk.open_ticket(ticket_draft(customer_id)).ticket_id
    comment_id = desk.agent_writes(ticket_id, "Hello", True)
    _order(desk, status=401, match={"path": "/api/v2/users/me"})
    # Then the credential is to blame
    with pytest.raises(AuthExpired):
        desk.helpdesk.read_comment(ticket_id, comment_id)


def test_a_ticket_carries_its_fields_priority_and_tags(running: Desk) -> None:
    # Given a configuration with one custom field
    running.control("reset").raise_for_status()
    helpdesk = zendesk(running.url, network=360001)
    customer_id = helpdesk.upsert_customer(profile()).customer_id
    # When a ticket is opened
    draft = ticket_draft(
        customer_id,
        priority=Priority.URGENT,
        tags=("gehoor", "network_town"),
        fields=(("network", "town"), ("handle", "@anna")),
    )
    opened = helpdesk.open_ticket(draft)
    # Then it has them, and no field that nobody set up
    ticket = running.get(f"/tickets/{opened.ticket_id}")["ticket"]
    assert (ticket["priority"], ticket["requester_id"]) == ("urgent", int(customer_id))
    assert set(ticket["tags"]) == {"gehoor", "network_town"}
    assert [field for field in ticket["custom_fields"] if field["value"]] == [
        {"id": 360001, "value": "town"}
    ]


def test_a_ticket_is_opened_with_the_form_and_the_fields_that_were_set_up(running: Desk) -> None:
    # Given a setup, and a configuration that knows one of its fields better
    running.control("reset").raise_for_status()
    setup = HelpdeskSetup({"network": 360001, "handle": 360002}, ticket_form_id=360003)
    helpdesk = zendesk(running.url, setup=setup, network=360004)
    customer_id = helpdesk.upsert_customer(profile()).customer_id
    # When a ticket is opened
    draft = ticket_draft(customer_id, fields=(("network", "town"), ("handle", "@anna")))
    opened = helpdesk.open_ticket(draft)
    # Then it has the form and the fields
    ticket = running.get(f"/tickets/{opened.ticket_id}")["ticket"]
    assert ticket["ticket_form_id"] == 360003
    assert {field["id"]: field["value"] for field in ticket["custom_fields"]} == {
        360004: "town",
        360002: "@anna",
    }


CHOSEN = HelpdeskSetup(
    {"intent": 360001, "urgency": 360002, "topic": 360003},
    choices={
        "intent": frozenset({"intent_lead", "intent_spam"}),
        "topic": frozenset({"topic_billing"}),
    },
)
JUDGED = (("intent", "lead"), ("urgency", "high"), ("topic", "charging"))


@pytest.mark.parametrize("in_bulk", [False, True])
def test_where_agents_choose_the_choice_is_written(running: Desk, in_bulk: bool) -> None:
    # Given a field with choices, one that is a text, and one that lacks a choice
    running.control("reset").raise_for_status()
    helpdesk = zendesk(running.url, setup=CHOSEN)
    draft = ticket_draft(helpdesk.upsert_customer(profile()).customer_id, fields=JUDGED)
    # When a ticket is opened, singly or by a job
    if in_bulk:
        helpdesk.bulk.open_tickets([draft])
        wait_for(lambda: running.get("/tickets")["tickets"], "the ticket")
    else:
        helpdesk.open_ticket(draft)
    # Then it has the choice, the word, and nothing that Zendesk does not know
    [ticket] = running.get("/tickets")["tickets"]
    told = {field["id"]: field["value"] for field in ticket["custom_fields"] if field["value"]}
    assert told == {360001: "intent_lead", 360002: "high"}


def test_what_an_agent_chooses_is_read_as_a_correction_and_moves_the_tag(running: Desk) -> None:
    # Given a field with choices, and a ticket that was opened with one of them
    running.control("reset").raise_for_status()
    options = [{"name": value, "value": value} for value in CHOSEN.choices["intent"]]
    sent = {"type": "tagger", "title": "Intent", "custom_field_options": options}
    field_id = running.post("/ticket_fields", {"ticket_field": sent})["ticket_field"]["id"]
    setup = HelpdeskSetup({"intent": field_id}, choices=CHOSEN.choices)
    helpdesk = zendesk(running.url, setup=setup)
    customer_id = helpdesk.upsert_customer(profile()).customer_id
    judged = replace(JUDGEMENT, intent=Intent.LEAD)
    draft = ticket_draft(customer_id, fields=JUDGED, tags=("gehoor", "intent_lead"))
    ticket_id = helpdesk.open_ticket(draft).ticket_id
    assert corrections_in(judged, dict(helpdesk.read_ticket(ticket_id).fields), NOW) == ()
    # When an agent chooses another
    chosen = {"custom_fields": [{"id": field_id, "value": "intent_spam"}]}
    running.put(f"/tickets/{ticket_id}", {"ticket": chosen})
    # Then gehoor reads a correction, and the ticket has the tag of what it is now
    ticket = helpdesk.read_ticket(ticket_id)
    [found] = corrections_in(judged, dict(ticket.fields), NOW)
    assert found.corrected == Intent.SPAM
    assert ticket.tags == {"gehoor", "intent_spam"}


def test_a_field_that_the_configuration_names_is_a_text(running: Desk) -> None:
    running.control("reset").raise_for_status()
    helpdesk = zendesk(running.url, setup=CHOSEN, intent=360009)
    customer_id = helpdesk.upsert_customer(profile()).customer_id
    helpdesk.open_ticket(ticket_draft(customer_id, fields=JUDGED))
    [ticket] = running.get("/tickets")["tickets"]
    assert {"id": 360009, "value": "lead"} in ticket["custom_fields"]


@pytest.mark.parametrize("secret", [json.dumps({"token": TOKEN}), f"  {TOKEN}\n"])
def test_the_secret_is_a_token_or_json_with_one(running: Desk, secret: str) -> None:
    assert zendesk(running.url, secret=secret).upsert_customer(profile())


@pytest.mark.parametrize("secret", ['{"tokn": "a"}', "{", '{"token": null}', "", "tökn"])
def test_a_secret_without_a_token_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(AuthExpired) as failure:
        zendesk("http://127.0.0.1:9", secret=secret)
    assert "tokn" not in str(failure.value)
    assert "tökn" not in str(failure.value)


def test_a_credential_the_helpdesk_refuses_is_told_with_what_to_do(running: Desk) -> None:
    helpdesk = zendesk(running.url, secret="wrong")
    with pytest.raises(AuthExpired, match="gehoor secret set /gehoor/zendesk"):
        helpdesk.read_ticket("1")
    with pytest.raises(AuthExpired, match="gehoor secret set /gehoor/zendesk"):
        helpdesk.add_comment("1", comment_draft())
    with pytest.raises(AuthExpired, match="gehoor secret set /gehoor/zendesk"):
        zendesk(running.url, secret="{")


def test_a_comments_attachments_are_counted() -> None:
    # Given an agent's comment with two pictures
    comment = {
        "id": 5,
        "author_id": 7,
        "public": True,
        "plain_body": "Look",
        "created_at": "2026-11-22T10:00:00Z",
        "attachments": [{"id": 1}, {"id": 2}],
    }
    users = {"/api/v2/users/me": {"id": 1}, "/api/v2/users/7": {"id": 7, "role": "agent"}}

    def answer(asked: Asked) -> Answer:
        found = {"user": users.get(asked.path), "comments": [comment]}
        return Answer(json.dumps(found).encode(), headers={"Content-Type": "application/json"})

    with serving(answer) as served:
        assert zendesk(served.url).read_comment("1", "5").attachments == 2


def test_a_tag_that_a_trigger_took_off_in_the_same_update_counts() -> None:
    # Given updates out of order, one of which sets a tag that a trigger takes off again
    def change(*tags: str) -> dict[str, object]:
        return {"id": 1, "type": "Change", "field_name": "tags", "value": list(tags)}

    later = {"id": 20, "created_at": "2026-11-22T10:00:00Z", "events": [change()]}
    comment = {"id": 5, "type": "Comment"}
    events = [comment, change("gehoor", "gehoor_private"), change("gehoor")]
    earlier = {"id": 10, "created_at": "2026-11-22T10:00:00Z", "events": events}

    def answer(_: Asked) -> Answer:
        body = json.dumps({"audits": [later, earlier], "meta": {"has_more": False}}).encode()
        return Answer(body, headers={"Content-Type": "application/json"})

    with serving(answer) as served:
        assert zendesk(served.url).tags_at("1", "5") == {"gehoor", "gehoor_private"}


def test_a_tag_that_an_agent_sets_meanwhile_stays() -> None:
    # Given a ticket that an agent tags between gehoor's look at it and its comment
    looks = [(["gehoor", "a"], "10:00:00"), (["gehoor", "a", "vip"], "10:00:05")]

    def answer(asked: Asked) -> Answer:
        body: dict[str, object] = {"audit": {"events": [{"id": 5, "type": "Comment"}]}}
        puts = [seen for seen in served.asked if seen.method == "PUT"]
        if asked.method == "GET":
            tags, at = looks[len(puts)]
            stamp = {"created_at": "2026-11-22T09:00:00Z", "updated_at": f"2026-11-22T{at}Z"}
            body = {"ticket": {"id": 1, "tags": tags, **stamp}}
        status = 409 if asked.method == "PUT" and len(puts) == 1 else 200
        return Answer(json.dumps(body).encode(), status, {"Content-Type": "application/json"})

    with serving(answer) as served:
        # When the comment adds a tag and takes one off
        draft = comment_draft(public=False, tags=("b",), drops_tags=("a",))
        assert zendesk(served.url).add_comment("1", draft) == "5"
        sent = [json.loads(seen.body)["ticket"] for seen in served.asked if seen.method == "PUT"]
    # Then the stale change was refused, and the one that counts keeps the agent's tag
    assert [(one["tags"], one["safe_update"], one["updated_stamp"]) for one in sent] == [
        (["gehoor", "b"], True, "2026-11-22T10:00:00Z"),
        (["gehoor", "vip", "b"], True, "2026-11-22T10:00:05Z"),
    ]


def test_customers_are_asked_for_in_an_address_that_servers_take() -> None:
    # Given authors whose ids are long
    names = [f"gehoor:feed:https://{n:03}.example/?author={'é' * 20}" for n in range(50)]

    def answer(asked: Asked) -> Answer:
        asked_for = str(asked.one("external_ids")).split(",")
        users = [{"id": 7, "external_id": name} for name in asked_for]
        body = json.dumps({"users": users}).encode()
        return Answer(body, headers={"Content-Type": "application/json"})

    with serving(answer) as served:
        # When they are asked for
        known = zendesk(served.url).bulk.known_customers(names)
        lists = [str(asked.one("external_ids")) for asked in served.asked]
    # Then it is one call, whose address leaves out what is beyond the 8 kB that servers take
    assert list(known) == names[: len(known)]
    assert [len(quote(one, safe="")) > 6_500 for one in lists] == [True]
    assert len(quote(lists[0], safe="")) < 7_000


def test_what_a_job_could_not_make_is_no_ticket_though_it_names_an_id() -> None:
    # Given a job whose failed items carry ids as well, as recorded of organisations
    results = [
        {"index": 0, "id": 4018, "account_id": 1},
        {"index": 1, "id": 4019, "error": "TicketCreateFailed", "details": "Subject: is missing"},
        {"index": 2, "id": None, "error": "TicketCreateFailed", "details": "Subject: is missing"},
    ]
    job = {"id": "V3-1", "status": "completed", "results": results}

    def answer(_: Asked) -> Answer:
        body = json.dumps({"job_status": job}).encode()
        return Answer(body, headers={"Content-Type": "application/json"})

    with serving(answer) as served:
        assert zendesk(served.url).bulk.read_job("V3-1").ticket_ids == {0: "4018"}


def _known_by(desk: DeskOffice, customer_id: str) -> list[tuple[str, str, bool]]:
    found = desk.desk.get(f"/users/{customer_id}/identities")["identities"]
    return [(identity["type"], identity["value"], identity["verified"]) for identity in found]


def test_an_author_on_x_is_known_by_their_handle_at_no_cost(desk: DeskOffice) -> None:
    # When an author on X becomes a customer
    on_x = replace(profile(), author=author(network="x", native_id="783214", handle="@Anna"))
    _asked(desk)
    customer_id = desk.helpdesk.upsert_customer(on_x, EMAIL).customer_id
    # Then that took one call, and Zendesk knows the handle and the address
    assert _asked(desk) == ["POST /api/v2/users/create_or_update"]
    assert sorted(_known_by(desk, customer_id)) == [
        ("email", EMAIL.email, True),
        ("twitter", "Anna", False),
    ]


def test_a_new_handle_on_x_takes_the_old_ones_place(desk: DeskOffice) -> None:
    # Given an author on X, and another one who has a handle of old
    on_x = author(network="x", native_id="783214", handle="@anna")
    told = replace(profile(), author=on_x)
    customer_id = desk.helpdesk.upsert_customer(told).customer_id
    desk.bring_customer(handle="@taken")
    # When the handle is the same, nothing is asked
    _asked(desk)
    desk.helpdesk.update_customer(customer_id, replace(told, known_handle="@Anna"), named=True)
    assert _asked(desk) == [f"PUT /api/v2/users/{customer_id}"]
    # When it is another one, the old one goes
    renamed = replace(told, author=replace(on_x, handle="@anna_dv"), known_handle="@anna")
    desk.helpdesk.update_customer(customer_id, renamed, named=True)
    assert _known_by(desk, customer_id) == [("twitter", "anna_dv", False)]
    # And what somebody else has is not taken from them
    renamed = replace(told, author=replace(on_x, handle="@taken"), known_handle="@anna_dv")
    desk.helpdesk.update_customer(customer_id, renamed, named=True)
    assert _known_by(desk, customer_id) == []


def test_looking_for_an_address_changes_no_user(desk: DeskOffice) -> None:
    # Given a customer of the company's own, with a second address
    before = {"external_id": "c-7", "notes": "likes tea", "email": "a@shop.example"}
    customer_id = desk.desk.customer("A. de Vries", **before)
    email = {"type": "email", "value": EMAIL.email}
    desk.desk.post(f"/users/{customer_id}/identities", {"identity": email})
    # When they are looked for by that one
    _asked(desk)
    found = desk.helpdesk.find_customer(EMAIL)
    # Then they are found in one call, and are as they were
    assert found is not None
    assert found.customer_id == str(customer_id)
    assert _asked(desk) == ["POST /api/v2/users/create_or_update"]
    user = desk.desk.get(f"/users/{customer_id}")["user"]
    assert {key: user[key] for key in before} == before
    assert user["name"] == "A. de Vries"


def test_a_number_that_several_have_links_nobody(desk: DeskOffice) -> None:
    for name in ("Anna", "Bram"):
        desk.desk.customer(name, phone=PHONE.phone)
    with pytest.raises(Rejected, match="several"):
        desk.helpdesk.find_customer(PHONE)


def test_names_that_are_empty_or_hostile_become_plain_names(desk: DeskOffice) -> None:
    # Given authors without a name and with a hostile one
    def named(name: str, author: Author) -> Author:
        return replace(author, display_name=name, native_id=f"n{len(name)}")

    for given, expected in (
        ("", "@anna@town.example"),
        ("\u202eevil\x00 " * 40, "evil"),
    ):
        # When they become customers
        who = replace(profile(), author=named(given, profile().author))
        customer_id = desk.helpdesk.upsert_customer(who).customer_id
        # Then their names can be shown
        name = desk.desk.get(f"/users/{customer_id}")["user"]["name"]
        assert name.startswith(expected)
        assert len(name) <= 80
        assert "\u202e" not in name


def test_an_answer_of_another_shape_to_a_write_leaves_its_outcome_open() -> None:
    # Given a helpdesk that answers every call with a page
    def page(_: Asked) -> Answer:
        return Answer(b"<html>Maintenance", headers={"Content-Type": "text/html"})

    with serving(page) as served:
        # When gehoor writes, it cannot know what became of it
        with pytest.raises(UnknownOutcome):
            zendesk(served.url).open_ticket(ticket_draft("7"))
        with pytest.raises(UnknownOutcome):
            zendesk(served.url).add_comment("1", comment_draft())
        # And when it reads, nothing has happened
        with pytest.raises(ContractBroken):
            zendesk(served.url).history("7")


def test_an_answer_of_another_shape_breaks_the_contract(running: Desk) -> None:
    # Given something else behind the address
    helpdesk = zendesk(f"{running.url}/_health?")
    # Then its answer is refused, and not quoted
    with pytest.raises(ContractBroken) as failure:
        helpdesk.read_ticket("1")
    assert failure.value.__cause__ is None


def problem(external_id: str = "gehoor:incident:1", **changes: Any) -> ProblemDraft:
    made = ProblemDraft(external_id, "No internet", "<p>Many say so</p>", ("gehoor",))
    return replace(made, **changes)


@ASKED
def test_a_problem_is_a_ticket_of_gehoors_own(office: Office) -> None:
    # When a problem is opened, with a file
    problems = office.helpdesk.problems
    assert problems is not None
    token = office.helpdesk.upload(ImageFile("curve.svg", "image/svg+xml", b"<svg/>"))
    problem_id = problems.open_problem(problem(uploads=(token,)))
    # Then it is found by its name, is open, and its first comment is internal
    found = office.helpdesk.find_ticket("gehoor:incident:1")
    assert found is not None
    assert found.ticket_id == problem_id
    ticket = office.helpdesk.read_ticket(problem_id)
    assert ticket.is_open
    assert ticket.tags == {"gehoor"}
    assert not office.helpdesk.answered_since(problem_id, datetime(2020, 1, 1, tzinfo=UTC))


@ASKED
def test_tickets_are_tied_to_a_problem(office: Office, customer_id: str) -> None:
    # Given a problem, two tickets of customers and a third one
    problems = office.helpdesk.problems
    assert problems is not None
    problem_id = problems.open_problem(problem())
    names = [
        office.helpdesk.open_ticket(
            ticket_draft(customer_id, external_id=f"gehoor:case-{n}")
        ).ticket_id
        for n in range(3)
    ]
    # When two are tied to it, twice
    problems.link(names[:2], problem_id)
    problems.link(names[:2], problem_id)
    # Then those are its incidents
    assert [office.problem_of(name) for name in names] == [problem_id, problem_id, None]


@ASKED
def test_it_is_known_whether_a_customer_was_answered_since(office: Office, ticket_id: str) -> None:
    before = datetime(2020, 1, 1, tzinfo=UTC)
    after = datetime(2100, 1, 1, tzinfo=UTC)
    # Given a customer's words and an internal note
    office.agent_writes(ticket_id, "Ask the depot", public=False)
    assert not office.helpdesk.answered_since(ticket_id, before)
    # When an agent answers
    office.agent_writes(ticket_id, "We are on it", public=True)
    # Then they were, since before and not since after
    assert office.helpdesk.answered_since(ticket_id, before)
    assert not office.helpdesk.answered_since(ticket_id, after)
    with pytest.raises(Gone):
        office.helpdesk.answered_since(UNKNOWN, before)


def test_a_helpdesk_that_is_asked_nothing_ties_no_tickets(webhook: WebhookOffice) -> None:
    assert webhook.helpdesk.problems is None
    assert webhook.helpdesk.answered_since("1", datetime(2020, 1, 1, tzinfo=UTC))
