"""Looking answers through from outside: through the handler, on the real stores and the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factories import author, mention
from gehoor import bootstrap
from gehoor.aws.cases import Cases
from gehoor.domain.answer_notes import POST_ANYWAY
from gehoor.domain.case import case_id_from
from gehoor.domain.event import CommentAdded, TicketStatusChanged
from lambda_stack import Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.event import Event

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
POST = "My parcel was due last Monday and it is still not here, can somebody tell me where it is?"
DUTCH = "Wat vervelend! We zoeken vandaag nog uit waar je pakket is, en bellen je daarna even op."
REPLY = "Hi Anna, thanks for your message. Your parcel is on its way and arrives before noon."


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def ticket_of(lambdas: Lambdas, name: str, by: str) -> str:
    """A post on Mastodon that became a ticket."""
    before = set(lambdas.helpdesk.tickets)
    who = author(by, network="mastodon")
    post = mention(name, network="mastodon", author=who, text=POST, posted_at=lambdas.clock())
    lambdas.town.post(post)
    lambdas.clock.advance(minutes=2)
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    assert lambdas.deliver() == []
    [ticket_id] = set(lambdas.helpdesk.tickets) - before
    return ticket_id


def tell(lambdas: Lambdas, event: Event) -> None:
    bootstrap.queues().send_event(event)
    assert lambdas.answer() == []


def answer(lambdas: Lambdas, ticket_id: str, text: str, tag: str = "") -> str:
    """An agent's answer, brought; the note about it."""
    agent = lambdas.helpdesk.hire_agent()
    comment_id = lambdas.helpdesk.write(ticket_id, agent, text, tag=tag)
    tell(lambdas, CommentAdded(ticket_id, comment_id))
    comments = lambdas.helpdesk.tickets[ticket_id].comments
    [note] = [c.html for c in comments if c.marker.endswith(f":{comment_id}")]
    return note


def test_an_answer_in_another_language_comes_back_until_it_is_meant(lambdas: Lambdas) -> None:
    # Given a post in English
    ticket_id = ticket_of(lambdas, "1", "anna")
    # When it is answered in Dutch
    note = answer(lambdas, ticket_id, DUTCH)
    # Then that comes back, and goes out once the agent means it
    assert "nl and not en" in note
    assert lambdas.town.answers == []
    assert "It went out because of the tag" in answer(lambdas, ticket_id, DUTCH, POST_ANYWAY)
    assert [one.text for one in lambdas.town.answers] == [DUTCH]


def test_a_copy_and_an_apology_are_known_from_the_real_store(lambdas: Lambdas) -> None:
    # Given an answer to Anna, and then an apology
    first = ticket_of(lambdas, "1", "anna")
    assert "For next time" not in answer(lambdas, first, f"Sorry! {REPLY}")
    # When Ben gets the same, and Anna another apology for another post
    second = ticket_of(lambdas, "2", "ben")
    copied = answer(lambdas, second, REPLY.replace("Anna", "Ben"))
    lambdas.helpdesk.set_status(first, "solved")
    tell(lambdas, TicketStatusChanged(first))
    third = ticket_of(lambdas, "3", "anna")
    again = answer(lambdas, third, "Sorry Anna, we look into it today.")
    # Then both are told
    assert f"nearly the same as the answer in #{first}" in copied
    assert "had an apology on 22 Nov 2026 already" in again


def test_how_a_case_ended_is_stored(lambdas: Lambdas) -> None:
    # Given a ticket with its cause
    ticket_id = ticket_of(lambdas, "1", "anna")
    lambdas.helpdesk.set_field(ticket_id, "cause", "cause_delivery")
    lambdas.helpdesk.set_status(ticket_id, "solved")
    # When it is solved
    tell(lambdas, TicketStatusChanged(ticket_id))
    # Then the case that is read again knows
    case_id = case_id_from(lambdas.helpdesk.tickets[ticket_id].draft.external_id)
    case = Cases(lambdas.stack.dynamodb, lambdas.stack.core).get(str(case_id))
    assert case
    assert case.outcome
    assert case.outcome.cause == "delivery"
