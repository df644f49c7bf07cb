"""`gehoor forget`: erasing a person everywhere, whatever dies on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zlib import decompress

import boto3
import pytest

from factories import JUDGEMENT, NOW, author, case, mention
from fakes.clock import FakeClock
from gehoor.aws.alerts import DynamoAlerts
from gehoor.aws.cases import Cases
from gehoor.aws.crm_cache import CachedCrm
from gehoor.aws.forgotten import DynamoForgotten, Tombstone, Traces
from gehoor.aws.identities import Identities
from gehoor.aws.inbox import DynamoInbox
from gehoor.aws.ledger import DynamoLedger
from gehoor.aws.mention_lists import MentionLists
from gehoor.aws.mentions import Mentions
from gehoor.aws.outbox import DynamoAnswers
from gehoor.aws.reply_memory import DynamoReplyMemory
from gehoor.domain.alert import alert_of_face, alerts_of_reach
from gehoor.domain.crm import CrmFacts
from gehoor.domain.customer import Identity
from gehoor.domain.faces import FalseFace
from gehoor.domain.forgotten import person_of
from gehoor.domain.mention import digest
from gehoor.domain.network import Broken
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.domain.record import MentionState
from gehoor.domain.reply_memory import Apology, EarlierReply
from gehoor.domain.ticket import Comment, CustomerProfile
from gehoor.usecases.once import LEASE
from gehoor_ops import forget_commands
from gehoor_ops.erasure import Erasure
from gehoor_ops.output import Output

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from fakes.command import Command
    from fakes.deployed import Deployed

ANNA, BEN = author("anna"), author("ben")
WHO = ("--network", "town", "--author")
AGENT_TEXT = "We are sorry, Anna"


class KilledError(Exception):
    """The operator's machine dies."""


class Killer:
    """Lets a command die right before its nth write."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def watch(self, model: Any, **_: Any) -> None:
        if model.name not in {"PutItem", "UpdateItem", "DeleteItem"}:
            return
        self.left -= 1
        if self.left < 0:
            raise KilledError


class Told:
    """A CRM that knows everybody by name."""

    def about(self, customer: CustomerProfile) -> CrmFacts:
        return CrmFacts((), link=f"https://crm.example/{customer.author.handle}")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget_commands, "_wait", lambda _until: None)


def store(by: str, ticket: str) -> str:
    """All that gehoor keeps of an author with one ticket: posts, case, answer, ledger, inbox, CRM.

    Returns the id of the mention that opened the ticket.
    """
    client = boto3.client("dynamodb")
    mentions, ledger = Mentions(client, "core"), DynamoLedger(client, "core")
    first = mention(f"{by}-1", by=by, text=f"{by} is angry")
    opened = case(first, ticket_id=ticket, customer_id=f"customer-of-{by}")
    more = mention(f"{by}-2", by=by, text=f"{by} is still angry", in_reply_to=first.native_id)
    for post in (first, more):
        assert mentions.put_new(post, JUDGEMENT, NOW)
        mentions.delivered(post.mention_id, opened.case_id, ticket, NOW)
    Cases(client, "core").put(opened)
    identity = Identity(first.author.identity, opened.customer_id, handle=first.author.handle)
    heard_again = Identities(client, "core").put(identity)
    assert heard_again
    assert Identities(client, "core").put(heard_again)
    promises = [
        f"ticket:{opened.case_id}",
        f"note:{opened.case_id}",
        f"comment:{more.mention_id}:{ticket}",
        f"gone:{first.mention_id}",
        f"reply:{ticket}:501",
        f"note:{ticket}:posted:501",
    ]
    for name in promises:
        ledger.begin(name, NOW, LEASE)
        ledger.finish(name, {"ticket_id": ticket}, NOW)
    ledger.decide(f"plan:reply:{ticket}:501", {"native_id": first.native_id}, NOW)
    assert ledger.claim(f"post:town:{digest(by)}", f"reply:{ticket}:501", NOW)
    answers = DynamoAnswers(client, "core")
    answers.open(ticket, "501", NOW)
    answers.close(ticket, "501", "posted: a0", NOW)
    replies, key = DynamoReplyMemory(client, "core"), f"reply:{ticket}:501"
    person = person_of(first.author.identity)
    replies.keep(first.brand, key, EarlierReply("", person, opened.case_id, ticket, NOW))
    replies.apologise(first.author.identity, key, Apology(opened.case_id, NOW))
    inbox = DynamoInbox(client, "state")
    inbox.keep(ticket, Comment("501", AGENT_TEXT, True, True, NOW), NOW)
    face = FalseFace("town", first.author.handle, by, first.author.identity, "alike", "link")
    named = FalseFace("town", f"@other-{by}", "", "", "alike", first.permalink)
    limits = ReachThresholds(followers=1, reposts_an_hour=1)
    signals = alerts_of_reach(first, Reach(followers=9, reposts=10**6), limits, NOW)
    assert len(signals) == 2
    alerts = [alert_of_face(first, face), alert_of_face(first, named), *signals]
    assert all(DynamoAlerts(client, "core").put_new(one, NOW) for one in alerts)
    crm = CachedCrm(client, "state", Told, FakeClock(NOW))
    crm.about(CustomerProfile(first.author, "en", NOW.date()))
    return first.mention_id


def everything() -> list[dict[str, Any]]:
    """All items of both tables, what is packed in them unpacked."""
    client = boto3.client("dynamodb")
    items = [item for table in ("core", "state") for item in client.scan(TableName=table)["Items"]]
    return [{name: _readable(value) for name, value in item.items()} for item in items]


def _readable(value: Any) -> str:
    [content] = value.values()
    return decompress(content).decode() if "B" in value else str(content)


def names(items: list[dict[str, Any]]) -> set[str]:
    return {item["entity"] for item in items}


def test_the_preview_counts_and_erases_nothing(gehoor: Command, deployed: Deployed) -> None:
    # Given two authors
    store("anna", "T77")
    store("ben", "T78")
    before = everything()
    # When somebody asks what would be erased of one, in any case of letters
    run = gehoor("forget", *WHO, "ANNA@town.example", "--json")
    # Then that is counted, and what the helpdesk has is named
    assert run.code == 0, run.err
    assert run.document["would_erase"] == {
        "alert": 4,
        "answer": 1,
        "apologies": 1,
        "case": 1,
        "choice": 1,
        "claim": 1,
        "crm": 1,
        "customer": 1,
        "identity": 1,
        "inbox": 1,
        "mention": 2,
        "promise": 6,
        "replies": 1,
        "ticket": 1,
    }
    assert run.document["native_id"] == ANNA.native_id
    assert run.document["helpdesk"] == {"tickets": ["T77"], "customers": ["customer-of-anna"]}
    # And nothing of what was said is printed, and nothing changed
    assert "angry" not in run.out + gehoor("forget", *WHO, ANNA.native_id).out
    assert everything() == before


@pytest.mark.parametrize("way", ["handle", "native id", "mention", "ticket"])
def test_a_person_is_forgotten_by_whatever_names_them(
    gehoor: Command, deployed: Deployed, way: str
) -> None:
    # Given two authors
    mention_id = store("anna", "T77")
    hers = everything()
    store("ben", "T78")
    others = [item for item in everything() if item not in hers]
    # When one is forgotten
    words = {
        "handle": (*WHO, "@anna@town.example"),
        "native id": (*WHO, ANNA.native_id),
        "mention": ("--mention", mention_id),
        "ticket": ("--ticket", "T77"),
    }[way]
    run = gehoor("forget", *words, "--apply", "--json")
    # Then nothing of theirs is left, and all of the other's is
    assert (run.code, run.document["complete"]) == (0, True), run.err
    left = everything()
    assert all(item in left for item in others)
    rest = [item for item in left if item not in others]
    assert not any(word in str(rest) for word in ("anna", "angry", AGENT_TEXT, "T77"))
    # And what is left are tombstones alone
    assert {name.partition("#")[0] for name in names(rest)} == {"mention", "case", "forgotten"}
    assert all("forgotten_at" in item for item in rest)
    # And the receipt says what went, and names nobody
    receipt = {key: run.document[key] for key in ("person", "forgotten_at", "erased")}
    assert receipt["erased"]["mention"] == 2
    assert "anna" not in json.dumps(receipt)
    # And a second run finds nothing to do
    again = gehoor("forget", *WHO, ANNA.native_id, "--apply")
    assert again.code == 1
    assert "they were forgotten on" in again.err


def erasure(client: DynamoDBClient) -> Erasure:
    mentions, cases = Mentions(client, "core"), Cases(client, "core")
    return Erasure(
        "town", ANNA.native_id, client, "core", "state", mentions, cases, Output(as_json=True)
    )


def erase(watcher: Killer) -> None:
    """One run, under the killer's eyes."""
    client = boto3.client("dynamodb")
    client.meta.events.register("before-parameter-build.dynamodb", watcher.watch)
    erasure(client).erase(FakeClock(), lambda _until: None)


def clear() -> None:
    client = boto3.client("dynamodb")
    for table in ("core", "state"):
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={k: item[k] for k in ("entity", "part")})


def test_whenever_it_dies_the_next_run_ends_it(deployed: Deployed) -> None:
    # Given how many writes it takes to forget somebody
    store("anna", "T77")
    counting = Killer(1000)
    erase(counting)
    whole, writes = everything(), 1000 - counting.left
    assert writes > 15
    for nth in range(writes):
        # When a run dies before any of them, and another one follows
        clear()
        store("anna", "T77")
        with pytest.raises(KilledError):
            erase(Killer(nth))
        erase(Killer(1000))
        # Then it is as if none had died: all is erased, and nothing left to do
        assert everything() == whole


def test_what_is_under_way_is_waited_for(deployed: Deployed) -> None:
    # Given an erasure that came to the wait
    store("anna", "T77")
    client, clock, waits = boto3.client("dynamodb"), FakeClock(), list[datetime]()

    def wait(until: datetime) -> None:
        """A worker that had read the mention and its identity is at it meanwhile."""
        waits.append(until)
        identity = Identity(ANNA.identity, "customer-of-anna", handle=ANNA.handle, revision=2)
        assert Identities(client, "core").put(identity)
        Mentions(client, "core").delivered(mention("anna-1").mention_id, "case", "T77", NOW)

    # When it goes on
    erasure(client).erase(clock, wait)
    # Then what came meanwhile is erased too
    assert waits == [clock() + LEASE]
    assert erasure(client).found().is_nobody


def test_a_ticket_that_holds_somebody_elses_case_keeps_its_answers(deployed: Deployed) -> None:
    # Given a ticket that another author's was merged into
    store("anna", "T77")
    store("ben", "T78")
    client = boto3.client("dynamodb")
    theirs = case(mention("ben-1", by="ben")).case_id
    Cases(client, "core").merge([theirs], "T77", NOW)
    # When its own author is forgotten
    erasure(client).erase(FakeClock(), lambda _until: None)
    # Then what keeps the other one's answers from going out twice stays
    ledger = DynamoLedger(client, "core")
    assert ledger.has_begun("reply:T77:501")
    assert DynamoAnswers(client, "core").knows("T77", "501")
    assert not ledger.has_begun(f"ticket:{case(mention('anna-1')).case_id}")


def test_what_could_not_be_read_and_names_them_is_erased_too(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given an item aside that names an author, and one that names another
    mentions = Mentions(boto3.client("dynamodb"), "core")
    for who in (ANNA, BEN):
        raw = json.dumps({"account": {"uri": who.native_id}})
        mentions.put_broken(Broken(who.handle, "no text", raw), "masto", NOW)
    # When the first is forgotten
    preview = gehoor("forget", *WHO, ANNA.native_id)
    run = gehoor("forget", *WHO, ANNA.native_id, "--apply", "--json")
    # Then that item is gone, which the preview had pointed at
    name = digest("masto", ANNA.handle)
    assert name in preview.out
    assert run.document["erased"] == {"mention": 1}
    assert mentions.get(name) is None
    assert mentions.get(digest("masto", BEN.handle)) is not None


def test_a_handle_that_two_people_had_forgets_nobody(gehoor: Command, deployed: Deployed) -> None:
    # Given two people who had the same handle
    mentions = Mentions(boto3.client("dynamodb"), "core")
    for number, who in enumerate((ANNA, BEN)):
        post = mention(str(number), author=replace(who, handle="@sun@town.example"))
        mentions.put_new(post, JUDGEMENT, NOW)
    # When it is to be forgotten
    run = gehoor("forget", *WHO, "sun@town.example", "--apply", "--json")
    # Then both are named instead
    assert run.code == 1
    assert run.document["people"] == [f"town {ANNA.native_id}", f"town {BEN.native_id}"]
    lists = MentionLists(boto3.client("dynamodb"), "core")
    assert len(list(lists.undelivered(MentionState.PENDING, 9))) == 2


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ((*WHO, "@nobody"), "nothing is stored of them"),
        (("--ticket", "99"), "nothing is stored of ticket 99"),
        (("--mention", "99"), "there is no mention that can be read as 99"),
        (("--author", "@anna"), "--author needs --network"),
    ],
)
def test_nobody_is_a_refusal(
    gehoor: Command, deployed: Deployed, words: tuple[str, ...], cause: str
) -> None:
    run = gehoor("forget", *words, "--apply", "--json")
    assert (run.code, run.document["error"]) == (1, cause)


def test_who_comes_back_can_be_forgotten_again(gehoor: Command, deployed: Deployed) -> None:
    # Given somebody who was forgotten, and writes again in their old thread
    store("anna", "T77")
    assert gehoor("forget", *WHO, ANNA.native_id, "--apply").code == 0
    client = boto3.client("dynamodb")
    again = mention("anna-9", by="anna", in_reply_to="anna-1")
    assert Mentions(client, "core").put_new(again, JUDGEMENT, NOW)
    opened = case(mention("anna-1"), ticket_id="79")
    assert Cases(client, "core").put(opened)
    # When they are forgotten again
    run = gehoor("forget", *WHO, ANNA.native_id, "--apply", "--json")
    # Then that is erased too
    assert run.document["erased"] == {"case": 1, "mention": 1}
    assert run.document["helpdesk"]["tickets"] == ["79"]


def test_when_somebody_was_forgotten_is_told_of_them_alone(deployed: Deployed) -> None:
    # Given two people of a hundred and fifty who were forgotten
    store = DynamoForgotten(boto3.client("dynamodb"), "core")
    people = [f"town:{number}" for number in range(150)]
    for number in (3, 140):
        store.begin(person_of(people[number]), Tombstone(NOW, Traces(), NOW))
    # When all are looked for
    # Then those two are told of
    assert store.since(people) == {"town:3": NOW, "town:140": NOW}
