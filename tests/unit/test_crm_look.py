"""Asking the CRM while a ticket is opened: it adds to the note and never stands in the way."""

import pytest

from factories import JUDGEMENT, author, mention
from fakes.world import World
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionState
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)


def deliver(world: World, new: Mention) -> str:
    """The note of the ticket that a mention opens."""
    world.town.post(new)
    world.mentions.put_new(new, JUDGEMENT, world.clock())
    world.deliver({"mention_id": new.mention_id})
    assert world.mentions.records[new.mention_id].state is MentionState.DELIVERED
    [_, note] = list(world.helpdesk.tickets.values())[-1].comments
    assert not note.public
    return note.html


def test_what_the_crm_tells_is_in_the_note() -> None:
    # Given a customer whom the CRM knows
    world = World()
    world.crm.note(f"gehoor:{author().identity}", "https://b.example/c/7", Orders="3", Member="no")
    # When they write
    note = deliver(world, mention())
    # Then the agent sees it, with the way there
    assert "Orders: 3<br>Member: no" in note
    assert 'href="https://b.example/c/7"' in note
    assert world.metrics.counts == {"MentionsDelivered": 1}


def test_the_crm_is_asked_once_for_a_ticket_and_about_somebody_new_before_it_is_open() -> None:
    # Given an author nobody knows
    world = World()
    deliver(world, mention())
    # Then the CRM was asked first, for it may know whose ticket it is
    names = world.tap.names
    assert names.index("crm.about") < names.index("helpdesk.upsert_customer")
    assert names.count("crm.about") == 1
    # When they write again, apart from it
    before = len(names)
    deliver(world, mention("2"))
    # Then the ticket is open before the CRM is asked
    names = world.tap.names[before:]
    assert names.index("helpdesk.open_ticket") < names.index("crm.about")
    assert names.count("crm.about") == 1


def test_a_follow_up_asks_no_crm() -> None:
    world = World()
    deliver(world, mention("1"))
    asked = len(world.crm.asked)
    more = mention("2", in_reply_to="1")
    world.town.post(more)
    world.mentions.put_new(more, JUDGEMENT, world.clock())
    world.deliver({"mention_id": more.mention_id})
    assert len(world.helpdesk.tickets) == 1
    assert len(world.crm.asked) == asked


def test_on_x_the_crm_learns_no_handle() -> None:
    world = World()
    deliver(world, mention(network="x", author=author(network="x", native_id="783214")))
    [sought] = world.crm.asked
    assert sought.external_id == "gehoor:x:783214"
    assert sought.author.handle == ""


@pytest.mark.parametrize(
    ("error", "told", "is_failure"),
    [
        (Unavailable("b.example: took longer than 2 s"), "did not answer in time; look", True),
        (RateLimited("wait"), "did not answer in time; look", True),
        (Gone("unknown"), "The CRM does not know this customer.", False),
        (AuthExpired("run: gehoor secret set /gehoor/crm"), "gehoor secret set", True),
        (NotAllowed("b.example answered 403"), "whoever runs gehoor can mend it", True),
        (Rejected("b.example: the answer is over 65536 bytes"), "over 65536 bytes", True),
        (ContractBroken("b.example: the answer is no JSON"), "is no JSON", True),
        (UnknownOutcome("lost"), "The CRM told nothing", True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, GehoorError) else "",
)
def test_a_crm_that_fails_is_one_line_in_the_note_and_a_number(
    error: GehoorError, told: str, is_failure: bool
) -> None:
    # Given a CRM that fails
    world = World()
    world.tap.errors["crm.about"] = error
    # When a mention is delivered, it is so all the same, at the first attempt
    note = deliver(world, mention())
    # Then the note says what happened, and failures are counted
    assert told in note
    assert world.metrics.counts["CrmFailed"] == int(is_failure)
    assert world.metrics.counts["MentionsDelivered"] == 1
