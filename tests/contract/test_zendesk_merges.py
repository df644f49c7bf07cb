"""What Zendesk tells of merged tickets, read from a small server that keeps tickets and comments.

The shapes are Zendesk's: the tag `closed_by_merge`, and the comments it offers for both tickets.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fakes.wiring import wiring
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

GEHOOR, SAM, ANNA = 1, 5, 7
ROLES = {SAM: "agent", ANNA: "end-user"}
WRITTEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@dataclass
class Zendesk:
    """Tickets and comments as Zendesk's API shows them; `asked` are its calls so far."""

    helpdesk: ZendeskHelpdesk
    asked: list[Asked]
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def open(self, ticket_id: int) -> str:
        self.tickets[str(ticket_id)] = {
            "id": ticket_id,
            "external_id": "gehoor:a",
            "status": "open",
            "requester_id": ANNA,
            "tags": ["gehoor"],
            "created_at": "2026-11-22T10:00:00Z",
            "updated_at": WRITTEN.isoformat(),
        }
        self.comments[str(ticket_id)] = []
        return str(ticket_id)

    def close(self, ticket_id: str, tag: str = "closed_by_merge") -> None:
        self.tickets[ticket_id] |= {"status": "closed", "tags": ["gehoor", tag]}

    def write(self, ticket_id: str, text: str, author: int = SAM, public: bool = True) -> str:
        comments = self.comments[ticket_id]
        comment_id = int(ticket_id) * 100 + len(comments)
        at = WRITTEN + timedelta(minutes=len(comments))
        comments.append(
            {
                "id": comment_id,
                "author_id": author,
                "public": public,
                "plain_body": text,
                "created_at": at.isoformat(),
                "metadata": {"custom": {}},
            }
        )
        return str(comment_id)

    def answer(self, asked: Asked) -> Answer:
        parts = asked.path.removeprefix("/api/v2/").split("/")
        found: dict[str, Any] | None = None
        if parts[0] == "users":
            user_id = GEHOOR if parts[1] == "me" else int(parts[1])
            found = {"user": {"id": user_id, "role": ROLES.get(user_id, "admin")}}
        elif parts[1] in self.tickets and len(parts) == 2:
            found = {"ticket": self.tickets[parts[1]]}
        elif parts[1] in self.tickets:
            newest_first = asked.one("sort") == "-created_at"
            comments = self.comments[parts[1]][:: -1 if newest_first else 1]
            found = {"comments": comments, "meta": {"has_more": False}}
        missing = 404 if len(parts[1]) < len(str(2**63)) else 400
        return Answer(
            json.dumps(found or {"error": "RecordNotFound"}).encode(),
            200 if found else missing,
            {"Content-Type": "application/json"},
        )


@pytest.fixture
def zendesk() -> Iterator[Zendesk]:
    made: list[Zendesk] = []
    with serving(lambda asked: made[0].answer(asked)) as served:
        settings = Settings.model_validate(
            {"kind": "zendesk", "base_url": served.url, "secret": "/gehoor/zendesk"}
        )
        http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
        made.append(Zendesk(connect(settings, wiring("token", http)), served.asked))
        yield made[0]


@pytest.fixture
def merged(zendesk: Zendesk) -> Zendesk:
    """Ticket 35 was merged into ticket 36, with the words that Zendesk offers."""
    for ticket_id in (35, 36):
        zendesk.open(ticket_id)
    zendesk.write("35", "It is broken", ANNA)
    zendesk.write("35", 'This request was closed and merged into request #36 "Parcel #9".')
    zendesk.write("36", 'Request #35 "It is broken" was closed and merged into this request.')
    zendesk.close("35")
    return zendesk


def test_a_merged_ticket_says_so_and_since_when(merged: Zendesk) -> None:
    ticket = merged.helpdesk.read_ticket("35")
    assert (ticket.merged, ticket.is_open) == (True, False)
    assert ticket.updated_at == WRITTEN
    assert not merged.helpdesk.read_ticket("36").merged


def test_a_merged_ticket_goes_on_where_both_tickets_say(merged: Zendesk) -> None:
    assert merged.helpdesk.merged_into("35") == "36"
    assert merged.helpdesk.merged_into("36") is None


def test_the_words_may_be_of_any_language_and_followed_by_more(zendesk: Zendesk) -> None:
    # Given a merge in Dutch, whose target was answered since
    for ticket_id in (35, 36):
        zendesk.open(ticket_id)
    zendesk.write("35", "Dit verzoek is gesloten en samengevoegd met verzoek #36.", public=False)
    zendesk.write("36", "Verzoek #35 is gesloten en samengevoegd met dit verzoek.", public=False)
    zendesk.write("36", "We zoeken het uit")
    zendesk.close("35")
    # Then it is found all the same
    assert zendesk.helpdesk.merged_into("35") == "36"


def test_a_ticket_that_was_closed_for_another_reason_goes_on_nowhere(merged: Zendesk) -> None:
    merged.close("35", "done")
    assert merged.helpdesk.merged_into("35") is None


@pytest.mark.parametrize("ticket_id", ["35", "36"])
def test_what_a_customer_writes_of_tickets_proves_nothing(merged: Zendesk, ticket_id: str) -> None:
    # Given that one of the two comments is a customer's
    merged.comments[ticket_id][-1]["author_id"] = ANNA
    # Then nobody can tell where the ticket goes on
    assert merged.helpdesk.merged_into("35") is None


def test_where_the_other_ticket_is_silent_or_gone_nobody_can_tell(merged: Zendesk) -> None:
    merged.comments["36"].clear()
    assert merged.helpdesk.merged_into("35") is None
    del merged.tickets["36"]
    assert merged.helpdesk.merged_into("35") is None


def test_a_merge_without_a_comment_tells_nobody_where(merged: Zendesk) -> None:
    merged.comments["35"].pop()
    assert merged.helpdesk.merged_into("35") is None


@pytest.mark.parametrize("place", [("35", "3501"), ("36", "3600")])
def test_what_is_said_about_a_merge_is_no_agents_answer(
    merged: Zendesk, place: tuple[str, str]
) -> None:
    comment = merged.helpdesk.read_comment(*place)
    assert (comment.public, comment.by_agent) == (True, False)


def test_words_about_a_merge_are_known_before_the_tag_is_there(merged: Zendesk) -> None:
    # Given a merge that is still under way
    merged.tickets["35"] |= {"status": "open", "tags": ["gehoor"]}
    # Then the words that Zendesk offers are known by themselves
    assert not merged.helpdesk.read_comment("35", "3501").by_agent
    assert not merged.helpdesk.read_comment("36", "3600").by_agent


def test_a_merge_in_other_words_is_known_by_the_tickets(merged: Zendesk) -> None:
    merged.comments["36"][0]["plain_body"] = "Verzoek #35 is samengevoegd met dit verzoek."
    merged.comments["35"][1]["plain_body"] = "Samengevoegd met verzoek #36."
    assert not merged.helpdesk.read_comment("36", "3600").by_agent
    assert not merged.helpdesk.read_comment("35", "3501").by_agent


@pytest.mark.parametrize(
    "text",
    [
        "We are on it",
        "You are our #1 customer",
        "Your parcel #9999999999999999999 is on its way",
        "As I said in #99, it is on its way",
        "Your request #36 is on its way, and so is your request #35",
        "Your request was closed and merged into request #35.",
    ],
)
def test_an_answer_that_names_a_number_is_an_answer(merged: Zendesk, text: str) -> None:
    comment_id = merged.write("36", text)
    assert merged.helpdesk.read_comment("36", comment_id).by_agent


def test_an_answer_that_names_many_numbers_costs_a_look_at_each(merged: Zendesk) -> None:
    # Given an answer about 20 orders
    comment_id = merged.write("36", " ".join(f"#{10_000 + n}" for n in range(20)))
    merged.asked.clear()
    # When it is read
    assert merged.helpdesk.read_comment("36", comment_id).by_agent
    # Then what its own ticket tells is read once, not for each of them
    assert len(merged.asked) <= 20 + 5
