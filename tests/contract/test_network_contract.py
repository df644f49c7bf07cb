"""What every network keeps to, whatever it is: the rows are in `network_stages`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.reader import Reader
from gehoor.domain.case import ReplyAddress, address_of
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.text import clean
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Unavailable,
)
from gehoor.networks import adapter, names
from gehoor.ports.network import Network
from gehoor.usecases.reading import MAX_PAGES, MOST_BARREN
from loopback import Answer, repeating
from network_stages import NOW, STAGES, EchoingStage, Stage
from scripted_mastodon import json_answer

FUNCTIONS = Path(__file__).parents[2] / "functions"


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield stack.enter_context(STAGES[request.param]())


def reader_of(stage: Stage) -> Reader:
    """The stage polled as gehoor does, each time over a new connection."""
    return Reader(stage.network, FakeClock(NOW))


def heard_on(stage: Stage) -> list[Mention]:
    """All that is heard on a stage that was never read."""
    reader = reader_of(stage)
    reader.read_all()
    return reader.store.mentions


def test_every_network_has_its_row() -> None:
    assert set(names()) <= {row.partition(",")[0] for row in STAGES}


def test_nothing_new_is_no_error(stage: Stage) -> None:
    reader = reader_of(stage)
    assert reader.read_all() == []
    assert reader.store.broken == []


def test_a_mention_is_complete(stage: Stage) -> None:
    stage.say("My parcel is late <b>& \u202ewet")

    (mention,) = heard_on(stage)
    assert mention.text == clean(mention.text)
    assert "My parcel is late" in mention.text
    assert mention.posted_at.utcoffset() == timedelta()
    for field in ("brand", "source_id", "network", "native_id", "uri", "permalink"):
        assert getattr(mention, field), field
    for field in ("network", "native_id", "handle"):
        assert getattr(mention.author, field), field


def test_three_hundred_in_one_second_arrive_whole_and_once(stage: Stage) -> None:
    # Given a source that was read
    stage.say("before")
    reader = reader_of(stage)
    reader.settle()
    # When three hundred speak in one second
    said = sorted(f"number {number}" for number in range(300))
    for text in said:
        stage.say(text)
    # Then all are heard, once, and nothing more comes
    assert sorted(reader.read_all()) == said
    assert reader.settle() == []


def test_a_quiet_poll_asks_once_for_each_list_and_writes_nothing(stage: Stage) -> None:
    # Given a source that was read to its end
    for number in range(60):
        stage.say(f"number {number}")
    reader = reader_of(stage)
    reader.settle()
    cursor, lists = reader.cursor, stage.network().lists()
    # When it is polled again
    reader.asked.clear()
    reader.poll()
    # Then each list is asked for once, and its cursor stays as it is
    assert [ask.list_name for ask in reader.asked] == list(lists)
    assert reader.cursor == cursor


def test_the_same_post_has_the_same_name_next_time(stage: Stage) -> None:
    stage.say("hello")

    first, second = (heard_on(stage) for _ in range(2))

    assert [mention.mention_id for mention in first] == [mention.mention_id for mention in second]


def test_what_the_brand_says_is_left_out(stage: Stage) -> None:
    stage.say("theirs")
    stage.say_as_brand("ours")

    assert [mention.text for mention in heard_on(stage)] == ["theirs"]


ECHOING = [row for row in STAGES if row.split(",")[0] in {"bluesky", "mastodon", "x"}]
ECHOING.remove("bluesky, messages")


@pytest.mark.parametrize("stage", ECHOING, indirect=True)
def test_a_repost_is_left_out(stage: EchoingStage) -> None:
    stage.say("theirs")
    stage.repost()

    assert [mention.text for mention in heard_on(stage)] == ["theirs"]


@pytest.mark.parametrize("stage", ECHOING, indirect=True)
def test_a_quote_of_the_brands_post_is_heard_unless_the_brand_quotes_itself(
    stage: EchoingStage,
) -> None:
    stage.quote("theirs about ours")
    stage.quote_as_brand("ours about ours")

    [heard] = heard_on(stage)
    assert heard.text.startswith("theirs about ours")


def test_a_broken_item_harms_only_itself(stage: Stage) -> None:
    stage.say("before")
    stage.garble()
    stage.say("after")
    reader = reader_of(stage)

    assert set(reader.read_all()) == {"before", "after"}

    [broken] = reader.store.broken
    assert broken.native_id
    assert broken.reason
    with pytest.raises(ContractBroken):
        stage.network().parse(broken.raw, NOW)
    reader.settle()
    assert set(reader.store.broken) == {broken}


FAILURES: list[tuple[Answer, type[GehoorError]]] = [
    (json_answer({}, 401), AuthExpired),
    (json_answer({}, 403), NotAllowed),
    (json_answer({}, 429, {"Retry-After": "120"}), RateLimited),
    (json_answer({}, 500), Unavailable),
    (json_answer({}, 503, {"Retry-After": "120"}), Unavailable),
    (Answer(b"<html>Just a moment", headers={"Content-Type": "text/html"}), ContractBroken),
    (json_answer({"error": "in a 200"}), ContractBroken),
    (Answer(b""), ContractBroken),
]


BY_HTTP = [row for row in STAGES if row != "town"]
"""Those whose networks are asked over HTTP."""


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
@pytest.mark.parametrize(("answer", "error"), FAILURES)
def test_a_failure_is_told_apart_and_loses_nothing(
    stage: Stage, answer: Answer, error: type[GehoorError]
) -> None:
    # Given a source that was read, and a network that fails from now on
    stage.say("before")
    reader = reader_of(stage)
    reader.read_all()
    stage.fail(answer)
    # When it is polled
    outcome = reader.poll()
    # Then the error says what to do, and when
    assert outcome.error.startswith(f"{error.__name__}: ")
    if "Retry-After" in answer.headers:
        assert outcome.not_before == NOW + timedelta(minutes=2)
    # And what is said meanwhile is heard once it works again
    stage.say("meanwhile")
    stage.fail(None)
    assert reader.read_all() == ["meanwhile"]


# ---- what networks do that they should not


ONE_EACH = [row for row in STAGES if "," not in row]


def test_pages_of_the_brands_own_posts_hide_nothing(stage: Stage) -> None:
    # Given a source that was read
    reader = reader_of(stage)
    reader.settle()
    # When the brand says more than a page after somebody spoke
    stage.say("theirs")
    for number in range(120):
        stage.say_as_brand(f"ours {number}")
    # Then theirs is heard, alone
    assert reader.read_all() == ["theirs"]


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_a_token_revoked_between_two_pages_loses_nothing(stage: Stage) -> None:
    # Given many posts, and a token that is dead from the second page on
    said = sorted(f"number {number}" for number in range(120))
    for text in said:
        stage.say(text)
    reader = reader_of(stage)

    def revoke() -> None:
        if reader.asked:
            stage.fail(json_answer({"error": "revoked"}, 401))

    reader.before_page = revoke
    outcome = reader.poll()
    # When it is renewed
    assert outcome.error.startswith("AuthExpired: ") or len(reader.asked) == 1
    reader.before_page = lambda: None
    stage.fail(None)
    # Then the rest is heard, and nothing is stored twice
    reader.read_all()
    assert reader.stored == said


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_pages_that_repeat_for_ever_end_the_run_and_lose_nothing(stage: Stage) -> None:
    # Given a source that was read, and many posts since
    reader = reader_of(stage)
    reader.settle()
    said = sorted(f"number {number}" for number in range(120))
    for text in said:
        stage.say(text)
    # When the network answers one page to all that is asked
    reader.asked.clear()
    with repeating():
        outcome = reader.poll()
    # Then that is told, soon, unless all came with that page
    assert outcome.error.startswith("FrozenCursor: ") or reader.stored == said
    assert len(reader.asked) <= 2 + MOST_BARREN
    # And once it is mended the rest is heard, and nothing is stored twice
    reader.read_all()
    assert reader.stored == said


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_a_position_that_the_network_forgot_costs_nothing_but_reading_again(stage: Stage) -> None:
    # Given a source of whose news a run read the newest page alone
    reader = reader_of(stage)
    reader.settle()
    said = sorted(f"number {number}" for number in range(250))
    for text in said:
        stage.say(text)
    reader.run(timedelta(0))
    # When the network knows no more where the rest begins
    reader.forget_positions()
    reader.read_all()
    # Then all is heard, and nothing is stored twice
    assert reader.stored == said


def test_ids_that_shrink_or_change_shape_hide_nothing(stage: Stage) -> None:
    """What ids may become on a network, its stage says at `mix_ids`."""
    # Given a source that was read
    reader, said = reader_of(stage), []

    def hear(texts: list[str]) -> None:
        """Some say something every minute, and are heard an hour later."""
        for text in texts:
            stage.say(text, reader.clock())
            reader.clock.advance(minutes=1)
            said.append(text)
        reader.settle()
        reader.clock.advance(hours=1)

    hear([f"before {number}" for number in range(5)])
    # When ids come in all shapes, in few posts, in more than a page, and in few again
    stage.mix_ids()
    for count in (3, 120, 1, 2):
        hear([f"{count}: number {number}" for number in range(count)])
    # Then all is heard once
    assert reader.stored == sorted(said)
    assert len(reader.store.mentions) == len(said)
    assert reader.settle() == []


@pytest.mark.parametrize("stage", ONE_EACH, indirect=True)
def test_five_thousand_between_two_polls_arrive_whole_in_few_runs(stage: Stage) -> None:
    # Given a source that was read, five thousand posts, and a limit that is met now and then
    reader = reader_of(stage)
    reader.settle()
    said = sorted(f"number {number}" for number in range(5000))
    for text in said:
        stage.say(text)
    reader.asked.clear()

    def limit() -> None:
        spent = len(reader.asked) in (7, 30, 55)
        stage.fail(json_answer({}, 429, {"Retry-After": "60"}) if spent else None)

    reader.before_page = limit
    # When it is polled until nothing is left
    runs = 0
    while runs == 0 or reader.has_ranges or reader.state.error:
        outcome = reader.poll()
        reader.clock.now = max(reader.clock(), outcome.not_before or NOW)
        runs += 1
    # Then all that the network shows are stored, none twice, and what it hides is told of
    assert reader.stored == said[-(stage.reach or len(said)) :]
    assert len(reader.state.gaps) == (stage.reach is not None)
    # And it took hardly more runs than there are pages
    pages = len({str(ask.position) for ask in reader.asked})
    assert runs <= ceil(pages / MAX_PAGES) + 3


def test_an_answer_is_found_again_or_refused_with_advice(stage: Stage) -> None:
    stage.say("hello?")
    network = stage.network()
    address = address_of(heard_on(stage)[0])
    assert network.find_replies(address, "We look into it.", "key") == ()
    assert network.measure(address, "We look into it.").excess == 0

    if not network.capabilities().reply:
        assert network.capabilities().instead
        with pytest.raises(NotAllowed):
            network.reply(address, "We look into it.", "key")
        return

    posted = network.reply(address, "We look into it.", "key")
    assert network.find_replies(address, "We look into it.", "key") == (posted,)


@pytest.fixture
def heard(stage: Stage) -> tuple[Network, ReplyAddress]:
    """A connection, and where to answer somebody on it."""
    stage.say("hello?")
    network = stage.network()
    return network, address_of(heard_on(stage)[0])


def test_the_parts_of_an_answer_stand_below_each_other(
    heard: tuple[Network, ReplyAddress],
) -> None:
    # Given a network on which readers follow an answer through several posts
    network, address = heard
    if not network.capabilities().threads:
        assert not network.capabilities().reply
        return
    # When three parts are posted, each below the one before
    addresses, posted = [address], []
    texts = ["We look into it. (1/3)", "It takes a day. (2/3)", "We write then. (3/3)"]
    for number, text in enumerate(texts):
        posted.append(network.reply(addresses[-1], text, f"key:{number}"))
        addresses.append(replace(address, native_id=posted[-1].native_id))
    # Then they are different posts, and each is found below the one before, and only itself
    assert len({one.native_id for one in posted}) == 3
    for number, (place, text, one) in enumerate(zip(addresses, texts, posted, strict=False)):
        assert network.find_replies(place, text, f"key:{number}") == (one,)
    assert network.find_replies(addresses[-1], texts[0], "key:3") == ()
    # And everybody who can read the post can read them
    assert {one.visibility for one in posted} == {address.visibility}


def test_a_public_post_is_answered_privately_where_that_is_said_to_work(
    heard: tuple[Network, ReplyAddress],
) -> None:
    network, address = heard
    if not network.capabilities().message:
        return
    # When an answer, and one more part of it, goes to the author alone
    alone = replace(address, visibility=Visibility.DIRECT)
    first = network.reply(alone, "Please tell us your order number. (1/2)", "key")
    second = network.reply(replace(alone, native_id=first.native_id), "Thanks. (2/2)", "key:2")
    # Then the network says so, at once and when it is looked for
    assert [first.visibility, second.visibility] == [Visibility.DIRECT] * 2
    assert network.find_replies(alone, "Please tell us your order number. (1/2)", "key") == (first,)


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
def test_a_post_that_vanishes_between_poll_and_answer_is_not_answered(stage: Stage) -> None:
    # Given a post that was heard, and then deleted
    stage.say("hello?")
    [mention] = heard_on(stage)
    stage.delete(mention)
    network = stage.network()
    if not network.capabilities().reply or not network.recheck([mention.native_id]):
        return
    # When it is answered, then nothing is posted
    with pytest.raises(Gone):
        network.reply(address_of(mention), "We look into it.", "key")
    assert network.find_replies(address_of(mention), "We look into it.", "key") == ()


# YouTube tells of no video when it was edited.
@pytest.mark.parametrize(
    "stage", [row for row in STAGES if row != "youtube, search"], indirect=True
)
def test_what_became_of_posts_is_told_or_left_out(stage: Stage) -> None:
    # Given posts of which one is edited and one is deleted
    for text in ("stays", "edited", "deleted"):
        stage.say(text)
    network = stage.network()
    posts = {mention.text: mention for mention in heard_on(stage)}
    stage.edit(posts["edited"], "changed")
    stage.delete(posts["deleted"])
    # When they are looked at again
    told = network.recheck([mention.native_id for mention in posts.values()])
    # Then the network tells of all of them, or never of any
    if not told:
        return
    same = told[posts["stays"].native_id]
    assert same is not None
    assert same.mention == posts["stays"]
    assert told[posts["deleted"].native_id] is None
    edited = told[posts["edited"].native_id]
    assert edited is not None
    assert edited.mention.mention_id == posts["edited"].mention_id
    assert edited.mention.text == ("changed" if stage.edits else "edited")
    assert (edited.mention.edited_at is not None) is stage.edits


@pytest.mark.parametrize("stage", BY_HTTP, indirect=True)
@pytest.mark.parametrize(("answer", "error"), FAILURES)
def test_a_failure_is_never_taken_for_a_deletion(
    stage: Stage, answer: Answer, error: type[GehoorError]
) -> None:
    stage.say("stays")
    network = stage.network()
    (mention,) = heard_on(stage)
    stage.fail(answer)
    with suppress(GehoorError):
        assert None not in network.recheck([mention.native_id]).values()


# ---- the registry


@pytest.mark.parametrize("name", names())
def test_a_network_is_found_by_its_name(name: str) -> None:
    module = adapter(name)

    assert module.Settings.model_fields["network"].annotation
    for text in (module.DESCRIPTION, module.TESTED):
        assert text
        assert "\n" not in text


@pytest.mark.parametrize("name", ["", "fax", "_feed_item", "os", "feed.os"])
def test_a_network_that_is_none_is_named(name: str) -> None:
    with pytest.raises(LookupError, match=f"there are {', '.join(names())}"):
        adapter(name)


@pytest.mark.parametrize("name", names())
def test_one_network_does_not_load_another(name: str) -> None:
    others = [f"gehoor.networks.{other}" for other in names() if other != name]
    code = (
        f"import sys; from gehoor.networks import adapter; adapter({name!r});"
        f"sys.exit(any(other in sys.modules for other in {others}))"
    )

    ended = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(FUNCTIONS)})
    assert ended.returncode == 0
