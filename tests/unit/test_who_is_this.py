"""Who this is and who answers, placed in the flow: from the post to the ticket and its note."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from factories import BRAND, NOW, author, judge, judgement, mention
from fakes.helpdesk import StoredTicket
from fakes.world import World
from gehoor.domain.alert import AlertKind
from gehoor.domain.compose import LAST_RESORT
from gehoor.domain.faces import FALSE_FACE, Company
from gehoor.domain.judgement import Intent
from gehoor.domain.mention import Mention
from gehoor.domain.priority import Priority
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.domain.record import MentionState
from gehoor.domain.routing import GroupRule, Routing
from gehoor.domain.rules import Rules
from gehoor.errors import Rejected, Unavailable
from gehoor.usecases.intake import take_in

COMPANY = Company(
    accounts=frozenset({("town", "noordlicht@town.example"), ("town", "zuidlicht@town.example")}),
    staff=frozenset({("town", "eva@town.example")}),
    names=("Noordlicht",),
)
ROUTING = Routing((GroupRule("Webcare"),), risk_group="Crisis")
FALSE = author(
    "false", handle="@noordlicht_support@town.example", display_name="Noordlicht Support"
)


@pytest.fixture
def world() -> World:
    world = World()
    world.rules = Rules(COMPANY, ROUTING)
    world.helpdesk.groups = {"Webcare", "Crisis"}
    return world


def heard(
    world: World, *posts: Mention, reach: dict[str, Reach] | None = None, **judged: Any
) -> int:
    """Posts as a poll brings them, judged so."""
    ports = world.intake_ports()
    if judged:
        ports = replace(ports, triage=lambda *_: judgement(**judged))
    return take_in(posts, BRAND, ports, reach or {})


def settle(world: World) -> None:
    for message in [*world.queues.urgent, *world.queues.deliveries]:
        world.deliver(message)
    world.queues.urgent.clear()
    world.queues.deliveries.clear()


def newest(world: World) -> StoredTicket:
    return list(world.helpdesk.tickets.values())[-1]


def note_of(ticket: StoredTicket) -> str:
    return next(c.html for c in ticket.comments if c.marker.startswith("history:"))


def past(world: World, status: str, channel: str = "e-mail", agent: str = "") -> StoredTicket:
    """An earlier ticket of Anna's, who wrote here once before."""
    heard(world, mention("0", posted_at=NOW - timedelta(days=3)))
    settle(world)
    ticket = newest(world)
    ticket.channel, ticket.status, ticket.updated_at = channel, status, NOW - timedelta(days=2)
    if agent:
        world.helpdesk.give(ticket.ticket_id, agent)
    return ticket


def test_an_open_ticket_elsewhere_raises_the_new_one_by_a_step_and_is_its_first_line(
    world: World,
) -> None:
    # Given a customer who waits for an answer by e-mail
    waiting = past(world, "open")
    # When they complain in public
    heard(world, mention("1"))
    settle(world)
    # Then the ticket goes one step up with its note, which begins with the other one
    ticket = newest(world)
    assert (ticket.draft.priority, ticket.priority) == (Priority.NORMAL, Priority.HIGH)
    assert LAST_RESORT in ticket.tags
    lines = note_of(ticket).split("<br>")
    asked = next(n for n, line in enumerate(lines) if "Asked elsewhere first" in line)
    assert f"#{waiting.ticket_id}, still open" in lines[asked + 1]


def test_words_and_history_together_raise_it_once(world: World) -> None:
    # Given a customer who waits elsewhere, and says so
    past(world, "open")
    heard(world, mention("1", text="It broke. I called three times"))
    settle(world)
    # Then the ticket was opened a step up, and its note adds none
    ticket = newest(world)
    assert (ticket.draft.priority, ticket.priority) == (Priority.HIGH, Priority.HIGH)
    # And what they add in the same words adds none either
    heard(world, mention("2", in_reply_to="1", text="I called three times", posted_at=NOW))
    settle(world)
    assert newest(world).priority is Priority.HIGH


def test_a_burst_of_one_author_raises_one_ticket_once(world: World) -> None:
    # Given an author who says the same ten times within a minute, joined in one case
    world.join_within = timedelta(hours=24)
    posts = [
        mention(
            str(number),
            text="Niemand reageert op mijn mail",
            posted_at=NOW - timedelta(seconds=60 - number),
        )
        for number in range(10)
    ]
    heard(world, *posts)
    settle(world)
    # Then there is one ticket, one step up
    [ticket] = world.helpdesk.tickets.values()
    assert ticket.priority is Priority.HIGH
    assert len([c for c in ticket.comments if c.public]) == len(posts)


def test_the_note_gives_the_ticket_to_the_agent_who_knows_the_customer(world: World) -> None:
    # Given a customer whose last ticket an agent had
    past(world, "solved", channel="", agent=world.agent)
    # When they write again
    heard(world, mention("1"))
    settle(world)
    # Then it is the agent's, and the note says why; it is opened in the group all the same
    ticket = newest(world)
    assert ticket.agent is not None
    assert ticket.agent.agent_id == world.agent
    assert ticket.draft.group == "Webcare"
    assert "the agent who had their last ticket" in note_of(ticket)
    assert "Was answered here before" in note_of(ticket)


def test_an_agent_who_is_away_leaves_it_to_the_group(world: World) -> None:
    past(world, "solved", channel="", agent=world.agent)
    world.helpdesk.away = {world.agent}
    heard(world, mention("1"))
    settle(world)
    assert newest(world).agent is None
    assert newest(world).group == "Webcare"


def test_a_group_that_is_gone_loses_no_ticket_and_is_told(world: World) -> None:
    # Given a group that the helpdesk does not have
    world.helpdesk.groups = set()
    # When a mention comes
    heard(world, mention("1"))
    settle(world)
    # Then it has its ticket, and agents and operators read why it is in no group
    [ticket] = world.helpdesk.tickets.values()
    assert "Opened without its group: the helpdesk has no group Webcare" in note_of(ticket)
    assert world.metrics.counts["TicketsNotRouted"] == 1


@pytest.mark.parametrize(
    "handle", ["@noordlicht@town.example", "@Zuidlicht@town.example", "@eva@town.example"]
)
def test_the_company_all_its_brands_and_its_staff_never_become_tickets(
    world: World, handle: str
) -> None:
    assert heard(world, mention(author=author(handle=handle))) == 0
    assert world.mentions.records == {}
    assert world.alerts.records == {}


def test_a_false_face_has_a_ticket_that_says_so_and_is_reported_once(world: World) -> None:
    # Given somebody who looks like the company, with three posts
    posts = [mention(str(number), author=FALSE) for number in range(3)]
    # When they are heard
    heard(world, *posts)
    settle(world)
    # Then a person judges them: each has a ticket with the evidence
    assert len(world.helpdesk.tickets) == len(posts)
    for ticket in world.helpdesk.tickets.values():
        assert FALSE_FACE in ticket.tags
        assert "Looks like us and is not" in note_of(ticket)
    # And those who speak for the company are told once
    [record] = world.alerts.records.values()
    assert record.alert.subject is AlertKind.FALSE_FACE
    assert record.told_at is not None
    assert world.metrics.counts["FalseFacesSeen"] == 1
    assert [told.subject for told in world.notices.told] == [AlertKind.FALSE_FACE]


def test_somebody_with_part_of_the_name_is_a_customer_like_others(world: World) -> None:
    fan = author("fan", handle="@noordlichtfan@town.example", display_name="Noordlichtfan")
    heard(world, mention(author=fan))
    settle(world)
    [ticket] = world.helpdesk.tickets.values()
    assert FALSE_FACE not in ticket.tags
    assert world.alerts.records == {}


def test_a_post_that_goes_far_is_told_once_and_served_like_any_other(world: World) -> None:
    # Given a post of somebody whom many follow, which two polls bring
    world.thresholds = ReachThresholds(followers=50_000, views=1_000)
    post = mention()
    reach = {post.native_id: Reach(followers=120_000, views=900)}
    heard(world, post, reach=reach)
    heard(world, post, reach=reach)
    settle(world)
    # Then the communications contact is told once, with counts, ids and a link, and no word of it
    [told] = world.notices.told
    assert told.data == {
        "mention_id": post.mention_id,
        "brand": post.brand,
        "network": post.network,
        "evidence": "followers 120,000",
        "link": post.permalink,
    }
    assert told.title.isascii()
    # And its ticket is what it is for everybody
    [ticket] = world.helpdesk.tickets.values()
    assert ticket.priority is Priority.NORMAL
    assert "120" not in str(ticket.draft) + note_of(ticket)


@pytest.mark.parametrize("reach", [Reach(), Reach(followers=49_999), None])
def test_a_network_without_counts_and_a_post_of_few_give_no_signal(
    world: World, reach: Reach | None
) -> None:
    world.thresholds = ReachThresholds(followers=50_000)
    heard(world, mention(), reach={mention().native_id: reach} if reach else {})
    assert world.alerts.records == {}


def test_a_post_that_goes_far_and_fast_is_told_of_for_each(world: World) -> None:
    # Given a post from an hour ago that many repeat
    world.thresholds = ReachThresholds(reposts=500, reposts_an_hour=100)
    post = mention(posted_at=NOW - timedelta(hours=1))
    # When two polls bring it
    for reposts in (600, 700):
        heard(world, post, reach={post.native_id: Reach(reposts=reposts)})
    settle(world)
    # Then either is told once
    told = {notice.subject: notice.data["evidence"] for notice in world.notices.told}
    assert told == {
        AlertKind.REPUTATION: "reposts 600",
        AlertKind.SPREADING: "reposts 600 (600 an hour)",
    }
    assert len(world.notices.told) == 2
    assert world.metrics.counts["ReputationSignals"] == 2


def test_an_alert_that_cannot_be_stored_now_comes_again_with_its_post(world: World) -> None:
    # Given a store of alerts that is down
    world.tap.errors["alerts.put_new"] = Unavailable("down")
    # When somebody false is heard
    with pytest.raises(Unavailable):
        heard(world, mention(author=FALSE))
    # Then the mention is on its way all the same
    assert len(world.queues.deliveries) == 1
    # And the next look at the post, which its source owes, tells of them
    world.tap.errors.clear()
    assert heard(world, mention(author=FALSE)) == 0
    assert len(world.alerts.records) == 1


def test_an_alert_that_no_store_can_hold_stands_in_nobodys_way(world: World) -> None:
    world.tap.errors["alerts.put_new"] = Rejected("too large")
    assert heard(world, mention(author=FALSE)) == 1
    assert world.metrics.counts["AlertsFailed"] == 1


def test_an_alert_whose_message_was_lost_is_told_by_the_sweep(world: World) -> None:
    # Given an alert whose message never came
    heard(world, mention(author=FALSE))
    world.queues.deliveries.clear()
    # When the sweep looks after what waits
    world.clock.advance(minutes=6)
    world.sweep()
    settle(world)
    # Then it is told, once
    assert len(world.notices.told) == 1


@pytest.mark.parametrize("intent", [Intent.NEWS, Intent.COMPETITOR])
def test_news_and_competitors_are_kept_to_learn_from(world: World, intent: Intent) -> None:
    # Given a post that speaks to nobody
    assert heard(world, mention(), intent=intent) == 0
    # Then it is stored, and no agent is asked
    [record] = world.mentions.records.values()
    assert (record.state, record.mention) == (MentionState.INSIGHT, mention())
    assert world.queues.deliveries == []
    assert world.metrics.counts == {"InsightsKept": 1}
    # And a second look brings nothing
    assert heard(world, mention(), intent=intent) == 0
    assert world.metrics.counts == {"InsightsKept": 1}


def test_an_edit_makes_a_ticket_of_what_was_kept_to_learn_from(world: World) -> None:
    # Given what was kept to learn from
    heard(world, mention(), intent=Intent.NEWS)
    # When its author makes a complaint of it
    edited = mention(text="And mine is lost", edited_at=NOW)
    assert heard(world, edited) == 1
    settle(world)
    # Then it has a ticket
    assert len(world.helpdesk.tickets) == 1


def test_an_edit_keeps_what_still_speaks_to_nobody_with_its_new_words(world: World) -> None:
    heard(world, mention(), intent=Intent.NEWS)
    edited = mention(text="Other news", edited_at=NOW)
    assert heard(world, edited, intent=Intent.NEWS) == 0
    [record] = world.mentions.records.values()
    assert (record.state, record.mention) == (MentionState.INSIGHT, edited)


def test_an_edit_takes_nothing_back_from_agents(world: World) -> None:
    # Given a complaint that is in a ticket
    heard(world, mention())
    settle(world)
    # When its author makes news of it
    edited = mention(text="Other news", edited_at=NOW)
    assert heard(world, edited, intent=Intent.NEWS) == 1
    settle(world)
    # Then agents read the edit
    assert any("Other news" in comment.html for comment in newest(world).comments)


def test_triage_is_the_judge_of_all_of_this(world: World) -> None:
    assert heard(world, mention()) == 1
    [record] = world.mentions.records.values()
    assert record.judgement == judge(mention(), BRAND)
