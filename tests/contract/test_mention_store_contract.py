"""What every store of mentions, and the outbox on it, must do: in memory and in DynamoDB."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from factories import JUDGEMENT, NOW, mention
from fakes.clock import FakeClock
from fakes.stores import FakeAnswers, FakeBulks, FakeMentions, FakeNotes, FakeOutbox
from gehoor.aws.items import dump
from gehoor.aws.mentions import Mentions
from gehoor.aws.outbox import DynamoAnswers, DynamoOutbox
from gehoor.aws.retention import Retention
from gehoor.domain.correction import Correction, JudgedField
from gehoor.domain.mention import Mention, digest
from gehoor.domain.network import Broken
from gehoor.domain.record import Delivered, MentionState
from gehoor.errors import ContractBroken, Gone, NotAllowed, Rejected, Unavailable
from gehoor.ports.mentions import MentionStore
from gehoor.ports.queues import Outbox, Overdue
from gehoor.ports.stores import Answers
from moto_stack import Stack, moto_stack

LATER = NOW + timedelta(minutes=10)


class Stores(NamedTuple):
    mentions: MentionStore
    answers: Answers
    outbox: Outbox

    def overdue(self) -> list[Overdue]:
        found = self.outbox.overdue(LATER - timedelta(minutes=5), LATER, 10)
        return [item for item in found if item.due]


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        mentions, answers = FakeMentions(), FakeAnswers()
        yield Stores(mentions, answers, FakeOutbox(mentions, answers, FakeBulks(), FakeNotes()))
        return
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        yield Stores(Mentions(*place), DynamoAnswers(*place), DynamoOutbox(*place))


@pytest.fixture
def stored(stores: Stores) -> Mention:
    found = mention(title="Zoë's “parcel” 📦", text="It is {{broken}}\n\nstill", in_reply_to="0")
    assert stores.mentions.put_new(found, JUDGEMENT, NOW)
    return found


def test_a_new_mention_is_pending_and_comes_back_as_it_was(stores: Stores, stored: Mention) -> None:
    # When it is read
    record = stores.mentions.get(stored.mention_id)
    # Then all of it is there
    assert record is not None
    assert (record.mention, record.judgement) == (stored, JUDGEMENT)
    assert (record.state, record.seen_at) == (MentionState.PENDING, NOW)
    assert (record.source_id, record.case_id, record.ticket_id) == ("masto", "", "")


def test_many_new_mentions_are_stored_as_each_would_be(stores: Stores, stored: Mention) -> None:
    # Given mentions, more than one call takes, of which one is stored
    others = [mention(f"other-{number}") for number in range(30)]
    # When they are put
    outcomes = stores.mentions.put_many([(one, JUDGEMENT) for one in (*others, stored)], NOW)
    # Then each is new but that one
    assert list(outcomes) == [True] * 30 + [False]
    record = stores.mentions.get(others[-1].mention_id)
    assert record is not None
    assert (record.mention, record.state) == (others[-1], MentionState.PENDING)


def test_what_many_cannot_be_put_with_is_left_to_be_put_by_itself() -> None:
    with moto_stack() as stack:
        mentions = Mentions(stack.dynamodb, stack.core)
        signs = Random(1).choices(range(0x4E00, 0x9FFF), k=300_000)
        large, twice = mention("large", text="".join(map(chr, signs))), mention("twice")
        # Given a mention that no item holds, and one that is there twice
        judged = [(one, JUDGEMENT) for one in (large, twice, mention("3"), twice)]
        # When they are put, then others are stored
        assert list(mentions.put_many(judged, NOW)) == [None, True, True, None]
        # And the table says why
        with pytest.raises(Rejected):
            mentions.put_new(large, JUDGEMENT, NOW)


def test_one_mention_is_put_by_itself() -> None:
    with moto_stack() as stack:
        mentions = Mentions(stack.dynamodb, stack.core)
        assert list(mentions.put_many([(mention("1"), JUDGEMENT)], NOW)) == [None]


def test_a_mention_nobody_stored_is_none(stores: Stores) -> None:
    assert stores.mentions.get("unknown") is None


def test_many_mentions_are_read_at_once(stores: Stores, stored: Mention) -> None:
    names = [stored.mention_id, "unknown"]
    found = stores.mentions.get_many(names)
    assert found == {stored.mention_id: stores.mentions.get(stored.mention_id), "unknown": None}
    assert stores.mentions.get_many([]) == {}


def test_those_that_are_stored_are_known_however_many(stores: Stores, stored: Mention) -> None:
    others = [mention(f"other-{n}").mention_id for n in range(150)]
    assert stores.mentions.known([*others, stored.mention_id]) == {stored.mention_id}
    assert stores.mentions.known([]) == frozenset()


def test_what_cannot_be_read_is_left_out_of_many() -> None:
    with moto_stack() as stack:
        mentions, stored = Mentions(stack.dynamodb, stack.core), mention("1")
        mentions.put_new(stored, JUDGEMENT, NOW)
        keys = {"entity": {"S": "mention#damaged"}, "part": {"S": "mention"}}
        stack.dynamodb.put_item(TableName=stack.core, Item={**keys, "state": {"S": "pending"}})
        assert set(mentions.get_many([stored.mention_id, "damaged"])) == {stored.mention_id}


@pytest.mark.parametrize(("busy_calls", "reads"), [(4, True), (5, False)])
def test_what_a_busy_table_leaves_is_asked_for_again(busy_calls: int, reads: bool) -> None:
    # Given a table that leaves all of it for another call, some times
    with moto_stack() as stack:
        mentions, stored = Mentions(stack.dynamodb, stack.core), mention("1")
        mentions.put_new(stored, JUDGEMENT, NOW)
        left = iter(range(busy_calls))

        def skip(parsed: dict[str, Any], **_: Any) -> None:
            if next(left, None) is not None:
                items = parsed["Responses"].pop(stack.core)
                keys = [{name: item[name] for name in ("entity", "part")} for item in items]
                parsed["UnprocessedKeys"] = {stack.core: {"Keys": keys}}

        stack.dynamodb.meta.events.register("after-call.dynamodb.BatchGetItem", skip)
        # When it is read, then it is asked again, though not for ever
        if reads:
            assert mentions.get_many([stored.mention_id])[stored.mention_id]
        else:
            with pytest.raises(Unavailable, match="only a part"):
                mentions.get_many([stored.mention_id])


def test_the_same_post_is_stored_once_whichever_source_saw_it(
    stores: Stores, stored: Mention
) -> None:
    # When another source sees the same post
    again = mention(source_id="alerts", native_id="other")
    # Then it is not new
    assert not stores.mentions.put_new(again, JUDGEMENT, LATER)
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert record.source_id == "masto"


def test_a_broken_item_is_aside_with_its_reason_once(stores: Stores) -> None:
    # When an item cannot be read
    broken = Broken("9", "no author", '{"id": 9}')
    assert stores.mentions.put_broken(broken, "masto", NOW)
    # Then it is kept once, and another source's item of that id is another one
    assert not stores.mentions.put_broken(broken, "masto", LATER)
    assert stores.mentions.put_broken(broken, "alerts", NOW)
    # And it is not overdue: nobody can deliver it
    assert stores.overdue() == []


def test_the_case_noted_first_stays(stores: Stores, stored: Mention) -> None:
    # When two attempts find different cases
    first = stores.mentions.place(stored.mention_id, "case-1")
    second = stores.mentions.place(stored.mention_id, "case-2")
    # Then the first one counts
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert (first, second, record.case_id) == ("case-1", "case-1", "case-1")


def test_a_delivered_mention_is_pending_no_more(stores: Stores, stored: Mention) -> None:
    # When it is delivered, in another case than the one noted
    stores.mentions.place(stored.mention_id, "case-1")
    stores.mentions.delivered(stored.mention_id, "case-2", "35436", LATER)
    # Then it says where it is, and the outbox has nothing
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert (record.state, record.case_id, record.ticket_id) == (
        MentionState.DELIVERED,
        "case-2",
        "35436",
    )
    assert stores.overdue() == []


def brought(post: Mention, edited_at: datetime | None = None) -> Delivered:
    return Delivered(post.mention_id, f"case of {post.native_id}", post.native_id, edited_at)


def state_of(mentions: MentionStore, post: Mention) -> tuple[MentionState, str, str]:
    record = mentions.get(post.mention_id)
    assert record is not None
    return record.state, record.case_id, record.ticket_id


def test_many_delivered_mentions_are_pending_no_more(stores: Stores) -> None:
    # Given mentions, more than one call takes, of which one was edited before it was brought
    posts = [mention(str(number)) for number in range(30)]
    for post in posts:
        assert stores.mentions.put_new(post, JUDGEMENT, NOW)
    assert stores.mentions.note_edit(replace(posts[3], edited_at=NOW), JUDGEMENT, NOW)
    # When they are delivered
    delivered = [brought(post, NOW if post is posts[3] else None) for post in posts]
    stores.mentions.delivered_many(delivered, LATER)
    # Then each says where it is, and the outbox has nothing
    assert [state_of(stores.mentions, post) for post in posts] == [
        (MentionState.DELIVERED, one.case_id, one.ticket_id) for one in delivered
    ]
    assert stores.overdue() == []


@pytest.mark.parametrize("edited_at", [None, NOW], ids=["as it was first", "as edited once"])
def test_what_was_edited_meanwhile_stays_pending_among_many(
    stores: Stores, stored: Mention, edited_at: datetime | None
) -> None:
    # Given a mention whose author edited it after it was brought, and another one
    other = mention("other")
    assert stores.mentions.put_new(other, JUDGEMENT, NOW)
    newer = NOW + timedelta(seconds=1)
    assert stores.mentions.note_edit(replace(stored, edited_at=newer), JUDGEMENT, newer)
    # When both are delivered
    stores.mentions.delivered_many([brought(stored, edited_at), brought(other)], LATER)
    # Then that one is pending, and its ticket is known
    assert state_of(stores.mentions, stored) == (MentionState.PENDING, "case of 1", "1")
    assert state_of(stores.mentions, other)[0] is MentionState.DELIVERED
    assert [item.name for item in stores.overdue()] == [stored.mention_id]


@pytest.mark.parametrize("makes", [FakeMentions, None], ids=["memory", "dynamodb"])
def test_what_was_forgotten_is_not_delivered_among_many(makes: type[FakeMentions] | None) -> None:
    with moto_stack() as stack:
        # Given a mention that was forgotten on its way, and another one
        place = (stack.dynamodb, stack.core)
        mentions = makes() if makes else Mentions(*place)
        lost, other = mention("lost"), mention("other")
        for post in (lost, other):
            assert mentions.put_new(post, JUDGEMENT, NOW)
        mentions.forget(lost.mention_id, NOW)
        # When both are delivered
        mentions.delivered_many([brought(lost), brought(other)], LATER)
        # Then nobody can read that one
        assert mentions.get(lost.mention_id) is None
        assert state_of(mentions, other)[0] is MentionState.DELIVERED


def test_one_that_is_not_stored_is_gone_among_many(stores: Stores, stored: Mention) -> None:
    with pytest.raises(Gone, match="unknown"):
        stores.mentions.delivered_many([brought(stored), Delivered("unknown", "case", "1")], LATER)
    assert state_of(stores.mentions, stored)[0] is MentionState.DELIVERED
    assert stores.mentions.get("unknown") is None


def test_many_delivered_mentions_are_stored_as_each_would_be() -> None:
    with moto_stack() as stack:
        # Given mentions of all kinds: sent again, set aside, edited before they were brought
        retention = Retention(timedelta(days=365), FakeClock())
        mentions = Mentions(stack.dynamodb, stack.core, retention)
        posts = [mention(str(number)) for number in range(4)]
        for post in posts:
            mentions.put_new(post, JUDGEMENT, NOW)
        DynamoOutbox(stack.dynamodb, stack.core).postpone(
            Overdue("mention", posts[1].mention_id, 0, NOW), LATER
        )
        mentions.set_aside(posts[2].mention_id, "a reason", NOW)
        mentions.note_edit(replace(posts[3], edited_at=NOW), JUDGEMENT, NOW)
        before = items(stack)
        for post in posts:
            edited_at = NOW if post is posts[3] else None
            one = brought(post, edited_at)
            mentions.delivered(one.mention_id, one.case_id, one.ticket_id, LATER, edited_at)
        singly = items(stack)
        for item in before:
            stack.dynamodb.put_item(TableName=stack.core, Item=item)
        # When they are delivered together
        delivered = [brought(post, NOW if post is posts[3] else None) for post in posts]
        calls: list[str] = []
        stack.dynamodb.meta.events.register(
            "before-call.dynamodb", lambda model, **_: calls.append(model.name)
        )
        mentions.delivered_many(delivered, LATER)
        # Then their items are the same, by one call
        assert calls == ["BatchExecuteStatement"]
        assert items(stack) == singly != before


def items(stack: Stack) -> list[Any]:
    found = stack.dynamodb.scan(TableName=stack.core)["Items"]
    return sorted(found, key=lambda item: item["entity"]["S"])


@pytest.mark.parametrize("code", ["ThrottlingError", "ValidationError", "InternalServerError"])
def test_what_the_table_does_not_execute_of_many_is_delivered_by_itself(code: str) -> None:
    with moto_stack() as stack:
        # Given a table that executes no statement
        mentions, post = Mentions(stack.dynamodb, stack.core), mention("1")
        mentions.put_new(post, JUDGEMENT, NOW)
        refused = {
            "Responses": [{"Error": {"Code": code, "Message": "not now"}}],
            "ResponseMetadata": {"RetryAttempts": 0},
        }
        stack.dynamodb.meta.events.register(
            "before-call.dynamodb.BatchExecuteStatement",
            lambda **_: (SimpleNamespace(status_code=200), refused),  # type: ignore[arg-type]  # it may answer
        )
        # When mentions are delivered, then that one is too
        mentions.delivered_many([brought(post)], LATER)
        assert state_of(mentions, post)[0] is MentionState.DELIVERED


def test_what_is_delivered_is_neither_set_aside_nor_made_pending(
    stores: Stores, stored: Mention
) -> None:
    # Given a delivered mention
    stores.mentions.delivered(stored.mention_id, "case", "35436", NOW)
    # When a late worker gives it up, or an operator sends it again
    stores.mentions.set_aside(stored.mention_id, "too late", NOW)
    stores.mentions.make_pending(stored.mention_id, NOW)
    # Then it stays delivered
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert record.state is MentionState.DELIVERED
    assert stores.overdue() == []


def test_a_mention_set_aside_can_be_made_pending_again(stores: Stores, stored: Mention) -> None:
    # Given a mention that was sent again and then set aside
    assert stores.outbox.postpone(Overdue("mention", stored.mention_id, 0, NOW), LATER)
    stores.mentions.set_aside(stored.mention_id, "the helpdesk refuses it", NOW)
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert (record.state, record.reason) == (MentionState.ASIDE, "the helpdesk refuses it")
    assert stores.overdue() == []
    # When it is made pending
    stores.mentions.make_pending(stored.mention_id, NOW)
    # Then it is overdue after a while, with its attempts counted anew
    assert stores.overdue() == [Overdue("mention", stored.mention_id, 0, NOW)]


def test_a_broken_item_becomes_the_mention_it_turned_out_to_be(stores: Stores) -> None:
    # Given a broken item
    stores.mentions.put_broken(Broken("9", "no author", "{}"), "masto", NOW)
    mention_id = digest("masto", "9")
    # When it is read again
    stores.mentions.repair(mention_id, mention("9"), JUDGEMENT)
    stores.mentions.make_pending(mention_id, NOW)
    # Then it flows like any other
    record = stores.mentions.get(mention_id)
    assert record is not None
    assert (record.mention, record.judgement, record.raw) == (mention("9"), JUDGEMENT, "")
    assert [item.name for item in stores.overdue()] == [mention_id]


@pytest.mark.parametrize("step", ["delivered", "set_aside", "make_pending", "place"])
def test_a_mention_that_is_not_stored_is_gone(stores: Stores, step: str) -> None:
    steps: dict[str, Callable[[], object]] = {
        "delivered": lambda: stores.mentions.delivered("unknown", "case", "1", NOW),
        "set_aside": lambda: stores.mentions.set_aside("unknown", "reason", NOW),
        "make_pending": lambda: stores.mentions.make_pending("unknown", NOW),
        "place": lambda: stores.mentions.place("unknown", "case"),
    }
    with pytest.raises(Gone, match="unknown"):
        steps[step]()


@pytest.mark.parametrize("makes", [FakeMentions, None], ids=["memory", "dynamodb"])
def test_a_forgotten_mention_never_comes_back(makes: type[FakeMentions] | None) -> None:
    with moto_stack() as stack:
        # Given a pending mention that was forgotten
        place = (stack.dynamodb, stack.core)
        mentions, found = makes() if makes else Mentions(*place), mention("1")
        assert mentions.put_new(found, JUDGEMENT, NOW)
        mentions.forget(found.mention_id, NOW)
        # When it is polled again, and edited
        assert not mentions.put_new(found, JUDGEMENT, LATER)
        assert not mentions.note_edit(replace(found, edited_at=LATER), JUDGEMENT, LATER)
        # Then nobody can read it
        assert mentions.get(found.mention_id) is None
        assert mentions.get_many([found.mention_id]) == {found.mention_id: None}
        assert mentions.known([found.mention_id]) == {found.mention_id}


def test_workers_who_had_read_a_forgotten_mention_change_nothing() -> None:
    with moto_stack() as stack:
        # Given a mention that was forgotten while it was on its way
        place = (stack.dynamodb, stack.core)
        mentions, name = Mentions(*place), mention("1").mention_id
        mentions.put_new(mention("1"), JUDGEMENT, NOW)
        mentions.forget(name, NOW)
        # When its worker goes on
        mentions.delivered(name, "case", "77", LATER)
        mentions.set_aside(name, "a reason", LATER)
        mentions.make_pending(name, LATER)
        mentions.note_missing(name, LATER)
        assert not mentions.note_gone(name, mention("1"), JUDGEMENT, LATER)
        with pytest.raises(Gone, match="forgotten"):
            mentions.place(name, "case")
        # Then nothing is stored but that it was forgotten, and no index has it
        key = {"entity": {"S": f"mention#{name}"}, "part": {"S": "mention"}}
        item = stack.dynamodb.get_item(TableName=stack.core, Key=key)["Item"]
        assert set(item) == {"entity", "part", "schema", "forgotten_at"}
        assert not DynamoOutbox(*place).overdue(LATER, LATER, 10)


def test_only_what_is_pending_for_long_is_overdue(stores: Stores, stored: Mention) -> None:
    # Given one old mention, one new one, and one old answer
    stores.mentions.put_new(mention("2"), JUDGEMENT, LATER)
    stores.answers.open("35436", "1", NOW)
    # When the sweep looks
    # Then it finds the old ones
    assert set(stores.overdue()) == {
        Overdue("mention", stored.mention_id, 0, NOW),
        Overdue("answer", "35436/1", 0, NOW),
    }


def test_a_postponed_item_waits_and_is_counted(stores: Stores, stored: Mention) -> None:
    # When an overdue mention is postponed
    [item] = stores.overdue()
    assert stores.outbox.postpone(item, LATER + timedelta(minutes=1))
    # Then it is not overdue before that
    assert stores.overdue() == []
    # And with one attempt after it
    after = LATER + timedelta(minutes=1)
    assert list(stores.outbox.overdue(LATER, after, 10)) == [
        Overdue("mention", stored.mention_id, 1, NOW)
    ]


def test_what_is_not_due_is_told_and_takes_no_place(stores: Stores, stored: Mention) -> None:
    # Given a postponed mention, and more behind it
    stores.outbox.postpone(Overdue("mention", stored.mention_id, 0, NOW), LATER)
    for number in range(2, 30):
        found = mention(str(number))
        stores.mentions.put_new(found, JUDGEMENT, NOW + timedelta(seconds=number))
    # When the sweep looks for a few that are due
    late = stores.outbox.overdue(LATER - timedelta(minutes=5), LATER - timedelta(minutes=1), 4)
    # Then it finds the oldest of them, and the one that waits besides
    assert late[0] == Overdue("mention", stored.mention_id, 1, NOW, due=False)
    assert len([item for item in late if item.due]) == 4
    assert [item.since for item in late] == sorted(item.since for item in late)


def test_what_was_delivered_meanwhile_is_not_postponed(stores: Stores, stored: Mention) -> None:
    # Given a sweep that saw a mention as overdue
    [item] = stores.overdue()
    # When it is delivered before the sweep sends it
    stores.mentions.delivered(stored.mention_id, "case", "1", NOW)
    # Then it is not sent
    assert not stores.outbox.postpone(item, LATER)


def test_an_answer_is_open_until_it_is_closed(stores: Stores) -> None:
    # Given an answer noted twice
    assert stores.answers.open("35436", "1", NOW)
    assert stores.answers.open("35436", "1", NOW)
    # When it is closed
    stores.answers.close("35436", "1", "posted: 17", NOW)
    # Then it is not opened again, and not overdue; others are others
    assert not stores.answers.open("35436", "1", NOW)
    assert stores.overdue() == []
    assert stores.answers.open("35436", "2", NOW)


def test_closing_an_answer_nobody_noted_leaves_nothing(stores: Stores) -> None:
    # When an answer is closed that was never opened
    stores.answers.close("35436", "1", "not a ticket of gehoor", NOW)
    # Then it can be opened
    assert stores.answers.open("35436", "1", NOW)


def test_the_note_of_an_answer_that_is_none_is_taken_back(stores: Stores) -> None:
    # Given an answer that is pending, one that ended, and one nobody noted
    stores.answers.open("35436", "1", NOW)
    stores.answers.open("35436", "2", NOW)
    stores.answers.close("35436", "2", "posted: 17", NOW)
    # When all three are taken back
    for comment_id in ("1", "2", "3"):
        stores.answers.drop("35436", comment_id)
    # Then only the one that ended is known
    known = [name for name in ("1", "2", "3") if stores.answers.knows("35436", name)]
    assert known == ["2"]
    assert stores.overdue() == []


def test_an_answer_is_known_from_first_sight_on(stores: Stores) -> None:
    # Given an answer nobody noted
    assert not stores.answers.knows("35436", "1")
    # When it is noted, and when it is ended
    stores.answers.open("35436", "1", NOW)
    assert stores.answers.knows("35436", "1")
    stores.answers.close("35436", "1", "posted: 17", NOW)
    # Then it is known, and no other
    assert stores.answers.knows("35436", "1")
    assert not stores.answers.knows("35436", "2")


def test_an_answer_can_be_postponed(stores: Stores) -> None:
    # Given an overdue answer
    stores.answers.open("35436", "1", NOW)
    [item] = stores.overdue()
    # When it is postponed
    assert stores.outbox.postpone(item, LATER + timedelta(minutes=1))
    # Then it waits, and after its end it is not postponed any more
    assert stores.overdue() == []
    stores.answers.close("35436", "1", "returned", NOW)
    assert not stores.outbox.postpone(item, LATER)


def test_a_damaged_item_is_an_error_that_quotes_nothing() -> None:
    # Given items whose mention or time cannot be read
    with moto_stack() as stack:
        for name, attributes in (
            ("text", {"mention": {"S": '{"text": "Anna writes"}'}, "seen_at": {"S": str(NOW)}}),
            ("packed", {"mention": {"B": b"Anna"}, "seen_at": {"S": str(NOW)}}),
            ("time", {}),
        ):
            keys = {"entity": {"S": f"mention#{name}"}, "part": {"S": "mention"}}
            item: Any = {**keys, "state": {"S": "pending"}, **attributes}
            stack.dynamodb.put_item(TableName=stack.core, Item=item)
            # When they are read
            with pytest.raises(ContractBroken, match=f"mention {name}") as failure:
                Mentions(stack.dynamodb, stack.core).get(name)
            # Then the error names the item alone
            assert "Anna" not in str(failure.value)
            assert failure.value.__cause__ is None


def test_a_mention_stored_as_text_is_read() -> None:
    # Given an item as older versions wrote it
    with moto_stack() as stack:
        mentions, stored = Mentions(stack.dynamodb, stack.core), mention("1")
        mentions.put_new(stored, JUDGEMENT, NOW)
        stack.dynamodb.update_item(
            TableName=stack.core,
            Key={"entity": {"S": f"mention#{stored.mention_id}"}, "part": {"S": "mention"}},
            UpdateExpression="SET mention = :text",
            ExpressionAttributeValues={":text": {"S": dump(stored)}},
        )
        # When it is read
        record = mentions.get(stored.mention_id)
    # Then it is the same
    assert record is not None
    assert record.mention == stored


def test_every_trouble_of_aws_is_an_error_of_gehoor() -> None:
    # Given a table that answers each trouble in turn
    troubles: list[tuple[str, type[Exception]]] = [
        ("ThrottlingException", Unavailable),
        ("InternalServerError", Unavailable),
        ("AccessDeniedException", NotAllowed),
        ("ValidationException", Rejected),
    ]
    with moto_stack() as stack:
        mentions = Mentions(stack.dynamodb, stack.core)
        for code, expected in troubles:

            def fail(code: str = code, **_: object) -> None:
                raise ClientError({"Error": {"Code": code, "Message": "Anna"}}, "GetItem")

            event = "before-parameter-build.dynamodb.GetItem"
            stack.dynamodb.meta.events.register_first(event, fail)
            # When it is asked
            with pytest.raises(expected, match=code) as failure:
                mentions.get("1")
            stack.dynamodb.meta.events.unregister(event, fail)
            # Then the class says what to do, and the message quotes no answer
            assert "Anna" not in str(failure.value)

        def vanish(**_: object) -> None:
            raise EndpointConnectionError(endpoint_url="https://dynamodb")

        stack.dynamodb.meta.events.register_first("before-send.dynamodb", vanish)
        with pytest.raises(Unavailable, match="could not be reached"):
            mentions.get("1")


def test_a_mention_that_is_edited_while_it_is_brought_stays_pending(stores: Stores) -> None:
    # Given a mention that a worker has read
    stored = mention("1")
    stores.mentions.put_new(stored, JUDGEMENT, NOW)
    # When its author edits it before the worker has brought it to its ticket
    edited = replace(stored, text="Changed", edited_at=NOW + timedelta(minutes=1))
    stores.mentions.note_edit(edited, JUDGEMENT, NOW)
    stores.mentions.delivered(stored.mention_id, "case", "35436", LATER, stored.edited_at)
    # Then it waits with the ticket it is in, until the new words are there too
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert (record.state, record.ticket_id) == (MentionState.PENDING, "35436")
    assert [item.name for item in stores.overdue()] == [stored.mention_id]
    stores.mentions.delivered(stored.mention_id, "case", "35436", LATER, edited.edited_at)
    assert stores.overdue() == []


def test_an_edited_mention_is_pending_again_until_it_is_delivered(stores: Stores) -> None:
    # Given a mention that was delivered
    stored = mention("1")
    stores.mentions.put_new(stored, JUDGEMENT, NOW)
    stores.mentions.delivered(stored.mention_id, "case", "35436", NOW)
    # When its author edits it, which is heard twice, and once more late
    edited = replace(stored, text="Changed", edited_at=NOW + timedelta(minutes=1))
    older = replace(stored, text="Late", edited_at=NOW)
    assert stores.mentions.note_edit(edited, JUDGEMENT, NOW)
    assert not stores.mentions.note_edit(edited, JUDGEMENT, NOW)
    assert not stores.mentions.note_edit(older, JUDGEMENT, NOW)
    # Then it waits with its new words, and with the ticket it is in
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert (record.state, record.ticket_id, record.mention) == (
        MentionState.PENDING,
        "35436",
        edited,
    )
    assert [item.name for item in stores.overdue()] == [stored.mention_id]


def test_an_edit_of_what_was_set_aside_leaves_it_aside(stores: Stores) -> None:
    stored = mention("1")
    stores.mentions.put_new(stored, JUDGEMENT, NOW)
    stores.mentions.set_aside(stored.mention_id, "refused", NOW)
    edited = replace(stored, edited_at=NOW)
    assert not stores.mentions.note_edit(edited, JUDGEMENT, NOW)


def test_a_missing_post_is_noted_with_the_first_time(stores: Stores, stored: Mention) -> None:
    # Given a post that was missing twice
    name = stored.mention_id
    assert stores.mentions.note_missing(name, NOW) == NOW
    assert stores.mentions.note_missing(name, LATER) == NOW
    record = stores.mentions.get(name)
    assert record is not None
    assert record.missing_since == NOW
    # When it is there again, and missing once more
    stores.mentions.note_present(name)
    stores.mentions.note_present(name)
    # Then that counts anew
    assert stores.mentions.note_missing(name, LATER) == LATER


def test_what_is_gone_keeps_its_place_and_never_its_words(stores: Stores, stored: Mention) -> None:
    # Given a delivered mention
    name = stored.mention_id
    stores.mentions.delivered(name, "case", "35436", NOW)
    left = stored.without_words()
    # When it is gone, twice
    assert stores.mentions.note_gone(name, left, JUDGEMENT.without_words(), NOW)
    assert not stores.mentions.note_gone(name, stored, JUDGEMENT, LATER)
    # Then it is where it was, without its words
    record = stores.mentions.get(name)
    assert record is not None
    assert (record.mention, record.deleted_at) == (left, NOW)
    assert record.judgement == JUDGEMENT.without_words()
    assert (record.state, record.ticket_id) == (MentionState.DELIVERED, "35436")
    # And neither an edit nor another read brings them back
    edited = replace(stored, edited_at=LATER)
    assert not stores.mentions.note_edit(edited, JUDGEMENT, LATER)
    assert not stores.mentions.put_new(stored, JUDGEMENT, LATER)
    found = stores.mentions.get(name)
    assert found is not None
    assert found.mention == left


def test_what_is_renewed_stays_where_it_is(stores: Stores, stored: Mention) -> None:
    # Given a delivered mention
    name = stored.mention_id
    stores.mentions.delivered(name, "case", "35436", NOW)
    record = stores.mentions.get(name)
    assert record is not None
    assert record.fresh_at == NOW
    # When the network tells of it again
    renamed = replace(stored, author=replace(stored.author, display_name="Anna B."))
    stores.mentions.renew(name, renamed, JUDGEMENT.without_words(), LATER)
    # Then it is as told, since then, and nothing is to be delivered
    record = stores.mentions.get(name)
    assert record is not None
    assert (record.mention, record.judgement) == (renamed, JUDGEMENT.without_words())
    assert (record.fresh_at, record.state) == (LATER, MentionState.DELIVERED)
    assert stores.overdue() == []


def test_what_was_edited_or_is_gone_is_not_renewed_with_older_words(
    stores: Stores, stored: Mention
) -> None:
    # Given a mention that is edited while somebody looks at it
    name = stored.mention_id
    edited = replace(stored, text="Changed", edited_at=NOW)
    stores.mentions.note_edit(edited, JUDGEMENT, NOW)
    stores.mentions.renew(name, stored, JUDGEMENT, LATER)
    record = stores.mentions.get(name)
    assert record is not None
    assert (record.mention, record.fresh_at) == (edited, NOW)
    # When it is gone
    stores.mentions.note_gone(name, edited.without_words(), JUDGEMENT, NOW)
    stores.mentions.renew(name, edited, JUDGEMENT, LATER)
    # Then its words do not come back
    record = stores.mentions.get(name)
    assert record is not None
    assert record.mention == edited.without_words()


def test_what_is_gone_while_it_waits_waits_on(stores: Stores, stored: Mention) -> None:
    name = stored.mention_id
    assert stores.mentions.note_gone(name, stored.without_words(), JUDGEMENT, NOW)
    assert [item.name for item in stores.overdue()] == [name]


def test_what_is_not_stored_is_neither_missing_nor_gone(stores: Stores) -> None:
    with pytest.raises(Gone):
        stores.mentions.note_missing("unknown", NOW)
    with pytest.raises(Gone):
        stores.mentions.note_gone("unknown", mention(), JUDGEMENT, NOW)


def test_what_the_desk_corrected_is_kept_with_the_mention(stores: Stores, stored: Mention) -> None:
    # Given a mention / When the desk corrects it, and then takes a part of that back
    intent = Correction(JudgedField.INTENT, "complaint", "question", NOW)
    topic = Correction(JudgedField.TOPIC, "", "billing", NOW)
    stores.mentions.correct(stored.mention_id, [intent, topic])
    stores.mentions.correct(stored.mention_id, [topic])

    # Then the last word counts, and the judgement is what it was
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert record.corrections == (topic,)
    assert (record.judgement, record.mention) == (JUDGEMENT, stored)


def test_a_mention_that_is_not_kept_is_not_corrected(stores: Stores) -> None:
    stores.mentions.correct("nobody", [Correction(JudgedField.TOPIC, "", "billing", NOW)])
    assert stores.mentions.get("nobody") is None


def test_an_insight_is_stored_once_and_waits_for_nobody(stores: Stores) -> None:
    # Given what is kept to learn from
    found = mention()
    assert stores.mentions.put_insight(found, JUDGEMENT, NOW)
    # When it is heard again, as it was or to be delivered
    assert not stores.mentions.put_insight(found, JUDGEMENT, LATER)
    assert not stores.mentions.put_new(found, JUDGEMENT, LATER)
    # Then it is as it was, and nothing sends it on
    record = stores.mentions.get(found.mention_id)
    assert record is not None
    assert (record.state, record.mention) == (MentionState.INSIGHT, found)
    assert stores.overdue() == []


def test_an_insight_follows_its_authors_edits_the_newest_counts(stores: Stores) -> None:
    # Given an insight that was edited
    found = mention()
    stores.mentions.put_insight(found, JUDGEMENT, NOW)
    first = replace(found, text="One", edited_at=NOW)
    second = replace(found, text="Two", edited_at=LATER)
    assert stores.mentions.edit_insight(second, JUDGEMENT, LATER)
    # When the same edit, or an older one, comes late
    late = [stores.mentions.edit_insight(edit, JUDGEMENT, LATER) for edit in (first, second)]
    # Then it changes nothing
    assert late == [False, False]
    record = stores.mentions.get(found.mention_id)
    assert record is not None
    assert (record.state, record.mention) == (MentionState.INSIGHT, second)


def test_what_agents_have_is_no_insight_to_edit(stores: Stores, stored: Mention) -> None:
    edited = replace(stored, edited_at=LATER)
    assert not stores.mentions.edit_insight(edited, JUDGEMENT, LATER)
    record = stores.mentions.get(stored.mention_id)
    assert record is not None
    assert (record.state, record.mention) == (MentionState.PENDING, stored)


def test_an_insight_becomes_a_mention_to_deliver_by_an_edit_or_an_operator(stores: Stores) -> None:
    # Given two insights
    edited, chosen = mention("1"), mention("2")
    for found in (edited, chosen):
        stores.mentions.put_insight(found, JUDGEMENT, NOW)
    # When one is edited into something to answer, and an operator sends the other on
    assert stores.mentions.note_edit(replace(edited, edited_at=NOW), JUDGEMENT, NOW)
    stores.mentions.make_pending(chosen.mention_id, NOW)
    # Then both are in the outbox
    waiting = {item.name for item in stores.overdue()}
    assert waiting == {edited.mention_id, chosen.mention_id}
