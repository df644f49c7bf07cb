"""Storms become one incident: counted in the sweep, one problem ticket, tickets tied to it."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from factories import JUDGEMENT, NOW, judgement, mention
from fakes.helpdesk import StoredTicket
from fakes.storm import OUTAGE, deliver_pending, only_incident
from fakes.world import World
from gehoor.domain.incident import BROADCAST_GO, Incident
from gehoor.domain.judgement import Intent
from gehoor.domain.mention import Visibility
from gehoor.domain.spike import HOUR, LEARNING_FEWEST
from gehoor.errors import AuthExpired, GehoorError, NotAllowed, Rejected, Unavailable
from gehoor.usecases.storms import MOST, MOST_COMPARED

ENOUGH = 3 * LEARNING_FEWEST


class Storm:
    """A brand that is watched, and people who complain about one thing."""

    def __init__(self) -> None:
        self.world = World()
        self.watch()

    def say(self, count: int, text: str = OUTAGE, start: int = 0, by: str = "person") -> None:
        """Posts of as many people, heard now and brought to the helpdesk."""
        for n in range(start, start + count):
            post = mention(
                f"{by}-{n}",
                by=f"{by}{n}",
                text=f"{text} {n}",
                posted_at=self.world.clock() - timedelta(seconds=5),
            )
            self.world.clock.advance(milliseconds=1)
            self.world.mentions.put_new(post, JUDGEMENT, self.world.clock())

    def deliver(self) -> None:
        deliver_pending(self.world)

    def watch(self, minutes: int = 5) -> None:
        """Time passes, and the sweep comes."""
        self.world.clock.advance(minutes=minutes)
        self.world.sweep()

    @property
    def incident(self) -> Incident:
        return only_incident(self.world)

    @property
    def problem(self) -> StoredTicket:
        return self.world.helpdesk.tickets[self.incident.ticket_id]

    def tied(self) -> set[str]:
        """The tickets that are tied to the problem."""
        tickets = self.world.helpdesk.tickets.values()
        return {t.ticket_id for t in tickets if t.problem_id == self.incident.ticket_id}


@pytest.fixture
def storm() -> Storm:
    return Storm()


def test_many_who_say_one_thing_become_one_incident(storm: Storm) -> None:
    # Given people who complain about one thing, and one about another
    storm.say(ENOUGH)
    storm.say(1, "My invoice is wrong for the third month in a row", by="other")
    storm.deliver()
    # When the sweep comes
    storm.watch()
    # Then there is one incident, with a problem ticket that says what it is about
    assert storm.problem.draft.external_id == f"gehoor:incident:{storm.incident.incident_id}"
    assert "geen internet in utrecht" in storm.problem.draft.subject
    [first] = storm.problem.comments
    assert not first.public
    assert "geen internet in utrecht" in first.html
    assert f"{ENOUGH} different people" in first.html
    # And the tickets of those who say it are tied to it, the other one is not
    assert len(storm.tied()) == ENOUGH
    assert storm.world.metrics.counts["IncidentsOpened"] == 1


def test_the_problem_ticket_has_the_curve(storm: Storm) -> None:
    storm.say(ENOUGH)
    storm.watch()
    # Then the curve is a picture without script, with this hour's bar
    [file] = storm.problem.files
    assert (file.name, file.kind) == ("complaints.svg", "image/svg+xml")
    tags = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(file.content).iter()}
    assert tags <= {"svg", "title", "rect", "text", "polyline"}
    assert f": {ENOUGH}, normal" in file.content.decode()


@pytest.mark.parametrize("error", [Rejected("no files"), NotAllowed("no right to add files")])
def test_a_helpdesk_that_takes_no_curve_gets_the_ticket_all_the_same(
    error: GehoorError, storm: Storm
) -> None:
    storm.world.tap.errors["helpdesk.upload"] = error
    storm.say(ENOUGH)
    storm.watch()
    assert not storm.problem.files


def test_those_who_speak_for_the_company_are_told_once(storm: Storm) -> None:
    storm.say(ENOUGH)
    storm.watch()
    storm.watch()
    # Then they know what it is about and where, and nobody is quoted
    [notice] = storm.world.notices.calls
    assert notice.title == f"{ENOUGH} people in an hour complain about noordlicht"
    assert notice.title.isascii()
    assert notice.data["ticket_id"] == storm.incident.ticket_id
    assert notice.data["link"] == storm.world.helpdesk.link_to(storm.incident.ticket_id)
    assert "geen internet in utrecht" in notice.data["phrases"]
    assert "@" not in str(notice.data)


def test_a_way_to_tell_that_is_down_is_tried_again(storm: Storm) -> None:
    # Given a topic that is down
    storm.world.tap.errors["notices.send"] = Unavailable("down")
    storm.say(ENOUGH)
    storm.watch()
    assert storm.world.metrics.counts["StormsFailed"] == 1
    # When it is back
    storm.world.tap.errors.clear()
    storm.watch()
    # Then it is told, and there is still one ticket
    assert len(storm.world.notices.told) == 1
    assert storm.incident.is_told


def test_few_are_no_storm(storm: Storm) -> None:
    storm.say(LEARNING_FEWEST - 1)
    storm.watch()
    assert not storm.world.incidents.incidents


def test_one_loud_author_is_no_storm(storm: Storm) -> None:
    # Given one author who says it again and again
    for n in range(40):
        post = mention(str(n), by="loud", text=f"{OUTAGE} {n}", posted_at=storm.world.clock())
        storm.world.mentions.put_new(post, JUDGEMENT, storm.world.clock())
    # When the sweep comes, then it is one person
    storm.watch()
    assert not storm.world.incidents.incidents
    [watch] = storm.world.watches.watches.values()
    assert sum(watch.stream.counts) == 1


def test_praise_and_old_news_are_counted_nowhere(storm: Storm) -> None:
    now = storm.world.clock()
    for n in range(ENOUGH):
        praise = mention(f"p{n}", by=f"p{n}", text=f"{OUTAGE} {n}", posted_at=now)
        old = mention(f"o{n}", by=f"o{n}", text=f"{OUTAGE} {n}", posted_at=now - 3 * HOUR)
        storm.world.mentions.put_new(praise, judgement(intent=Intent.PRAISE), now)
        storm.world.mentions.put_new(old, JUDGEMENT, now)
    storm.watch()
    assert not storm.world.incidents.incidents
    assert not storm.world.watches.watches


def test_later_posts_join_the_open_incident(storm: Storm) -> None:
    # Given an incident
    storm.say(ENOUGH)
    storm.deliver()
    storm.watch()
    # When more people say it, even many
    storm.say(ENOUGH, start=ENOUGH)
    storm.deliver()
    storm.watch()
    # Then they join it
    assert len(storm.tied()) == 2 * ENOUGH
    assert len(storm.world.incidents.incidents) == 1


def test_tickets_that_are_still_to_come_are_tied_later(storm: Storm) -> None:
    # Given a storm that is heard before it is delivered
    storm.say(ENOUGH)
    storm.watch()
    assert not storm.tied()
    # When the tickets are there
    storm.deliver()
    storm.watch()
    # Then they are tied
    assert len(storm.tied()) == ENOUGH
    # And nothing is left to do
    calls = storm.world.tap.names.count("helpdesk.problems.link")
    storm.watch()
    assert storm.world.tap.names.count("helpdesk.problems.link") == calls


def test_a_second_thing_is_a_second_incident(storm: Storm) -> None:
    storm.say(ENOUGH)
    storm.watch()
    storm.say(ENOUGH, "De app logt mij steeds weer uit, al drie dagen lang!", by="app")
    storm.watch()
    assert len(storm.world.incidents.incidents) == 2


def test_an_incident_ends_with_its_ticket(storm: Storm) -> None:
    # Given an incident whose problem ticket an agent solved
    storm.say(ENOUGH)
    storm.deliver()
    storm.watch()
    storm.world.helpdesk.set_status(storm.incident.ticket_id, "solved")
    storm.watch()
    assert not storm.incident.is_open
    # When one more person says it
    storm.say(1, start=ENOUGH)
    storm.deliver()
    storm.watch()
    # Then their ticket stands alone
    assert len(storm.tied()) == ENOUGH
    assert len(storm.world.incidents.incidents) == 1


def test_a_deleted_problem_ticket_ends_the_incident(storm: Storm) -> None:
    storm.say(ENOUGH)
    storm.watch()
    storm.world.helpdesk.delete_ticket(storm.incident.ticket_id)
    storm.watch()
    assert not storm.incident.is_open


def test_a_spike_about_many_things_ties_nobody(storm: Storm) -> None:
    # Given a brand that was quiet for three days
    storm.say(1, "Where is my order, please answer me already")
    storm.watch()
    storm.watch(minutes=3 * 24 * 60)
    # When many complain, each about something else
    things = ("parcel", "router", "invoice", "engineer", "password", "contract", "refund")
    verbs = ("exploded", "vanished", "doubled", "cancelled", "leaked", "froze", "burned")
    for n, thing in enumerate(things):
        for m, verb in enumerate(verbs):
            storm.say(1, f"{thing} {verb} {thing[::-1]} {verb[::-1]} {m * 7 + n}", by=f"{n}-{m}")
    storm.deliver()
    storm.watch()
    # Then there is a problem ticket that says so
    assert not storm.incident.seeds
    assert "different things" in storm.problem.comments[0].html
    assert not storm.tied()


def test_a_private_complaint_counts_and_is_quoted_nowhere(storm: Storm) -> None:
    for n in range(ENOUGH):
        post = mention(
            str(n),
            by=f"p{n}",
            text=f"{OUTAGE} {n}",
            posted_at=storm.world.clock(),
            visibility=Visibility.DIRECT,
        )
        storm.world.mentions.put_new(post, JUDGEMENT, storm.world.clock())
    storm.watch()
    assert "wat is er aan de hand? 3" not in storm.problem.comments[0].html
    assert "Said in public" not in storm.problem.comments[0].html


def test_a_flood_is_counted_in_several_runs(storm: Storm) -> None:
    # Given more mentions than one run counts
    storm.say(MOST + 20)
    # When two sweeps come, then all were counted
    storm.watch()
    storm.watch()
    [watch] = storm.world.watches.watches.values()
    assert sum(watch.stream.counts) == MOST + 20


def test_a_flood_without_a_complaint_hides_none_that_comes_after_it(storm: Storm) -> None:
    # Given more praise than one run counts, and a storm after it
    for n in range(MOST + 20):
        post = mention(f"praise-{n}", by=f"fan{n}", text=f"Well done {n}")
        storm.world.clock.advance(milliseconds=1)
        said = judgement(intent=Intent.PRAISE)
        storm.world.mentions.put_new(post, said, storm.world.clock())
    storm.say(ENOUGH)
    # When two sweeps come, then it is told
    storm.watch()
    storm.watch()
    assert storm.incident.ticket_id


def test_complaints_are_compared_with_earlier_ones_however_much_praise_came_between(
    storm: Storm,
) -> None:
    # Given too few who complain, and then more praise than complaints are compared
    storm.say(LEARNING_FEWEST - 1)
    storm.watch()
    for n in range(MOST_COMPARED + 20):
        post = mention(f"praise-{n}", by=f"fan{n}", text=f"Well done {n}")
        storm.world.clock.advance(milliseconds=1)
        said = judgement(intent=Intent.PRAISE)
        storm.world.mentions.put_new(post, said, storm.world.clock())
    # When as few say it again
    storm.say(LEARNING_FEWEST - 1, start=LEARNING_FEWEST)
    storm.watch()
    storm.watch()
    # Then together they are a storm
    assert storm.incident.count == 2 * (LEARNING_FEWEST - 1)


def test_a_helpdesk_without_problems_tells_the_contact_alone(storm: Storm) -> None:
    storm.world.helpdesk.problems = None
    storm.say(ENOUGH)
    storm.watch()
    [notice] = storm.world.notices.told
    assert "link" not in notice.data
    assert not storm.incident.ticket_id


def test_a_helpdesk_that_is_down_gets_its_ticket_when_it_is_back(storm: Storm) -> None:
    # Given a helpdesk that is down when the storm comes
    storm.world.tap.errors["helpdesk.problems.open_problem"] = Unavailable("down")
    storm.say(ENOUGH)
    storm.watch()
    assert not storm.incident.ticket_id
    # When it is back
    storm.world.tap.errors.clear()
    storm.watch()
    # Then the ticket is there, once
    assert len(storm.world.helpdesk.tickets) == 1
    assert storm.incident.ticket_id in storm.world.helpdesk.tickets


def test_a_quiet_time_costs_no_write_but_the_lease(storm: Storm) -> None:
    # Given nothing new
    before = len(storm.world.tap.names)
    storm.watch()
    # Then nothing is stored
    names = storm.world.tap.names[before:]
    assert not [name for name in names if name.startswith(("watches.", "incidents.put"))]


def test_words_that_were_taken_back_find_nobody(storm: Storm) -> None:
    # Given an incident whose posts were all deleted
    storm.say(ENOUGH)
    storm.watch()
    for name, record in list(storm.world.mentions.records.items()):
        assert record.mention
        bare = record.mention.without_words()
        storm.world.mentions.note_gone(name, bare, JUDGEMENT.without_words(), NOW)
    # When somebody says it again
    storm.say(1, start=ENOUGH)
    storm.watch()
    # Then nothing tells that they belong to it
    parts = storm.world.incidents.joined(storm.incident.incident_id)
    assert sum(len(part.mention_ids) for part in parts) == ENOUGH


def different_things(storm: Storm, count: int = 49) -> None:
    """As many people complain, each about something else."""
    things = ("parcel", "router", "invoice", "engineer", "password", "contract", "refund")
    verbs = ("exploded", "vanished", "doubled", "cancelled", "leaked", "froze", "burned")
    said = [f"{thing} {verb} {thing[::-1]} {verb[::-1]}" for thing in things for verb in verbs]
    for n, words in enumerate(said[:count]):
        storm.say(1, f"{words} {n}", by=f"many-{n}")


def to_the_last_minute_of_an_hour(storm: Storm) -> None:
    storm.world.clock.advance(minutes=59 - storm.world.clock().minute)


def quiet_days(storm: Storm) -> None:
    storm.say(1, "Where is my order, please answer me already")
    storm.watch()
    storm.watch(minutes=3 * 24 * 60)


def test_a_spike_at_the_end_of_an_hour_is_told_by_a_sweep_in_the_next(storm: Storm) -> None:
    # Given a brand that was quiet, and many who complain in the last minute of an hour
    quiet_days(storm)
    to_the_last_minute_of_an_hour(storm)
    different_things(storm)
    # When the sweep comes after that hour, then it is told all the same
    storm.watch()
    assert not storm.incident.seeds


def test_one_post_about_an_old_incident_hides_no_spike(storm: Storm) -> None:
    # Given an incident that is still open
    quiet_days(storm)
    storm.say(ENOUGH)
    storm.watch()
    storm.watch(minutes=24 * 60)
    # When many complain about other things, and one about that
    different_things(storm)
    storm.say(1, start=ENOUGH)
    storm.watch()
    # Then those others are a storm of their own
    assert len(storm.world.incidents.incidents) == 2


def test_a_spike_that_an_open_incident_explains_is_no_second_one(storm: Storm) -> None:
    # Given an incident that is still open
    quiet_days(storm)
    storm.say(ENOUGH)
    storm.watch()
    storm.watch(minutes=24 * 60)
    # When many say it again, and a few say other things
    storm.say(4 * ENOUGH, start=ENOUGH)
    different_things(storm, ENOUGH)
    storm.watch()
    # Then it is still the same one
    assert len(storm.world.incidents.incidents) == 1


def test_a_forgotten_ticket_about_different_things_silences_no_later_storm(storm: Storm) -> None:
    # Given a storm about different things whose ticket nobody closes
    quiet_days(storm)
    different_things(storm)
    storm.watch()
    # When another one comes days later
    storm.watch(minutes=3 * 24 * 60)
    for n in range(49):
        words = f"{n * 7919} {n * 104729} {n * 1299709} {n * 15485863} broken"
        storm.say(1, words, by=f"later-{n}")
    storm.watch()
    # Then it is told too
    assert len(storm.world.notices.told) == 2


@pytest.mark.parametrize("call", ["problems.open_problem", "upload"])
def test_a_helpdesk_that_is_down_does_not_keep_a_storm_secret(call: str, storm: Storm) -> None:
    # Given a helpdesk that is down while the storm lasts
    storm.world.tap.errors[f"helpdesk.{call}"] = AuthExpired("the token is dead")
    storm.say(ENOUGH)
    # When sweeps come
    storm.watch()
    storm.watch()
    storm.watch()
    # Then those who speak for the company know, once, though there is no ticket to look at
    [notice] = storm.world.notices.calls
    assert "link" not in notice.data
    # And the ticket comes when the helpdesk is back
    storm.world.tap.errors.clear()
    storm.watch()
    assert storm.incident.ticket_id
    assert len(storm.world.notices.calls) == 1


def test_those_who_cannot_be_told_keep_no_ticket_from_being_tied(storm: Storm) -> None:
    storm.world.tap.errors["notices.send"] = Unavailable("down")
    storm.say(ENOUGH)
    storm.deliver()
    storm.watch()
    assert len(storm.tied()) == ENOUGH


def test_many_incidents_at_once_are_all_followed(storm: Storm) -> None:
    # Given thirty incidents of many brands, opened in one hour
    for n in range(30):
        incident = Incident(f"20261125T10-{n:08x}", f"brand{n}", storm.world.clock(), 12, 1.0)
        storm.world.incidents.put(incident)
    # When a sweep comes
    storm.watch()
    # Then each has its problem ticket and was told
    assert len(storm.world.helpdesk.tickets) == 30
    assert len(storm.world.notices.told) == 30


def test_tickets_that_cannot_be_tied_hold_up_no_broadcast(storm: Storm) -> None:
    # Given a previewed broadcast with its word to go, and a helpdesk that ties no tickets
    storm.say(ENOUGH)
    storm.deliver()
    storm.watch()
    storm.world.incidents.put(storm.incident.proposed("7", "we know", storm.world.clock()))
    storm.problem.tags.add(BROADCAST_GO)
    storm.say(1, start=ENOUGH)
    storm.deliver()
    storm.world.tap.errors["helpdesk.problems.link"] = Rejected("no such problem")
    # When the sweep comes, then the broadcast is asked to begin
    storm.watch()
    assert storm.world.queues.events[-1]["comment_id"] == "7"


def test_a_word_without_end_makes_no_ticket_that_a_helpdesk_refuses(storm: Storm) -> None:
    # Given many who shout one word
    storm.say(ENOUGH, f"Help, {'a' * 3_000}rgh, nothing works here today at all")
    # When the sweep comes, then the ticket's subject is one that a helpdesk takes
    storm.watch()
    assert len(storm.problem.draft.subject) < 200
