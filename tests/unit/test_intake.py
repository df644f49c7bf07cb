"""Taking mentions in: judged, bounded, stored, sent."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest

from factories import BRAND, NOW, author, judge, mention
from fakes.clock import FakeClock, FakeMetrics
from fakes.queues import FakeQueues
from fakes.stores import FakeForgotten, FakeMentions
from fakes.watching import watching
from gehoor.domain.desk_words import EVERY_DESK
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Image, Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.domain.personal_data_kinds import PersonalData
from gehoor.domain.record import MentionState
from gehoor.errors import Rejected, Unavailable
from gehoor.language import triage_mention
from gehoor.usecases.alerting import WatchPorts
from gehoor.usecases.intake import (
    NAME_LIMIT,
    REFERENCE_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    IntakePorts,
    as_kept,
    judged,
    put_aside,
    take_in,
)


class FullMentions(FakeMentions):
    """A store that refuses one text and is down for another."""

    def put_new(self, mention: Mention, judgement: Judgement, now: object) -> bool:
        if "too big" in mention.text:
            message = "storing a mention: AWS rejected the call (ValidationException)"
            raise Rejected(message)
        if "down" in mention.text:
            message = "storing a mention: AWS is busy"
            raise Unavailable(message)
        return super().put_new(mention, judgement, NOW)


@dataclass
class Intake:
    mentions: FakeMentions = field(default_factory=FullMentions)
    forgotten: FakeForgotten = field(default_factory=FakeForgotten)
    queues: FakeQueues = field(default_factory=FakeQueues)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    watching: WatchPorts = field(default_factory=watching)

    def take(self, *mentions: Mention) -> int:
        return take_in(mentions, BRAND, self.ports)

    @property
    def ports(self) -> IntakePorts:
        return IntakePorts(
            self.mentions,
            self.forgotten,
            self.queues,
            judge,
            FakeClock(),
            self.metrics,
            self.watching,
        )

    @property
    def reasons(self) -> list[str]:
        aside = MentionState.ASIDE
        return [r.reason for r in self.mentions.records.values() if r.state is aside]


@pytest.fixture
def intake() -> Intake:
    return Intake()


def test_a_new_mention_is_stored_judged_and_sent(intake: Intake) -> None:
    # When a mention comes
    new = mention()
    assert intake.take(new) == 1
    # Then it is pending with its judgement, and on its way
    record = intake.mentions.records[new.mention_id]
    assert (record.mention, record.state) == (new, MentionState.PENDING)
    assert record.judgement == judge(new, BRAND)
    assert intake.queues.deliveries == [{"mention_id": new.mention_id}]


def test_what_is_critical_takes_the_urgent_lane(intake: Intake) -> None:
    urgent = mention(text="There is a fire")
    intake.take(urgent, mention("2"))
    assert intake.queues.urgent == [{"mention_id": urgent.mention_id}]
    assert len(intake.queues.deliveries) == 1


def test_a_mention_that_is_known_is_not_sent_again(intake: Intake) -> None:
    intake.take(mention())
    assert intake.take(mention()) == 0
    assert len(intake.queues.deliveries) == 1


@pytest.mark.parametrize(
    "handle", ["@noordlicht@town.example", "@Noordlicht@TOWN.example", "noordlicht@town.example"]
)
def test_the_brands_own_posts_are_left_out(intake: Intake, handle: str) -> None:
    assert intake.take(mention(author=author("noordlicht", handle=handle))) == 0
    assert intake.mentions.records == {}


def test_the_same_handle_on_another_network_is_not_the_brand(intake: Intake) -> None:
    other = author(network="sea", handle="@noordlicht@town.example")
    assert intake.take(mention(author=other)) == 1


def test_long_texts_are_cut_and_names_cleaned(intake: Intake) -> None:
    # Given a post of which everything is too long, and full of what hides or reorders
    long = "\u202ex\x00" * 100_000
    posted = mention(text=long, title=long, author=author(handle=long, display_name=long))
    # When it comes in
    assert intake.take(posted) == 1
    # Then it is kept as far as it can be shown
    kept = intake.mentions.records[posted.mention_id].mention
    assert kept is not None
    assert kept.title is not None
    lengths = [
        (kept.text, TEXT_LIMIT),
        (kept.title, TITLE_LIMIT),
        (kept.author.handle, NAME_LIMIT),
        (kept.author.display_name, NAME_LIMIT),
    ]
    assert [len(text) for text, _ in lengths] == [limit for _, limit in lengths]
    assert {character for text, _ in lengths for character in text} == {"x", "…"}


@pytest.mark.parametrize("name", ["native_id", "uri", "permalink", "in_reply_to", "language_hint"])
@pytest.mark.parametrize("value", ["x" * (REFERENCE_LIMIT + 1), "\ud800"])
def test_a_reference_nobody_can_store_sets_the_item_aside(
    intake: Intake, name: str, value: str
) -> None:
    # When one mention of two has an endless or unreadable reference
    taken = intake.take(mention(**{name: value}), mention("2"))
    # Then it is aside with the reason, and the other one flows
    assert taken == 1
    [reason] = intake.reasons
    assert name in reason
    assert len(intake.queues.deliveries) == 1
    assert intake.metrics.counts == {"MentionsAside": 1}


@pytest.mark.parametrize("name", ["native_id", "profile_url"])
def test_an_authors_reference_nobody_can_store_does_the_same(intake: Intake, name: str) -> None:
    assert intake.take(mention(author=author(**{name: "\udfff"}))) == 0
    [reason] = intake.reasons
    assert f"author.{name}" in reason


def test_what_the_store_refuses_for_good_is_set_aside(intake: Intake) -> None:
    assert intake.take(mention(text="too big"), mention("2")) == 1
    assert intake.reasons == ["storing a mention: AWS rejected the call (ValidationException)"]


def test_a_store_that_is_down_stops_the_page(intake: Intake) -> None:
    with pytest.raises(Unavailable):
        intake.take(mention(), mention("2", text="down"))


def test_broken_items_are_kept_aside_once(intake: Intake) -> None:
    # When a broken item comes twice
    item = Broken("9", "no author", "{}")
    assert put_aside([item], "masto", intake.ports) == 1
    assert put_aside([item], "masto", intake.ports) == 0
    # Then it is counted once
    assert intake.reasons == ["no author"]
    assert intake.metrics.counts == {"MentionsAside": 1}


def test_an_edited_post_is_taken_in_once_more(intake: Intake) -> None:
    # Given a post that was taken in
    posted = mention()
    intake.take(posted)
    intake.queues.deliveries.clear()
    # When it is read again as it was, then edited, then edited the same
    edited = replace(posted, text="Changed", edited_at=NOW)
    counts = [intake.take(posted), intake.take(edited), intake.take(edited)]
    # Then the edit alone is news
    assert counts == [0, 1, 0]
    assert intake.queues.deliveries == [{"mention_id": posted.mention_id}]
    stored = intake.mentions.records[posted.mention_id].mention
    assert stored is not None
    assert stored.text == "Changed"


def test_pictures_are_few_and_have_short_addresses(intake: Intake) -> None:
    # Given a post with many pictures, one of them at an endless address
    images = [Image(f"https://town.example/{n}.png", "a \u202e cat" * 200) for n in range(6)]
    images[1] = Image("https://town.example/" + "x" * REFERENCE_LIMIT)
    new = mention(images=tuple(images))
    # When it is taken in
    intake.take(new)
    # Then those that can be kept are, among the first few
    kept = intake.mentions.records[new.mention_id].mention
    assert kept is not None
    assert [image.url[-5:] for image in kept.images] == ["0.png", "2.png", "3.png"]
    assert all(len(image.description) <= TITLE_LIMIT for image in kept.images)
    assert "\u202e" not in kept.images[0].description


def test_what_was_posted_before_its_author_was_forgotten_does_not_come(intake: Intake) -> None:
    # Given an author who was forgotten an hour ago
    anna, ben = author("anna"), author("ben")
    intake.forgotten.people[anna.identity] = NOW - timedelta(hours=1)
    # When a poll brings posts from before, and one from after
    before, after = NOW - timedelta(hours=2), NOW - timedelta(minutes=30)
    taken = intake.take(
        mention("1", author=anna, posted_at=before),
        mention("2", author=anna, posted_at=before, edited_at=NOW),
        mention("3", author=anna, posted_at=after),
        mention("4", author=ben, posted_at=before),
    )
    # Then only the new contact, and what others posted, come; one look served all
    heard = [r.mention.native_id for r in intake.mentions.records.values() if r.mention]
    assert (taken, heard, intake.forgotten.looks) == (2, ["3", "4"], 1)


def test_nobody_is_looked_up_for_news(intake: Intake) -> None:
    assert intake.take(mention("1"), mention("2", by="ben")) == 2
    assert intake.forgotten.looks == 0


CITIZEN = "111222333"


def test_a_citizen_number_is_told_and_never_stored() -> None:
    # Given posts, private ones too, that hold one in what people read of them
    said = f"mijn bsn is {CITIZEN}, wanneer belt u"
    picture = Image("https://town.example/1.png", said)
    given = mention(text=said, title=said, images=(picture,), visibility=Visibility.DIRECT)
    intake = Intake()

    # When they are taken in
    intake.take(given)

    # Then what is stored tells that it was there, and no more
    [record] = intake.mentions.records.values()
    assert CITIZEN not in repr(record)
    assert record.mention is not None
    assert record.mention.text == "mijn bsn is [citizen service number hidden], wanneer belt u"
    assert record.judgement is not None
    assert record.judgement.personal_data == (PersonalData.BSN,)


def test_the_rules_quote_no_citizen_number() -> None:
    # Given a post whose words about waiting have one in between
    said = mention(text=f"bsn. jullie zouden {CITIZEN} bellen maar niemand belt")

    # When it is judged by the rules / Then no reason quotes it
    judgement = judged(said, as_kept(said), BRAND, partial(triage_mention, desk=EVERY_DESK))
    assert judgement.personal_data == (PersonalData.BSN,)
    assert CITIZEN not in repr(judgement)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        (
            '{"id": 111222333, "text": "bsn 111222333"}',
            '{"id": 111222333, "text": "bsn [citizen service number hidden]"}',
        ),
        ("<p>bsn 111222333</p>", "<p>bsn [citizen service number hidden]</p>"),
        ('{"id": 1,  "text": "hi"}', '{"id": 1,  "text": "hi"}'),
    ],
)
def test_what_cannot_be_read_is_kept_without_citizen_numbers(raw: str, stored: str) -> None:
    intake = Intake()
    put_aside([Broken("9", "no author", raw)], "masto", intake.ports)
    [record] = intake.mentions.records.values()
    assert record.raw == stored


def test_what_is_kept_is_kept_as_it_is() -> None:
    once = as_kept(mention(text="bsn 111222333 \u202e", title="x" * 600))
    assert as_kept(once) == once
