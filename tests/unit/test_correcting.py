"""What the desk says otherwise than triage is heard and kept, at no call to the helpdesk."""

from dataclasses import replace

import pytest

from factories import JUDGEMENT, NOW, mention
from fakes.world import World
from gehoor.domain.correction import Correction, JudgedField, corrections_in
from gehoor.domain.event import TicketStatusChanged, message_of
from gehoor.domain.record import MentionRecord

SAID = {"intent": "complaint", "urgency": "normal", "language": "en"}


class Desk:
    """A mention in its ticket, and an agent who works on it."""

    def __init__(self) -> None:
        self.world = World()
        self.post = mention()
        self.world.town.post(self.post)
        self.world.mentions.put_new(self.post, JUDGEMENT, NOW)
        self.world.deliver({"mention_id": self.post.mention_id})

    @property
    def record(self) -> MentionRecord:
        return self.world.mentions.records[self.post.mention_id]

    def changes(self, status: str, **fields: str) -> None:
        """The agent changes fields with a status, and gehoor hears of the status."""
        for key, said in fields.items():
            self.world.helpdesk.set_field(self.record.ticket_id, key, said)
        self.world.helpdesk.set_status(self.record.ticket_id, status)
        self.hears()

    def hears(self) -> None:
        self.world.answer(message_of(TicketStatusChanged(self.record.ticket_id)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def correction(field: JudgedField, judged: str, corrected: str) -> Correction:
    return Correction(field, judged, corrected, NOW)


def test_a_field_that_says_something_else_is_a_correction() -> None:
    told = {**SAID, "intent": " Question ", "topic": "billing"}
    assert corrections_in(JUDGEMENT, told, NOW) == (
        correction(JudgedField.INTENT, "complaint", "question"),
        correction(JudgedField.TOPIC, "", "billing"),
    )


@pytest.mark.parametrize(
    "told",
    [
        {},
        SAID,
        {**SAID, "intent": ""},
        {**SAID, "intent": "Ask Anna Jansen"},
        {**SAID, "urgency": "asap"},
        {**SAID, "intent": "intent_refund"},
        {**SAID, "language": "Dutch"},
        {**SAID, "topic": "call anna@shop.example"},
        {**SAID, "network": "elsewhere"},
    ],
)
def test_what_no_judgement_can_say_corrects_nothing(told: dict[str, str]) -> None:
    assert corrections_in(JUDGEMENT, told, NOW) == ()


def test_what_was_chosen_is_heard_like_what_was_typed() -> None:
    chosen = {f: f"{f}_{word}" for f, word in {**SAID, "intent": "lead", "topic": "x-y"}.items()}
    assert corrections_in(JUDGEMENT, chosen, NOW) == (
        correction(JudgedField.INTENT, "complaint", "lead"),
        correction(JudgedField.TOPIC, "", "x-y"),
    )


def test_a_correction_is_kept_with_its_mention(desk: Desk) -> None:
    desk.changes("pending", intent="question")
    assert desk.record.corrections == (correction(JudgedField.INTENT, "complaint", "question"),)


def test_a_correction_that_is_taken_back_is_none(desk: Desk) -> None:
    desk.changes("pending", intent="question")
    desk.changes("solved", intent="complaint")
    assert desk.record.corrections == ()


def test_hearing_costs_the_helpdesk_no_call(desk: Desk) -> None:
    # Given what it costs to hear of a ticket that nobody corrected
    def calls() -> int:
        before = len(desk.world.tap.names)
        desk.hears()
        return sum(name.startswith("helpdesk.") for name in desk.world.tap.names[before:])

    desk.changes("pending")
    plain = calls()

    # When one was corrected / Then it costs no more
    desk.changes("pending", intent="question")
    assert calls() == plain


def test_what_its_author_edited_is_not_compared(desk: Desk) -> None:
    # Given a post that was edited, and judged anew, after its ticket was opened
    records = desk.world.mentions.records
    edited = replace(desk.post, text="Thanks!", edited_at=NOW)
    records[desk.post.mention_id] = replace(desk.record, mention=edited)

    # When the ticket tells another intent / Then nobody corrected it
    desk.changes("solved", intent="praise")
    assert desk.record.corrections == ()
