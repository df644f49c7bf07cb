"""`gehoor mention show` tells the whole story of a mention, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import JUDGEMENT, NOW, case, mention
from gehoor.aws.cases import Cases
from gehoor.aws.ledger import DynamoLedger
from gehoor.aws.outbox import DynamoAnswers

if TYPE_CHECKING:
    from fakes.command import Command
    from fakes.deployed import Deployed
    from gehoor.domain.mention import Mention

LEASE = timedelta(minutes=2)


def at(minutes: int) -> Any:
    return NOW + timedelta(minutes=minutes)


def promise(name: str, minutes: int, **result: str) -> None:
    ledger = DynamoLedger(boto3.client("dynamodb"), "core")
    ledger.begin(name, at(minutes), LEASE)
    ledger.finish(name, result, at(minutes))


def told(gehoor: Command, post: Mention) -> list[str]:
    run = gehoor("mention", "show", post.mention_id, "--json")
    assert run.code == 0, run.err
    story = run.document["story"]
    timed = [row["at"] for row in story if row["at"]]
    assert timed == sorted(timed)
    return [row["what"] for row in story]


def test_everything_is_told_in_order(gehoor: Command, deployed: Deployed) -> None:
    # Given a post that was brought, answered, edited, merged and deleted
    client = boto3.client("dynamodb")
    post = mention(posted_at=at(-1))
    opened = case(
        post, ticket_id="78", left=("77",), is_open=False, handed_over=True, opened_at=at(1)
    )
    cases, answers = Cases(client, "core"), DynamoAnswers(client, "core")
    assert deployed.mentions.put_new(post, JUDGEMENT, NOW)
    cases.put(opened)
    promise(f"note:{opened.case_id}", 2, comment_id="1")
    deployed.mentions.delivered(post.mention_id, opened.case_id, "77", at(3))
    answers.open("77", "501", at(4))
    promise("reply:77:501", 5, permalink="https://town.example/posts/a0")
    answers.close("77", "501", "posted: a0", at(6))
    edited = replace(post, edited_at=at(7))
    deployed.mentions.note_edit(edited, JUDGEMENT, at(8))
    edit = f"edited:{post.mention_id}:{at(7).isoformat()}"
    promise(f"note:77:{edit}", 9, comment_id="2")
    deployed.mentions.delivered(post.mention_id, opened.case_id, "77", at(10), at(7))
    cases.merge([opened.case_id], "78", at(11))
    deployed.mentions.note_missing(post.mention_id, at(12))
    gone, judged = edited.without_words(), JUDGEMENT.without_words()
    deployed.mentions.note_gone(post.mention_id, gone, judged, at(13))
    promise(f"gone:{post.mention_id}", 14, comment_id="3")
    # When it is shown, then all of that is there
    assert told(gehoor, post) == [
        "posted on town, public",
        "seen by source masto; judged en, complaint, urgency normal (nothing stood out)",
        "ticket 77 opened for the case",
        "history note written",
        "an agent's comment 501 in ticket 77 came in",
        "comment 501 in ticket 77 posted: https://town.example/posts/a0",
        "comment 501 in ticket 77 ended, posted: a0",
        "edited by its author",
        "its edit told in ticket 77",
        f"delivered into ticket 77, case {opened.case_id}",
        "its ticket was merged into ticket 78",
        "missing on its network at a first look",
        "held deleted; gehoor erased its words",
        "its deletion told in the ticket",
        "an agent moved the conversation to private messages",
        "ticket 78 is solved",
    ]
    # And people read when
    assert "2026-11-22 10:11:00  its ticket was merged" in (
        gehoor("mention", "show", post.mention_id).out
    )


def test_a_note_of_a_burst_was_handed_to_the_helpdesk(gehoor: Command, deployed: Deployed) -> None:
    # Given a post whose note a job writes with others
    client, post = boto3.client("dynamodb"), mention(posted_at=at(-1))
    opened = case(post, ticket_id="77", opened_at=at(1))
    assert deployed.mentions.put_new(post, JUDGEMENT, NOW)
    Cases(client, "core").put(opened)
    deployed.mentions.delivered(post.mention_id, opened.case_id, "77", at(2))
    DynamoLedger(client, "core").begin(f"note:{opened.case_id}", at(3), LEASE)
    # When it is shown, then that is its last line
    assert told(gehoor, post)[-1] == "history note handed to the helpdesk"


@pytest.mark.parametrize("aside", [False, True])
def test_what_has_not_arrived_says_how_long_it_waits(
    gehoor: Command, deployed: Deployed, aside: bool
) -> None:
    # Given a reply that is on its way, or was set aside
    post = mention(in_reply_to="0")
    assert deployed.mentions.put_new(post, JUDGEMENT, NOW)
    if aside:
        deployed.mentions.set_aside(post.mention_id, "Rejected: no", at(20))
    # When it is shown
    last = told(gehoor, post)[-1]
    # Then its last line says where it stands
    assert last == ("set aside: Rejected: no" if aside else "pending since then")
    assert told(gehoor, post)[0] == "posted on town, public, as a reply"


def test_a_follow_up_was_written_as_a_comment_and_others_answers_are_not_its(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a follow-up in a ticket that another author's case came into
    client = boto3.client("dynamodb")
    post = mention("2", in_reply_to="1")
    opened = case(mention("1"), ticket_id="77")
    assert deployed.mentions.put_new(post, JUDGEMENT, NOW)
    Cases(client, "core").put(opened)
    promise(f"comment:{post.mention_id}:77", 1, comment_id="5")
    deployed.mentions.delivered(post.mention_id, opened.case_id, "77", at(2))
    answers, ledger = DynamoAnswers(client, "core"), DynamoLedger(client, "core")
    for comment_id, owner in (("501", opened.case_id), ("502", "another-case")):
        answers.open("77", comment_id, at(3))
        ledger.claim(f"answered:77:{comment_id}", owner, NOW)
    # When it is shown
    lines = told(gehoor, post)
    # Then the comment is there, and the one answer that is its own
    assert "written into ticket 77 as a comment" in lines
    assert [line for line in lines if "agent's" in line] == [
        "an agent's comment 501 in ticket 77 came in"
    ]


def test_the_ledger_tells_when_an_older_case_was_opened(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a case that does not tell itself
    post = mention(posted_at=at(-1))
    opened = case(post, ticket_id="77")
    assert deployed.mentions.put_new(post, JUDGEMENT, NOW)
    Cases(boto3.client("dynamodb"), "core").put(opened)
    promise(f"ticket:{opened.case_id}", 1, ticket_id="77")
    deployed.mentions.delivered(post.mention_id, opened.case_id, "77", at(2))
    # When its mention is shown, then the ledger does
    assert "ticket 77 opened for the case" in told(gehoor, post)
