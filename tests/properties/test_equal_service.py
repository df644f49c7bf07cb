"""Nobody is served sooner, or by others, for being famous.

Every network's adapter reads the same posts twice: as they are, and with all that a network tells
of reach multiplied by anything; and so it looks at them again later. What is made of them must be
the same to the last bit: priority, order, clock, routing. The reach itself must have arrived, else
the test would show nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluesky_connection import connected as connected_bluesky
from factories import BRAND, JUDGEMENT
from fakes.clock import FakeClock, FakeMetrics
from fakes.queues import FakeQueues
from fakes.stores import FakeAlerts, FakeForgotten, FakeMentions
from fakes.wiring import network_wiring
from fakes.world import World
from feed_server import connected as connected_feed
from fuzz.networks import answering
from gehoor.domain.compose import ticket_draft
from gehoor.domain.desk import Desk
from gehoor.domain.faces import Company
from gehoor.domain.history_note import Background, history_note
from gehoor.domain.listing import Ask, Floor
from gehoor.domain.mention import Mention
from gehoor.domain.reach import ReachThresholds
from gehoor.domain.routing import GroupRule, Routing
from gehoor.domain.rules import Rules
from gehoor.domain.ticket import Agent, Customer, History, PastTicket
from gehoor.domain.triage import judge
from gehoor.http import Http
from gehoor.networks import adapter, names
from gehoor.usecases.alerting import WatchPorts
from gehoor.usecases.intake import IntakePorts, take_in
from gehoor.usecases.recheck import recheck_posts
from loopback import Answer, Asked
from scripted_bluesky import ScriptedBluesky
from scripted_mastodon import TOKEN, ScriptedMastodon
from scripted_x import SECRET as X_SECRET
from scripted_x import ScriptedX, http_at
from scripted_x import connected as connected_x
from scripted_youtube import API, CONSENT, OWN, TOKEN_PATH, ScriptedYouTube

if TYPE_CHECKING:
    from collections.abc import Callable

    from gehoor.domain.listing import Entry
    from gehoor.domain.reach import Reach
    from gehoor.ports.network import Network

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "https://social.example"
LANGUAGE = "en"
ROUTING = Routing(
    (GroupRule("Praise", intent="praise"), GroupRule("Lost", topic="delivery"), GroupRule("All")),
    risk_group="Crisis",
)
RULES = Rules(Company(frozenset({("x", "noordlicht")}), frozenset(), ("Noordlicht",)), ROUTING)
ONE_EACH = dict.fromkeys(("followers", "views", "likes", "reposts", "replies"), 1)
SEEN = ReachThresholds(**ONE_EACH, reposts_an_hour=1, replies_an_hour=1)

REACH_WORDS = (
    *("follower", "view", "like", "favourite", "reblog", "repost", "retweet", "quote"),
    *("reply_count", "replycount", "replies_count", "impression", "verif"),
)
TEXTS = (
    "My parcel is lost and nobody answers my emails",
    "You are great, thanks",
    "The box caught fire, my hand is burnt",
    "How do I change my address?",
    "Noordlicht opens ten shops, writes the paper",
    "I called three times. Where is my refund?",
    "Which phone should I buy from you?",
)


@dataclass(frozen=True)
class Fame:
    """What a network may say of somebody's reach."""

    count: int
    is_verified: bool

    def spread(self, value: Any) -> Any:
        """The answer of a network in which everything about reach is as this says."""
        if isinstance(value, list):
            return [self.spread(one) for one in value]
        if not isinstance(value, dict):
            return value
        kept = {name: self._changed(name, self.spread(one)) for name, one in value.items()}
        return {**kept, **self._added(value)}

    def _changed(self, name: str, value: Any) -> Any:
        if not any(word in name.lower() for word in REACH_WORDS):
            return value
        if isinstance(value, bool):
            return self.is_verified
        return self.count if isinstance(value, int) else value

    def _added(self, value: dict[str, Any]) -> dict[str, Any]:
        """What each network's documentation tells of reach, also where an answer left it out."""
        count, found = self.count, dict[str, Any]()
        if "acct" in value:
            found |= {"followers_count": count, "following_count": count, "statuses_count": count}
        if "account" in value and "content" in value:
            found |= {"favourites_count": count, "reblogs_count": count, "replies_count": count}
        if "record" in value and "author" in value:
            found |= dict.fromkeys(("likeCount", "repostCount", "quoteCount", "replyCount"), count)
        if "did" in value and "handle" in value:
            status = "valid" if self.is_verified else "none"
            found |= {"followersCount": count, "verification": {"verifiedStatus": status}}
        if "author_id" in value and "text" in value:
            posted = ("like_count", "retweet_count", "reply_count", "quote_count")
            found["public_metrics"] = dict.fromkeys((*posted, "impression_count"), count)
        if "username" in value:
            found |= {"verified": self.is_verified, "verified_type": "blue"}
            found["public_metrics"] = {"followers_count": count, "listed_count": count}
        if "textDisplay" in value:
            found |= {"likeCount": count}
        if value.get("kind") == "youtube#video":
            found["statistics"] = {"viewCount": str(count), "likeCount": str(count)}
        if "date_published" in value:
            found |= {"_likes": count, "view_count": count}
        return found


@dataclass(frozen=True)
class Read:
    """A network's adapter and the server behind it; `shows_reach` says that its lists tell some."""

    connect: Callable[[], Network]
    answer: Callable[[Asked], Answer]
    shows_reach: bool = True


def mastodon(texts: list[str]) -> Read:
    server = ScriptedMastodon(url=BASE)
    for number, text in enumerate(texts):
        server.mention(text, NOW - timedelta(minutes=number), f"anna{number}")
    known = {"id": "s", "network": "mastodon", "brand": "b", "secret": "/gehoor/m"}
    module = adapter("mastodon")
    own = module.Settings.model_validate({**known, "base_url": BASE})
    return Read(
        lambda: module.connect(own, network_wiring(Http(lambda: NOW), TOKEN)), server.answer
    )


def bluesky(texts: list[str]) -> Read:
    server = ScriptedBluesky(url=BASE)
    for number, text in enumerate(texts):
        server.post(text, NOW - timedelta(minutes=number), f"anna{number}")
    return Read(lambda: connected_bluesky(server, query="e"), server.answer)


def x(texts: list[str]) -> Read:
    server = ScriptedX(url=BASE)
    for number, text in enumerate(texts):
        server.mention(text, NOW - timedelta(minutes=number), f"anna{number}")
    wiring = network_wiring(http_at(NOW), X_SECRET, sessions=server.sessions)
    return Read(lambda: connected_x(server, wiring), server.answer)


def youtube(texts: list[str]) -> Read:
    server = ScriptedYouTube(url=BASE)
    for number, text in enumerate(texts):
        server.comment(text, NOW - timedelta(minutes=number), f"anna{number}")
    urls = {"base_url": f"{BASE}{API}", "token_url": f"{BASE}{TOKEN_PATH}"}
    known = {"id": "s", "network": "youtube", "brand": "b", "channel": OWN, "every": "1h"}
    module = adapter("youtube")
    own = module.Settings.model_validate({**known, "secret": "/gehoor/y", **urls})
    consent = json.dumps(CONSENT)
    return Read(
        lambda: module.connect(own, network_wiring(Http(lambda: NOW), consent)), server.answer
    )


def feed(texts: list[str]) -> Read:
    items = [
        {"id": str(number), "content_text": text, "date_published": "2026-03-01T11:00:00Z"}
        for number, text in enumerate(texts)
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}
    page = Answer(json.dumps(document).encode(), 200, {"Content-Type": "application/feed+json"})
    return Read(lambda: connected_feed(Http(lambda: NOW)), lambda _: page, shows_reach=False)


NETWORKS = {"bluesky": bluesky, "feed": feed, "mastodon": mastodon, "x": x, "youtube": youtube}


def answers(read: Read, fame: Fame | None) -> Callable[[Asked], Answer]:
    """What the network answers about somebody of that fame."""

    def answer(asked: Asked) -> Answer:
        found = read.answer(asked)
        if fame is None or found.body[:1] not in (b"{", b"["):
            return found
        body = json.dumps(fame.spread(json.loads(found.body))).encode()
        return Answer(body, found.status, found.headers)

    return answer


def entries(read: Read, fame: Fame | None) -> list[Entry]:
    """What the first list of the network brings, of somebody of that fame."""
    with answering(answers(read, fame)):
        network = read.connect()
        listing = network.read(Ask(network.lists()[0], Floor(NOW - timedelta(days=1))), NOW)
    return [entry for entry in listing.entries if isinstance(entry.content, Mention)]


def served(found: list[Entry]) -> list[object]:
    """All that is made of posts: what is stored, queued, drafted, noted, and until when."""
    queues, mentions, clock = FakeQueues(), FakeMentions(), FakeClock(NOW)
    said = [entry.content for entry in found if isinstance(entry.content, Mention)]
    reach: dict[str, Reach] = {
        one.native_id: entry.reach for one, entry in zip(said, found, strict=True) if entry.reach
    }
    alerts = FakeAlerts()
    watching = WatchPorts(RULES.company, SEEN, alerts)
    ports = IntakePorts(
        mentions,
        FakeForgotten(),
        queues,
        lambda mention, _brand: judge(mention.text, LANGUAGE),
        clock,
        FakeMetrics(),
        watching,
    )
    take_in(said, BRAND, ports, reach)
    deliveries = [one for one in queues.deliveries if "mention_id" in one]
    return [queues.urgent, deliveries, *map(_as_served, mentions.records.values())]


def looked_at(read: Read, fame: Fame | None, posts: list[Mention]) -> World:
    """What a later look makes of posts whose words are to be read again, at somebody's fame."""
    world = World()
    world.clock.now, world.thresholds = NOW, SEEN
    world.refresh_within = dict.fromkeys(NETWORKS, timedelta(days=30))
    for post in posts:
        world.mentions.put_new(post, JUDGEMENT, NOW)
    world.clock.advance(hours=1)
    ports, names = world.recheck_ports(), [post.mention_id for post in posts]
    with answering(answers(read, fame)):
        network = read.connect()
        asking = replace(ports, deliver=replace(ports.deliver, networks=lambda _source: network))
        assert recheck_posts(names, asking, world.clock() + timedelta(minutes=1)) == {}
    return world


def left_by(world: World) -> list[object]:
    """All that is stored, queued or in the helpdesk, but for the signals."""
    deliveries = [one for one in world.queues.deliveries if "alert_id" not in one]
    return [world.mentions.records, world.queues.urgent, deliveries, world.helpdesk.tickets]


def _as_served(record: Any) -> object:
    mention, judgement = record.mention, record.judgement
    agent = Agent("9", "4")
    past = PastTicket("3", "Old", "solved", NOW, NOW, channel="e-mail", agent=agent)
    known = Background(Customer("7"), History((past,)), (), None, None, None, rules=RULES)
    draft = ticket_draft(mention, judgement, "case", "7", rules=RULES, agent=agent)
    note = history_note("case", mention, judgement, known)
    return record, draft, note, Desk().first_answer(judgement, NOW)


def test_every_network_is_among_those_that_are_held_to_it() -> None:
    assert set(NETWORKS) == set(names())


@pytest.mark.parametrize("name", NETWORKS)
@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4),
    count=st.integers(min_value=1, max_value=10**12),
    is_verified=st.booleans(),
)
def test_reach_changes_nothing_of_how_anybody_is_served(
    name: str, texts: list[str], count: int, is_verified: bool
) -> None:
    # Given posts of nobody in particular, and the same of somebody of any fame
    read = NETWORKS[name](texts)
    plain, famous = entries(read, None), entries(read, Fame(count, is_verified))
    assert len(plain) == len(texts)
    # Then what is stored, its order, priority, group, agent, note and clock are the same
    assert served(famous) == served(plain)
    # And the fame came in, beside the mention, where the network shows any
    told = [entry.reach for entry in famous if entry.reach]
    assert all(count in (reach.likes, reach.followers) for reach in told)
    assert bool(told) is read.shows_reach


@pytest.mark.parametrize("name", NETWORKS)
@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4),
    count=st.integers(min_value=1, max_value=10**12),
    is_verified=st.booleans(),
)
def test_reach_that_a_later_look_finds_changes_nothing_either(
    name: str, texts: list[str], count: int, is_verified: bool
) -> None:
    # Given posts that were heard, of which some become famous
    read = NETWORKS[name](texts)
    posts = [entry.content for entry in entries(read, None)]
    heard = [post for post in posts if isinstance(post, Mention)]
    # When they are looked at again
    plain = looked_at(read, None, heard)
    famous = looked_at(read, Fame(count, is_verified), heard)
    # Then what is stored, queued and in the helpdesk is the same
    assert left_by(famous) == left_by(plain)
    # And those who speak for the company are told, where the network shows any
    told = {record.alert.mention_id for record in famous.alerts.records.values()}
    assert told == ({post.mention_id for post in heard} if read.shows_reach else set())
