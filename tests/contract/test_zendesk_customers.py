"""Whose ticket a mention becomes in Zendesk, and how many calls that takes.

The adapter and the use cases are the real ones, the helpdesk is the Desk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from desk_server import TOKEN, TOKENS, Desk, running_desk
from factories import JUDGEMENT, NOW, author, mention
from fakes.wiring import wiring
from fakes.world import World, deliver_one
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.setup import HelpdeskSetup
from gehoor.domain.ticket import CustomerProfile
from gehoor.errors import NotAllowed
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Author, Mention

EMAIL = VerifiedContact("anna@shop.example")
BOTH = VerifiedContact(EMAIL.email, "+31612345678")
SETUP = HelpdeskSetup(user_fields=frozenset({"gehoor_x", "gehoor_last_contact"}))
AGENT = {"name": "Sam", "email": "sam@desk.example", "role": "agent"}
ON_X = author(network="x", native_id="783214", handle="@anna")
ANNA = author("anna")


@dataclass
class Street:
    """Authors whose mentions gehoor brings into the Desk, and a CRM that knows some of them."""

    desk: Desk
    world: World

    def deliver(self, new: Mention) -> int:
        """How many calls the mention took."""
        self.world.town.post(new)
        self.world.mentions.put_new(new, JUDGEMENT, self.world.clock())
        helpdesk = zendesk(self.desk.url)
        self.desk.place.log.clear()
        deliver_one(new.mention_id, replace(self.world.deliver_ports(), helpdesk=helpdesk))
        return len(self.desk.control("log").json()["requests"])

    def prove(self, contact: VerifiedContact, who: Author = ANNA) -> None:
        self.world.crm.note(f"gehoor:{who.identity}", contact=contact)

    def newest(self) -> dict[str, Any]:
        """The newest ticket."""
        tickets: list[dict[str, Any]] = self.desk.get("/tickets")["tickets"]
        return max(tickets, key=lambda ticket: int(ticket["id"]))

    def note(self) -> str:
        """What the note of the newest ticket says."""
        comments = self.desk.get(f"/tickets/{self.newest()['id']}/comments")["comments"]
        [note] = [comment["plain_body"] for comment in comments if not comment["public"]]
        return str(note)

    def known_by(self, user_id: int) -> set[tuple[str, str]]:
        """What the Desk knows a user by."""
        found = self.desk.get(f"/users/{user_id}/identities")["identities"]
        return {(identity["type"], identity["value"]) for identity in found}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    tokens = {**TOKENS, "token-of-sam": AGENT}
    with running_desk(tmp_path_factory.mktemp("desk"), tokens=tokens) as desk:
        yield desk


@pytest.fixture
def street(server: Desk) -> Street:
    assert server.control("reset").ok
    return Street(server, World())


def on_x(name: str, **changes: Any) -> Mention:
    return mention(name, network="x", author=ON_X, **changes)


def test_the_usual_mentions_cost_what_they_did(street: Street) -> None:
    later = NOW + timedelta(days=2)
    costs = {
        "new": street.deliver(mention("1")),
        "known": street.deliver(mention("2", posted_at=later)),
        "follow-up": street.deliver(mention("3", in_reply_to="2", posted_at=later)),
        "new on X": street.deliver(on_x("4")),
        "known on X": street.deliver(on_x("5", posted_at=later)),
    }
    assert costs == {"new": 3, "known": 5, "follow-up": 2, "new on X": 3, "known on X": 5}


@pytest.mark.parametrize(("contact", "cost"), [(EMAIL, 4), (BOTH, 5)], ids=["mail", "both"])
def test_a_new_customer_who_proved_an_address_costs_a_look_for_each(
    street: Street, contact: VerifiedContact, cost: int
) -> None:
    # Given an address nobody has
    street.prove(contact, ON_X)
    # When who proved it writes, and later writes again
    assert street.deliver(on_x("1")) == cost
    requester_id = street.newest()["requester_id"]
    assert street.deliver(on_x("2", posted_at=NOW + timedelta(days=2))) == 5
    # Then the customer is known by it, and by the handle
    expected = {("email", contact.email), ("phone_number", contact.phone), ("twitter", "anna")}
    assert street.known_by(requester_id) == {one for one in expected if one[1]}


def test_a_customer_who_is_known_by_the_address_costs_one_more(street: Street) -> None:
    # Given a customer of the company's own
    own = {"external_id": "c-7", "email": EMAIL.email}
    known = street.desk.customer("A. de Vries", **own)
    street.prove(EMAIL)
    # When they write in public
    assert street.deliver(mention("1")) == 6
    # Then the ticket is theirs, and they are as they were
    assert street.newest()["requester_id"] == known
    user = street.desk.get(f"/users/{known}")["user"]
    assert (user["name"], user["external_id"]) == ("A. de Vries", "c-7")


def test_what_stands_in_for_a_handle_is_no_handle(street: Street) -> None:
    # Given an author on X whose names nobody could pay for
    nameless = author(network="x", native_id="783214", handle="user 783214", named=False)
    street.deliver(replace(on_x("1"), author=nameless))
    requester_id = street.newest()["requester_id"]
    assert street.known_by(requester_id) == set()
    # When they are heard again with their names
    street.deliver(on_x("2", posted_at=NOW + timedelta(days=2)))
    # Then they are known by those
    assert street.known_by(requester_id) == {("twitter", "anna")}


def test_a_customer_found_for_an_author_on_x_is_known_by_the_handle_too(street: Street) -> None:
    known = street.desk.customer("A. de Vries", email=EMAIL.email)
    street.prove(EMAIL, ON_X)
    assert street.deliver(on_x("1")) == 7
    assert street.known_by(known) == {("email", EMAIL.email), ("twitter", "anna")}
    fields = street.desk.get(f"/users/{known}")["user"]["user_fields"]
    assert fields["gehoor_x"] == f"@anna {ON_X.profile_url}"


def test_an_address_of_an_agent_costs_one_more_and_leaves_the_agent_alone(street: Street) -> None:
    # Given that the CRM calls an agent's address the author's
    sam = street.desk.get("/users/search", params={"query": AGENT["email"]})["users"][0]
    street.prove(VerifiedContact(AGENT["email"]))
    # When the author writes
    assert street.deliver(mention("1")) == 4
    # Then they are a customer of their own, the note says why, and the agent is as before
    assert street.newest()["requester_id"] != sam["id"]
    assert "belongs to a colleague here" in street.note()
    unchanged = street.desk.get(f"/users/{sam['id']}")["user"]
    assert unchanged | {"updated_at": ""} == sam | {"updated_at": ""}
    assert street.known_by(sam["id"]) == {("email", AGENT["email"])}


@pytest.mark.parametrize(("is_taken", "cost"), [(False, 6), (True, 7)])
def test_a_known_author_who_proves_an_address_later(
    street: Street, is_taken: bool, cost: int
) -> None:
    # Given an author gehoor knows, and perhaps another customer with the address
    street.deliver(mention("1"))
    own = street.newest()["requester_id"]
    if is_taken:
        street.desk.customer("A. de Vries", email=EMAIL.email)
    # When the author links the account, and writes again
    street.prove(EMAIL)
    assert street.deliver(mention("2", posted_at=NOW + timedelta(days=2))) == cost
    # Then the address is theirs, or agents read that it may be
    assert street.newest()["requester_id"] == own
    assert (("email", EMAIL.email) in street.known_by(own)) is not is_taken
    assert ("Another customer here has" in street.note()) is is_taken


def test_a_handle_on_x_that_another_customer_has_is_a_suggestion(street: Street) -> None:
    # Given a user whom Zendesk's own channel made
    handle = {"type": "twitter", "value": "Anna"}
    known = street.desk.customer("Anna", identities=[handle])
    # When an author with that handle writes
    street.deliver(on_x("1"))
    # Then they are a customer of their own until an agent says otherwise
    assert street.newest()["requester_id"] != known
    assert "Another customer here has this author's handle" in street.note()
    assert street.known_by(known) == {("twitter", "Anna")}


def test_a_token_that_may_not_read_identities_brings_mentions_all_the_same() -> None:
    # Given Zendesk as it is for the scope users:write, with a handle that somebody has
    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/identities"):
            return as_json({"error": "Forbidden"}, 403)
        if b"identities" in asked.body:
            return as_json({"error": "RecordInvalid", "details": {}}, 422)
        return as_json({"user": {"id": 7, "created_at": "2026-11-22T10:00:00Z"}})

    profile = CustomerProfile(ON_X, "nl", NOW.date(), known_handle="@old")
    with serving(answer) as served:
        helpdesk = zendesk(served.url)
        # When the author becomes a customer, and is told of under a new handle
        customer = helpdesk.upsert_customer(profile)
        helpdesk.update_customer(customer.customer_id, profile, named=True)
        # Then they may be another customer for all that gehoor can tell
        assert (customer.customer_id, customer.may_be_another) == ("7", True)
        # And an address that cannot be added is a right that is missing
        with pytest.raises(NotAllowed):
            helpdesk.add_contact(customer.customer_id, EMAIL)


def as_json(document: object, status: int = 200) -> Answer:
    return Answer(json.dumps(document).encode(), status, {"Content-Type": "application/json"})


def zendesk(url: str) -> ZendeskHelpdesk:
    settings = Settings(kind="zendesk", base_url=url, secret="/gehoor/zendesk")
    http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
    return connect(settings, wiring(TOKEN, http, setup=SETUP))
