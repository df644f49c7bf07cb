"""Writing many history notes together: one job, each note once, a bad one by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import JUDGEMENT, mention, profile
from fakes.helpdesk import FakeBulk
from fakes.world import World
from gehoor.domain.bulk import BulkWork
from gehoor.domain.mention import Image, Mention
from gehoor.domain.ticket import CommentDraft, History
from gehoor.errors import AuthExpired, RateLimited, Rejected, Unavailable, UnknownOutcome
from gehoor.usecases.authors import WORTH_A_BULK
from gehoor.usecases.bulk import follow_bulk
from gehoor.usecases.once import LEASE

JOB_TAKES = timedelta(seconds=30)


class Town:
    """Tickets that were opened together, whose notes are still to be written."""

    def __init__(self) -> None:
        self.world = World()
        self.bulk = FakeBulk(self.world.helpdesk, self.world.clock, JOB_TAKES)
        self.world.helpdesk.bulk = self.bulk

    def bring(self, posts: Sequence[Mention]) -> None:
        """Take posts in, and have their tickets opened."""
        for post in posts:
            self.world.town.post(post)
            self.world.mentions.put_new(post, JUDGEMENT, self.world.clock())
        assert not self.do([{"mention_id": post.mention_id} for post in posts])

    def open_tickets(self, posts: Sequence[Mention]) -> list[str]:
        """The cases of these posts, once the job that opened their tickets is over."""
        self.bring(posts)
        self.end_job()
        return [self.world.mentions.records[post.mention_id].case_id for post in posts]

    def end_job(self) -> None:
        self.world.clock.now += JOB_TAKES
        for key in self.keys():
            follow_bulk(key, self.world.deliver_ports())

    def keys(self) -> list[str]:
        return list(self.world.bulks.bulks)

    def write(self) -> dict[str, Exception]:
        """Hand over what is wanted."""
        return self.do([{"bulk_id": key} for key in self.keys()])

    def write_singly(self) -> dict[str, Exception]:
        """Write what goes by itself."""
        return self.do([{"case_id": case_id} for case_id in self.world.notes.wanted])

    def do(self, messages: Sequence[dict[str, str]]) -> dict[str, Exception]:
        return dict(self.world.deliver_together(messages))

    def is_nothing_left(self) -> bool:
        return not self.world.notes.wanted and not self.world.bulks.bulks

    def notes(self) -> Counter[str]:
        """How many notes each case has."""
        return Counter(
            comment.marker.removeprefix("history:")
            for ticket in self.world.helpdesk.tickets.values()
            for comment in ticket.comments
            if comment.marker.startswith("history:")
        )

    def calls(self, name: str) -> int:
        return self.world.tap.names.count(f"helpdesk.{name}")


@pytest.fixture
def town() -> Town:
    return Town()


def posts(count: int = WORTH_A_BULK) -> list[Mention]:
    return [mention(f"post-{n}", by=f"person{n}") for n in range(count)]


def test_many_notes_are_written_by_one_job(town: Town) -> None:
    # Given many tickets without their notes
    case_ids = town.open_tickets(posts())
    # When they are to be written, and the helpdesk's job is done
    assert town.write() == {}
    assert not town.notes()
    town.end_job()
    # Then each ticket has its note, none is pending, and the helpdesk was called once
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert town.is_nothing_left()
    assert (town.calls("bulk.write_comments"), town.calls("add_comment")) == (1, 0)


def test_whoever_finds_the_tickets_open_hands_their_notes_over(town: Town) -> None:
    # Given many tickets whose job is over
    town.bring(posts())
    town.world.clock.now += JOB_TAKES
    town.world.tap.names.clear()
    # When their bulk is looked at
    assert town.write() == {}
    # Then the notes are the helpdesk's, no message asks for them, and no case was read again
    assert town.calls("bulk.write_comments") == 1
    assert not town.world.queues.deliveries
    assert "cases.get_many" not in town.world.tap.names


def test_notes_that_cannot_be_handed_over_then_are_asked_for(town: Town) -> None:
    # Given many tickets whose job is over, and a helpdesk whose limit is spent
    town.bring(posts())
    town.world.clock.now += JOB_TAKES
    later = town.world.clock() + timedelta(minutes=5)
    town.world.tap.errors["helpdesk.bulk.write_comments"] = RateLimited("spent", later)
    [key] = town.keys()
    # When their bulk is looked at
    failures = town.write()
    # Then the tickets are accounted for, and a message asks for the notes
    assert key not in failures
    assert town.world.queues.deliveries == [{"bulk_id": town.keys()[0]}]


def test_a_note_that_brings_pictures_goes_by_itself(town: Town) -> None:
    # Given a post with a picture among many
    pictured = mention("seen", by="painter", images=(Image("https://town.example/seen.png"),))
    case_ids = town.open_tickets([*posts(), pictured])
    # When the notes are written
    town.write()
    # Then its note is by itself, and the others come with the job
    assert list(town.world.notes.wanted) == [case_ids[-1]]
    town.write_singly()
    assert town.notes() == {case_ids[-1]: 1}
    town.end_job()
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert town.is_nothing_left()


def test_a_note_that_changes_its_ticket_goes_by_itself(town: Town) -> None:
    # Given a customer whose ticket an agent has, among many
    known = mention("before", by="person0")
    town.bring([known])
    [ticket_id] = town.world.helpdesk.tickets
    town.world.helpdesk.give(ticket_id, town.world.agent)
    case_ids = town.open_tickets(posts())
    # When the notes are written
    town.write()
    # Then the one that gives the ticket to that agent is by itself
    assert list(town.world.notes.wanted) == [case_ids[0]]


def test_a_note_that_cannot_be_composed_harms_no_other(town: Town) -> None:
    # Given a customer of whom the helpdesk cannot tell for now, among many
    town.world.helpdesk.upsert_customer(profile("person0"))
    town.world.clock.advance(seconds=1)
    many = [replace(post, posted_at=town.world.clock()) for post in posts()]
    case_ids = town.open_tickets(many)
    town.world.tap.errors["helpdesk.history"] = Unavailable("down")
    # When the notes are written
    assert town.write() == {}
    # Then its own goes by itself, and fails there
    assert list(town.write_singly()) == [case_ids[0]]
    town.end_job()
    assert town.notes() == dict.fromkeys(case_ids[1:], 1)


def test_a_credential_that_is_refused_holds_all_up_together(town: Town) -> None:
    # Given customers who are known, and a helpdesk that refuses gehoor's credential
    for n in range(WORTH_A_BULK):
        town.world.helpdesk.upsert_customer(profile(f"person{n}"))
    town.world.clock.advance(seconds=1)
    case_ids = town.open_tickets([replace(p, posted_at=town.world.clock()) for p in posts()])
    town.world.tap.errors["helpdesk.history"] = AuthExpired("refused")
    # When the notes are written
    [failure] = town.write().values()
    # Then one call was made, it is counted, and the list stays as it is
    assert isinstance(failure, AuthExpired)
    assert town.calls("history") == 1
    assert town.world.metrics.counts["HelpdeskAuthExpired"] == 1
    # And the notes come once it is mended
    town.world.tap.errors.clear()
    assert town.write() == {}
    town.end_job()
    assert town.notes() == dict.fromkeys(case_ids, 1)


def test_what_the_limit_keeps_from_being_composed_stays_wanted(town: Town) -> None:
    # Given customers who are known, and a limit that is spent after the first three
    for n in range(WORTH_A_BULK):
        town.world.helpdesk.upsert_customer(profile(f"person{n}"))
    town.world.clock.advance(seconds=1)
    many = [replace(post, posted_at=town.world.clock()) for post in posts()]
    case_ids = town.open_tickets(many)
    later = town.world.clock() + timedelta(minutes=5)
    history, asked = town.world.helpdesk.history, []

    def limited(customer_id: str) -> History:
        asked.append(customer_id)
        if len(asked) == 4:
            message = "spent"
            raise RateLimited(message, later)
        return history(customer_id)

    town.world.helpdesk.history = limited  # type: ignore[method-assign]
    # When the notes are written
    [failure] = town.write().values()
    # Then those three are handed over, and the others wait for the limit
    assert isinstance(failure, RateLimited)
    town.end_job()
    assert town.notes() == dict.fromkeys(case_ids[:3], 1)
    # And are written then, without a second look at the first three
    assert town.write() == {}
    town.end_job()
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert len(asked) == WORTH_A_BULK + 1
    assert town.is_nothing_left()


def test_what_the_job_did_not_write_is_written_singly(town: Town) -> None:
    # Given a job that cannot write into one of the tickets
    case_ids = town.open_tickets(posts())
    town.write()
    lost = town.world.cases.cases[case_ids[0]].ticket_id
    ticket = town.world.helpdesk.tickets.pop(lost)
    town.world.clock.now += JOB_TAKES
    town.bulk.work()
    town.world.helpdesk.tickets[lost] = ticket
    town.end_job()
    assert list(town.world.notes.wanted) == case_ids[:1]
    # When its message comes, before the promise's lease has ended and after
    [failure] = town.write_singly().values()
    assert isinstance(failure, Unavailable)
    town.world.clock.now += LEASE
    assert town.write_singly() == {}
    # Then every note is there once
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert town.is_nothing_left()


def test_when_the_helpdesk_refuses_the_whole_each_goes_by_itself(town: Town) -> None:
    # Given a helpdesk that takes no such job
    case_ids = town.open_tickets(posts())
    town.world.tap.errors["helpdesk.bulk.write_comments"] = Rejected("not for this account")
    # When the notes are written
    assert town.write() == {}
    assert town.write_singly() == {}
    # Then each is there
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert town.is_nothing_left()


def test_a_spent_limit_leaves_the_notes_wanted_and_their_promises_free(town: Town) -> None:
    # Given a limit that is spent
    case_ids = town.open_tickets(posts())
    later = town.world.clock() + timedelta(minutes=1)
    town.world.tap.errors["helpdesk.bulk.write_comments"] = RateLimited("spent", later)
    # When the notes are written
    [failure] = town.write().values()
    # Then all come again, and can be begun at once
    assert isinstance(failure, RateLimited)
    town.world.tap.errors.clear()
    assert town.write() == {}
    town.end_job()
    assert town.notes() == dict.fromkeys(case_ids, 1)


def test_after_a_lost_answer_nobody_writes_while_the_helpdesk_may_be_at_it(town: Town) -> None:
    # Given a job whose begin nobody saw
    case_ids = town.open_tickets(posts())
    town.world.tap.errors_after["helpdesk.bulk.write_comments"] = UnknownOutcome("lost")
    assert town.write() == {}
    town.world.tap.errors_after.clear()
    [key] = town.keys()
    # When the bulk is looked at before the lease has ended, it waits
    with pytest.raises(Unavailable):
        follow_bulk(key, town.world.deliver_ports())
    # And afterwards each note is looked for, and none is written twice
    town.world.clock.now += LEASE
    follow_bulk(key, town.world.deliver_ports())
    assert town.write_singly() == {}
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert town.is_nothing_left()


def test_while_comments_are_being_written_no_note_is_repeated(town: Town) -> None:
    # Given a note that another worker began and did not end, and a job that changes tickets
    case_ids = town.open_tickets(posts())
    town.world.ledger.begin(f"note:{case_ids[0]}", town.world.clock(), LEASE)
    assert town.write() == {}
    town.end_job()
    town.world.clock.now += LEASE
    town.bulk.write_comments([])
    # When its message comes
    [failure] = town.write_singly().values()
    # Then it waits
    assert isinstance(failure, Unavailable)
    assert case_ids[0] not in town.notes()


def test_a_bulk_that_is_settled_twice_brings_no_note_twice(town: Town) -> None:
    # Given notes that are written, and a worker that settles their tickets' bulk once more
    case_ids = town.open_tickets(posts())
    [wanted] = town.world.bulks.bulks.values()
    town.write()
    town.end_job()
    town.world.bulks.want(wanted)
    # When all goes on
    town.write()
    town.world.clock.now += LEASE
    assert town.write_singly() == {}
    # Then each is there once
    assert town.notes() == dict.fromkeys(case_ids, 1)
    assert town.is_nothing_left()


def test_notes_leave_room_for_tickets(town: Town) -> None:
    # Given as many bulks under way as notes may add to
    town.open_tickets(posts())
    [key] = town.keys()
    for n in range(town.world.bulks.MOST_BESIDE_NOTES):
        town.world.bulks.prepare(BulkWork(f"bulk-{n}", (), town.world.clock()))
    # When notes come
    [failure] = town.do([{"bulk_id": key}]).values()
    # Then they wait
    assert isinstance(failure, RateLimited)
    assert town.world.bulks.get(key) is not None


def test_a_note_of_somebody_who_was_forgotten_is_wanted_no_more(town: Town) -> None:
    # Given an author who was forgotten before the note
    case_ids = town.open_tickets(posts())
    record = town.world.mentions.records[posts()[0].mention_id]
    town.world.mentions.records[record.mention_id] = replace(record, mention=None)
    # When the notes are written
    town.write()
    assert town.write_singly() == {}
    town.end_job()
    # Then the others are, and nothing is pending
    assert town.notes() == dict.fromkeys(case_ids[1:], 1)
    assert town.is_nothing_left()


def test_a_draft_that_changes_the_ticket_is_no_comment_alone() -> None:
    plain = CommentDraft("<p>Hello</p>", public=False, marker="m")
    assert plain.is_comment_alone
    assert not replace(plain, tags=("urgent",)).is_comment_alone
    assert not replace(plain, reopens=True).is_comment_alone
