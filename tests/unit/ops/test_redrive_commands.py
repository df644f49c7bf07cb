"""`gehoor redrive`: dead letters by reason, and back into the flow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import JUDGEMENT, NOW, mention
from gehoor.aws.alerts import DynamoAlerts
from gehoor.aws.bulks import Notes
from gehoor.aws.outbox import DynamoAnswers
from gehoor.domain.alert import alerts_of_reach
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor_ops import dead_letters

if TYPE_CHECKING:
    from fakes.command import Command
    from fakes.deployed import Deployed

FAR, LIMITS = Reach(followers=9), ReachThresholds(followers=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "LISTENING_S", 0)


def bury(deployed: Deployed, queue: str, *bodies: object) -> None:
    url = deployed.queue_urls[f"{queue}DeadLetters"]
    for body in bodies:
        text = body if isinstance(body, str) else json.dumps(body)
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=text, MessageGroupId="g")


def pending(deployed: Deployed, name: str) -> str:
    post = mention(name)
    assert deployed.mentions.put_new(post, JUDGEMENT, NOW)
    return post.mention_id


def told(document: Any) -> dict[str, tuple[int, str]]:
    return {row["reason"]: (row["count"], row["fate"]) for row in document["dead_letters"]}


def test_a_dry_run_tells_reasons_and_changes_nothing(gehoor: Command, deployed: Deployed) -> None:
    # Given a dead letter of each kind
    client = boto3.client("dynamodb")
    waits, done, aside = (pending(deployed, name) for name in "123")
    deployed.mentions.delivered(done, "case", "77", NOW)
    deployed.mentions.set_aside(aside, "Rejected: no", NOW)
    Notes(client, "core").open("case-1", waits, NOW)
    answers = DynamoAnswers(client, "core")
    for comment_id in ("1", "2"):
        answers.open("77", comment_id, NOW)
    answers.close("77", "1", "posted: a0", NOW)
    deployed.sources.reconcile(["masto"], NOW)
    ids = [{"mention_id": name} for name in (waits, done, aside, "unknown")]
    more = [{"case_id": "case-1"}, {"case_id": "case-2"}, {"bulk_id": "b"}, {"recheck_id": waits}]
    store, told_of = DynamoAlerts(client, "core"), ("1", "2")
    signals = [one for name in told_of for one in alerts_of_reach(mention(name), FAR, LIMITS, NOW)]
    names = [signal.name for signal in signals if store.put_new(signal, NOW)]
    store.told(names[0], NOW)
    more += [{"alert_id": name} for name in names]
    bury(deployed, "Deliveries", *ids, *more, "no JSON", "[]", {"mention_id": waits})
    polls = [{"source_id": "masto"}, {"source_id": "left"}, {"source_id": "masto", "post_id": "9"}]
    bury(deployed, "Polls", *polls)
    comments = [{"event": "c", "ticket_id": "77", "comment_id": name} for name in "123"]
    bury(deployed, "Events", *comments, {"event": "ticket_merged", "ticket_id": "77"})
    # When they are looked at, twice
    run = gehoor("redrive", "--json")
    # Then each reason is told with what would be done
    assert told(run.document) == {
        "mention: still pending": (2, "send again"),
        "mention: delivered meanwhile": (1, "drop"),
        "mention: set aside (Rejected: no)": (1, "drop"),
        "mention: not stored any more": (1, "drop"),
        "history note: still to be written": (1, "send again"),
        "history note: written meanwhile": (1, "drop"),
        "bulk: over meanwhile": (1, "drop"),
        "alert: told meanwhile": (1, "drop"),
        "alert: still to be told": (1, "send again"),
        "look at a post: its network did not tell for long": (1, "send again"),
        "no message of gehoor's": (2, "keep"),
        "poll: source masto: well again; it is polled at its next turn anyway": (1, "drop"),
        "poll: the source left the configuration": (1, "drop"),
        "look at a pushed post: source masto: well again": (1, "send again"),
        "answer: ended meanwhile": (1, "drop"),
        "answer: still pending": (2, "send again"),
        "event: ticket_merged": (1, "send again"),
    }
    assert not run.document["applied"]
    # And it is all still there, for the next look too
    assert gehoor("redrive", "--json").document == run.document
    assert "gehoor mention redeliver --all-aside" in gehoor("redrive").out
    assert deployed.messages("DeliveriesQueue") == []


def test_what_is_still_to_be_done_is_sent_again_and_the_rest_dropped(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given dead letters to send, to drop and to keep
    waits, done = pending(deployed, "1"), pending(deployed, "2")
    deployed.mentions.delivered(done, "case", "77", NOW)
    bury(deployed, "UrgentDeliveries", {"mention_id": waits}, {"mention_id": done}, "what?")
    # When they are redriven
    run = gehoor("redrive", "--apply", "--json")
    # Then what waits is in the queue it came from, and only the stranger is left
    assert run.document["applied"]
    assert deployed.messages("UrgentDeliveriesQueue") == [json.dumps({"mention_id": waits})]
    assert told(gehoor("redrive", "--json").document) == {"no message of gehoor's": (1, "keep")}


def test_only_the_queue_that_is_asked_for_is_touched(gehoor: Command, deployed: Deployed) -> None:
    # Given dead letters of two queues
    for queue in ("Polls", "Events"):
        bury(deployed, queue, {"event": "ticket_merged", "ticket_id": "77"})
    # When one queue's are redriven
    gehoor("redrive", "--queue", "Events", "--apply")
    # Then the other's stay
    assert deployed.messages("EventsQueue") != []
    rows = gehoor("redrive", "--json").document["dead_letters"]
    assert [row["queue"] for row in rows] == ["Polls"]


def test_no_dead_letters_are_good_news(gehoor: Command, deployed: Deployed) -> None:
    assert gehoor("redrive").out == "No dead letters.\n"


def test_long_work_shows_progress_and_comes_in_bounded_runs(
    gehoor: Command, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given more dead letters than one run takes
    monkeypatch.setattr(dead_letters, "MOST", 20)
    monkeypatch.setattr("gehoor_ops.redrive_commands.MOST", 20)
    monkeypatch.setattr("gehoor_ops.redrive_commands.PROGRESS_EVERY", 10)
    bury(deployed, "Events", *({"event": "e", "n": str(number)} for number in range(25)))
    # When they are redriven
    run = gehoor("redrive", "--apply", "--json")
    # Then the first are taken, and it says how far it is and that there are more
    assert told(run.document) == {"event: e": (20, "send again")}
    assert "Events: 10 of 20" in run.err
    assert "run it again for the rest" in run.err
    assert told(gehoor("redrive", "--json").document) == {"event: e": (5, "send again")}
