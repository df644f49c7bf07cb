"""`gehoor mention`: finding mentions, and sending again what did not arrive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fakes.deployed import SOURCES, write_config
from gehoor.domain.judgement import Intent, Judgement, Urgency
from gehoor.domain.mention import Author, Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.domain.record import MentionState

if TYPE_CHECKING:
    from pathlib import Path

    from fakes.command import Command
    from fakes.deployed import Deployed

NOW = datetime.now(UTC)
TEXT = "My parcel is late \x1b[2J again"
JUDGEMENT = Judgement("en", Intent.COMPLAINT, Urgency.NORMAL, None, ('says "late"',))
URGENT = replace(JUDGEMENT, urgency=Urgency.HIGH)
ACCOUNT = {"id": "1", "acct": "anna", "url": "https://social.example/@anna"}
STATUS = {
    "id": "9",
    "uri": "https://social.example/9",
    "url": "https://social.example/@anna/9",
    "created_at": "2026-11-22T03:00:00Z",
    "account": ACCOUNT,
    "content": "<p>My parcel is late</p>",
    "visibility": "public",
}


@pytest.fixture(autouse=True)
def pushed(gehoor: Command, deployed: Deployed, tmp_path: Path) -> None:
    """A configuration in force, with its network's secret."""
    assert deployed.config_store.version() == 0
    assert gehoor("secret", "set", "/gehoor/masto", stdin=b"token").code == 0
    assert gehoor("config", "push", str(write_config(tmp_path))).code == 0


def mention(number: int, source: str = SOURCES[0]) -> Mention:
    return Mention(
        brand="noordlicht",
        source_id=source,
        network="mastodon",
        native_id=str(number),
        uri=f"https://social.example/{number}",
        author=Author("mastodon", "https://social.example/@anna", "@anna@social.example", "", ""),
        text=TEXT,
        posted_at=NOW,
        permalink=f"https://social.example/@anna/{number}",
        visibility=Visibility.PUBLIC,
    )


def stored(
    deployed: Deployed, number: int, judgement: Judgement = JUDGEMENT, **changes: Any
) -> str:
    new = replace(mention(number), **changes)
    assert deployed.mentions.put_new(new, judgement, NOW - timedelta(seconds=number))
    return new.mention_id


def broken(deployed: Deployed, raw: object, source: str = SOURCES[0]) -> str:
    item = Broken("9", "the status cannot be read: account", json.dumps(raw))
    assert deployed.mentions.put_broken(item, source, NOW)
    [record] = deployed.mention_lists.undelivered(MentionState.ASIDE, 10)
    return record.mention_id


def state_of(deployed: Deployed, mention_id: str) -> MentionState:
    record = deployed.mentions.get(mention_id)
    assert record is not None
    return record.state


def listed(gehoor: Command, *words: str) -> list[str]:
    run = gehoor("mention", "list", "--json", *words)
    return [entry["mention_id"] for entry in run.document["mentions"]]


def test_the_list_can_be_narrowed_by_state_source_and_number(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given mentions in each state, from two sources
    new, old, other = (
        stored(deployed, 1),
        stored(deployed, 2),
        stored(deployed, 3, source_id=SOURCES[1]),
    )
    done, aside = stored(deployed, 4), stored(deployed, 5)
    deployed.mentions.delivered(done, "case", "77", NOW)
    deployed.mentions.set_aside(aside, "Rejected: no", NOW)
    # When they are listed
    # Then each way to ask gives its own: newest first, or the longest waiting
    assert listed(gehoor) == [new, old, other, done, aside]
    assert listed(gehoor, "--limit", "2") == [new, old]
    assert listed(gehoor, "--source", SOURCES[1]) == [other]
    assert listed(gehoor, "--state", "pending") == [other, old, new]
    assert listed(gehoor, "--state", "pending", "--limit", "1") == [other]
    assert listed(gehoor, "--state", "pending", "--source", SOURCES[1]) == [other]
    assert listed(gehoor, "--state", "delivered") == [done]
    assert listed(gehoor, "--state", "aside") == [aside]


def test_the_list_tells_no_personal_text(gehoor: Command, deployed: Deployed) -> None:
    # Given a mention
    stored(deployed, 1)
    # When mentions are listed, for people and for programs
    runs = [gehoor("mention", "list"), gehoor("mention", "list", "--json")]
    # Then nobody reads what was said
    assert all("parcel" not in run.out and run.code == 0 for run in runs)


def test_an_empty_list_says_so(gehoor: Command) -> None:
    assert gehoor("mention", "list").out == "No mentions.\n"


def test_show_tells_everything_and_nothing_steers_the_terminal(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a mention with a control character in its text
    name = stored(deployed, 1)
    # When it is shown
    told, answered = gehoor("mention", "show", name), gehoor("mention", "show", name, "--json")
    # Then the text is there, harmless for a terminal and exact for a program
    assert "My parcel is late \N{REPLACEMENT CHARACTER}[2J again" in told.out
    assert answered.document["text"] == TEXT
    assert answered.document["author"] == "@anna@social.example"
    assert answered.document["reasons"] == ['says "late"']


def test_an_unknown_mention_is_refused_with_the_nearest(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a mention
    name = stored(deployed, 1)
    # When its id is mistyped
    run = gehoor("mention", "show", name[:-1], "--json")
    # Then the right one is named
    assert (run.code, run.document["nearest"]) == (1, name)


def test_redeliver_brings_a_mention_back_by_its_own_lane(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a calm and an urgent mention that were set aside
    calm, urgent = stored(deployed, 1), stored(deployed, 2, URGENT)
    for name in (calm, urgent):
        deployed.mentions.set_aside(name, "Rejected: no", NOW)
    # When both are redelivered
    run = gehoor("mention", "redeliver", calm, urgent, calm, "--json")
    # Then both are pending and on their way, once each
    assert run.document == {"sent": [calm, urgent], "refused": {}}
    assert {state_of(deployed, name) for name in (calm, urgent)} == {MentionState.PENDING}
    assert deployed.messages("DeliveriesQueue") == [json.dumps({"mention_id": calm})]
    assert deployed.messages("UrgentDeliveriesQueue") == [json.dumps({"mention_id": urgent})]


def test_what_could_not_be_read_is_read_again(gehoor: Command, deployed: Deployed) -> None:
    # Given an item that was set aside, and that can be read now
    name = broken(deployed, STATUS)
    # When everything aside is redelivered
    run = gehoor("mention", "redeliver", "--all-aside", "--json")
    # Then it is a mention with a judgement, pending
    assert run.document == {"sent": [name], "refused": {}}
    record = deployed.mentions.get(name)
    assert record is not None
    assert record.mention is not None
    assert record.judgement is not None
    assert (record.state, record.mention.text) == (MentionState.PENDING, "My parcel is late")
    queues = ("DeliveriesQueue", "UrgentDeliveriesQueue")
    assert [m for queue in queues for m in deployed.messages(queue)] == [
        json.dumps({"mention_id": name})
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({**STATUS, "account": None}, "cannot be read: account"),
        (
            {**STATUS, "account": {**ACCOUNT, "acct": "Noordlicht"}},
            "the company or somebody of its staff wrote it",
        ),
    ],
    ids=["still broken", "own post"],
)
def test_one_refused_mention_does_not_stop_the_others(
    gehoor: Command, deployed: Deployed, raw: object, reason: str
) -> None:
    # Given two mentions aside, one of which must stay there
    stays = broken(deployed, raw)
    goes = stored(deployed, 1)
    deployed.mentions.set_aside(goes, "Rejected: no", NOW)
    # When everything aside is redelivered
    run = gehoor("mention", "redeliver", "--all-aside", "--json")
    # Then the other one is sent, and the reason is told
    assert run.code == 1
    assert run.document["sent"] == [goes]
    assert reason in run.document["refused"][stays]
    assert state_of(deployed, stays) is MentionState.ASIDE
    assert deployed.messages("DeliveriesQueue") == [json.dumps({"mention_id": goes})]


def test_a_broken_item_of_a_source_that_left_stays_aside(
    gehoor: Command, deployed: Deployed
) -> None:
    name = broken(deployed, STATUS, "gone")
    run = gehoor("mention", "redeliver", name)
    assert run.code == 1
    assert f"{name}: its source gone is not in the configuration any more" in run.err


def test_what_is_delivered_stays_delivered(gehoor: Command, deployed: Deployed) -> None:
    # Given a delivered mention
    name = stored(deployed, 1)
    deployed.mentions.delivered(name, "case", "77", NOW)
    # When somebody wants it redelivered
    run = gehoor("mention", "redeliver", name)
    # Then it stays where it is
    assert run.code == 1
    assert "it is in ticket 77 already" in run.err
    assert deployed.messages("DeliveriesQueue") == []


def test_a_deleted_post_is_shown_as_such_and_not_sent_again(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a mention aside whose author deleted it
    name = stored(deployed, 1)
    deployed.mentions.note_missing(name, NOW)
    left = mention(1).without_words()
    assert deployed.mentions.note_gone(name, left, JUDGEMENT.without_words(), NOW)
    deployed.mentions.set_aside(name, "its author deleted it", NOW)
    # When it is shown
    shown = gehoor("mention", "show", name, "--json").document
    # Then it says when that was noticed, and nothing of what was said
    assert shown["missing_since"] == shown["deleted_at"] == NOW.isoformat()
    assert (shown["text"], shown["reasons"]) == ("", [])
    # And nobody brings it back
    run = gehoor("mention", "redeliver", name)
    assert run.code == 1
    assert "its author deleted it" in run.err
    assert state_of(deployed, name) is MentionState.ASIDE
