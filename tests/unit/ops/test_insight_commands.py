"""`gehoor insight` and `gehoor faces`: what is kept to learn from, and who looks like us."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3

from factories import author, judgement, mention
from gehoor.aws.alerts import DynamoAlerts
from gehoor.domain.alert import alert_of_face
from gehoor.domain.faces import FalseFace
from gehoor.domain.judgement import Intent
from gehoor.domain.record import MentionState

if TYPE_CHECKING:
    from fakes.command import Command
    from fakes.deployed import Deployed

NOW = datetime.now(UTC)
FACE = FalseFace(
    "town", "@noordlicht_help", "Help \x1b[2J", "town:9", "reads like us", "https://a/1"
)


def kept(deployed: Deployed, number: int, intent: Intent = Intent.NEWS) -> str:
    post = mention(str(number), text="Noordlicht opens a shop")
    judged = judgement(intent=intent, topic="shops")
    assert deployed.mentions.put_insight(post, judged, NOW - timedelta(hours=number))
    return post.mention_id


def test_insights_are_listed_newest_first_and_by_intent_without_their_text(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given news and a post about a competitor, beside a mention for agents
    old, new = kept(deployed, 2), kept(deployed, 1, Intent.COMPETITOR)
    assert deployed.mentions.put_new(mention("3"), judgement(), NOW)
    # When they are listed
    run = gehoor("insight", "list", "--json")
    # Then they are there, and the mention is not
    assert [one["mention_id"] for one in run.document["insights"]] == [new, old]
    assert run.document["insights"][1]["topic"] == "shops"
    assert "opens" not in run.out + gehoor("insight", "list").out
    only = gehoor("insight", "list", "--intent", "news", "--json").document["insights"]
    assert [one["mention_id"] for one in only] == [old]
    assert len(gehoor("insight", "list", "--limit", "1", "--json").document["insights"]) == 1


def test_nothing_to_list_is_said(gehoor: Command, deployed: Deployed) -> None:
    assert gehoor("insight", "list").out.strip() == "No insights."
    assert gehoor("faces", "list").out.strip() == "Nobody looks like the company."
    assert gehoor("faces", "list", "--json").document == {"faces": []}


def test_an_insight_is_among_the_mentions_too(gehoor: Command, deployed: Deployed) -> None:
    mention_id = kept(deployed, 1)
    run = gehoor("mention", "list", "--state", "insight", "--json")
    assert [one["mention_id"] for one in run.document["mentions"]] == [mention_id]
    assert gehoor("mention", "show", mention_id, "--json").document["state"] == "insight"


def test_an_operator_makes_a_ticket_of_an_insight(gehoor: Command, deployed: Deployed) -> None:
    # Given what was kept to learn from
    mention_id = kept(deployed, 1)
    # When somebody wants agents to see it
    deployed.mentions.make_pending(mention_id, NOW)
    # Then it is on its way like any other, and listed as insight no more
    record = deployed.mentions.get(mention_id)
    assert record is not None
    assert record.state is MentionState.PENDING
    assert gehoor("insight", "list", "--json").document == {"insights": []}


def test_faces_are_listed_with_their_evidence_once(gehoor: Command, deployed: Deployed) -> None:
    # Given two false faces, of which one was told of
    store = DynamoAlerts(boto3.client("dynamodb"), "core")
    post = mention(author=author(display_name="Help"))
    told = alert_of_face(post, FACE)
    other = alert_of_face(post, replace(FACE, handle="@noordlicht_care"))
    assert store.put_new(told, NOW - timedelta(hours=1))
    assert store.put_new(other, NOW)
    store.told(told.name, NOW)
    # When they are listed
    run = gehoor("faces", "list", "--json")
    # Then each is there with what is alike, the newest first
    assert [(one["handle"], one["told_at"] is None) for one in run.document["faces"]] == [
        ("@noordlicht_care", True),
        ("@noordlicht_help", False),
    ]
    assert run.document["faces"][0]["evidence"] == "reads like us"
    # And a name steers nobody's terminal
    assert "\x1b" not in gehoor("faces", "list").out
