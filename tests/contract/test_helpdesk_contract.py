"""What every helpdesk must do: the one in memory, and Zendesk's adapter against the Desk."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import pytest
import requests

from desk_server import TIMEOUT, TOKEN, TOKENS, Desk, running_desk
from factories import comment_draft, profile, ticket_draft
from fakes.clock import FakeClock
from fakes.helpdesk import FakeHelpdesk
from gehoor.domain.ticket import Priority
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    Gone,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from gehoor.wiring import Wiring
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Author
    from gehoor.ports import Helpdesk

AGENT_TOKEN = "token-of-sam"
UNKNOWN = "99999999"


class Office(Protocol):
    """A helpdesk with what the people in it do by hand."""

    @property
    def helpdesk(self) -> Helpdesk: ...
    def agent_writes(self, ticket_id: str, text: str, public: bool) -> str: ...
    def set_status(self, ticket_id: str, status: str) -> None: ...
    def tags(self, ticket_id: str) -> set[str]: ...
    def make_private(self, ticket_id: str, comment_id: str) -> None: ...
    def agent_id(self) -> str: ...


class FakeOffice:
    """The helpdesk in memory."""

    def __init__(self) -> None:
        self.helpdesk = FakeHelpdesk(FakeClock())
        self._agent = self.helpdesk.hire_agent()

    def agent_writes(self, ticket_id: str, text: str, public: bool) -> str:
        return self.helpdesk.write(ticket_id, self._agent, text, public)

    def set_status(self, ticket_id: str, status: str) -> None:
        self.helpdesk.set_status(ticket_id, status)

    def tags(self, ticket_id: str) -> set[str]:
        return self.helpdesk.tickets[ticket_id].tags

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self.helpdesk.make_private(ticket_id, comment_id)

    def agent_id(self) -> str:
        return self._agent


@dataclass(frozen=True)
class DeskOffice:
    """The Desk, where the agent has a token of her own."""

    helpdesk: ZendeskHelpdesk
    desk: Desk

    def agent_writes(self, ticket_id: str, text: str, public: bool) -> str:
        answer = requests.put(
            f"{self.desk.url}/api/v2/tickets/{ticket_id}",
            json={"ticket": {"comment": {"body": text, "public": public}}},
            headers={"Authorization": f"Bearer {AGENT_TOKEN}"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        events = answer.json()["audit"]["events"]
        return str(next(event["id"] for event in events if event["type"] == "Comment"))

    def set_status(self, ticket_id: str, status: str) -> None:
        self.desk.put(f"/tickets/{ticket_id}", {"ticket": {"status": status}})

    def tags(self, ticket_id: str) -> set[str]:
        return set(self.desk.get(f"/tickets/{ticket_id}")["ticket"]["tags"])

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self.desk.put(f"/tickets/{ticket_id}/comments/{comment_id}/make_private", {})

    def agent_id(self) -> str:
        users = self.desk.get("/users/search", params={"query": "sam@desk.example"})["users"]
        return str(users[0]["id"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    agent = {"name": "Sam", "email": "sam@desk.example", "role": "agent"}
    tokens = {**TOKENS, AGENT_TOKEN: agent}
    with running_desk(tmp_path_factory.mktemp("desk"), tokens=tokens) as desk:
        yield desk


def zendesk(url: str, secret: str = TOKEN, **fields: int) -> ZendeskHelpdesk:
    settings = Settings.model_validate(
        {"kind": "zendesk", "base_url": url, "secret": "/gehoor/zendesk", "ticket_fields": fields}
    )
    http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
    return connect(settings, Wiring(secret, http))


@pytest.fixture
def desk(running: Desk) -> DeskOffice:
    running.control("reset").raise_for_status()
    return DeskOffice(zendesk(running.url), running)


@pytest.fixture(params=["memory", "zendesk"])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        return FakeOffice()
    found: DeskOffice = request.getfixturevalue("desk")
    return found


@pytest.fixture
def customer_id(office: Office) -> str:
    return office.helpdesk.upsert_customer(profile()).customer_id


@pytest.fixture
def ticket_id(office: Office, customer_id: str) -> str:
    return office.helpdesk.open_ticket(ticket_draft(customer_id)).ticket_id


def test_an_identity_has_one_customer(office: Office) -> None:
    # When two authors come, one of them twice
    anna = office.helpdesk.upsert_customer(profile("anna")).customer_id
    again = office.helpdesk.upsert_customer(profile("anna")).customer_id
    bob = office.helpdesk.upsert_customer(profile("bob")).customer_id
    # Then each is one customer
    assert anna == again
    assert anna != bob


def test_a_new_customer_has_no_past(office: Office, customer_id: str) -> None:
    history = office.helpdesk.history(customer_id)
    assert history.customer_since is not None
    assert history.tickets == ()


def test_the_history_has_the_customers_own_tickets_newest_first(
    office: Office, customer_id: str
) -> None:
    # Given two tickets of the customer and one of another one
    first = office.helpdesk.open_ticket(ticket_draft(customer_id, external_id="gehoor:1"))
    second = office.helpdesk.open_ticket(ticket_draft(customer_id, external_id="gehoor:2"))
    bob = office.helpdesk.upsert_customer(profile("bob")).customer_id
    office.helpdesk.open_ticket(ticket_draft(bob, external_id="gehoor:3"))
    # When the history is read
    history = office.helpdesk.history(customer_id)
    # Then it has those two
    found = [ticket.ticket_id for ticket in history.tickets]
    assert sorted(found) == sorted([first.ticket_id, second.ticket_id])
    assert {(ticket.subject, ticket.status) for ticket in history.tickets} == {
        ("It is broken", "new")
    }


def test_the_history_of_a_customer_who_was_removed_is_gone(office: Office) -> None:
    with pytest.raises(Gone):
        office.helpdesk.history(UNKNOWN)


def test_an_unknown_requester_is_rejected(office: Office) -> None:
    with pytest.raises(Rejected, match="requester_id"):
        office.helpdesk.open_ticket(ticket_draft(UNKNOWN))


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


def test_a_comment_is_found_among_very_many(
    office: Office, ticket_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a comment and more after it than two pages show
    monkeypatch.setattr("gehoor.helpdesks._zendesk_api.PAGE", 10)
    comment_id = office.helpdesk.add_comment(ticket_id, comment_draft("the one"))
    for number in range(25):
        office.helpdesk.add_comment(ticket_id, comment_draft(f"later {number}"))
    # Then it is found
    assert office.helpdesk.find_comment(ticket_id, "marker:the one") == comment_id


def test_a_comment_by_somebody_unknown_is_rejected(office: Office, ticket_id: str) -> None:
    with pytest.raises(Rejected, match="author_id"):
        office.helpdesk.add_comment(ticket_id, comment_draft(author_id=UNKNOWN))


def test_a_comment_that_is_too_long_or_empty_is_rejected(office: Office, ticket_id: str) -> None:
    for html in ("x" * 65_536, ""):
        with pytest.raises(Rejected):
            office.helpdesk.add_comment(ticket_id, comment_draft(html=html))


def test_a_closed_ticket_takes_no_comment(office: Office, ticket_id: str) -> None:
    # Given a closed ticket
    office.set_status(ticket_id, "closed")
    assert office.helpdesk.read_ticket(ticket_id).status == "closed"
    # Then a comment has nowhere to go
    with pytest.raises(Gone, match="closed"):
        office.helpdesk.add_comment(ticket_id, comment_draft())


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


def test_a_ticket_is_given_to_another_customer(office: Office, ticket_id: str) -> None:
    bob = office.helpdesk.upsert_customer(profile("bob")).customer_id
    office.helpdesk.set_requester(ticket_id, bob)
    assert office.helpdesk.read_ticket(ticket_id).requester_id == bob


def test_a_ticket_is_given_to_nobody_unknown(office: Office, ticket_id: str) -> None:
    with pytest.raises(Rejected, match="requester_id"):
        office.helpdesk.set_requester(ticket_id, UNKNOWN)


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


def test_a_customer_is_told_from_agents_and_from_nobody(office: Office, customer_id: str) -> None:
    assert office.helpdesk.is_customer(customer_id)
    assert not office.helpdesk.is_customer(office.agent_id())
    assert not office.helpdesk.is_customer(UNKNOWN)


# What only an adapter over HTTP can show.


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
