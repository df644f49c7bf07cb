"""The main job on the embedded AWS: a post becomes a ticket, an answer goes back, exactly once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from gehoor.aws.arrivals import DynamoArrivals
from gehoor.config import to_json
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.webhooks.x import SIGNATURES, signature
from gehoor_ops import embedded
from running_stack import TIMEOUT, Desk, Running, Street, deployed, eventually, gehoor

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def test_seeded_complaints_become_tickets_by_themselves(desk: Desk) -> None:
    # Given the seeded conversations, when nobody does anything more
    eventually(lambda: len(desk.tickets()) >= 9, 90, "nine tickets")
    tickets = desk.tickets()

    # Then each author's thread is one ticket with the customer's words and a history note
    assert len({t["external_id"] for t in tickets}) == len(tickets)
    first, note = desk.comments(tickets[0])[:2]
    assert first["public"]
    assert not note["public"]
    assert "What you can do here" in note["plain_body"]


def test_an_answer_goes_back_once_and_is_shown_in_the_ticket(
    street: Street, desk: Desk, poll_now: Callable[[], None]
) -> None:
    # Given a customer's post that became a ticket
    post = street.say("anna", "@noordlicht my modem has been blinking red since Tuesday")
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("blinking red"), 60, "the ticket")

    # When the agent answers in public
    desk.answer(ticket, "Sorry! Please hold the reset button for ten seconds.", public=True)

    # Then the customer reads it in the thread, once
    [answer] = eventually(lambda: street.answers_to("anna", post["id"]), 60, "the answer")
    assert "reset button" in answer["content"]
    assert answer["in_reply_to_id"] == post["id"]
    # And the ticket shows that it is there
    eventually(
        lambda: any(answer["url"] in c["plain_body"] for c in desk.comments(ticket)),
        30,
        "the note with the link",
    )
    assert len(street.answers_to("anna", post["id"])) == 1


def test_an_internal_note_never_leaves_the_ticket(
    street: Street, desk: Desk, poll_now: Callable[[], None]
) -> None:
    # Given a ticket
    post = street.say("bram", "@noordlicht the invoice of October is wrong")
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("invoice of October"), 60, "the ticket")

    # When the agent writes a note, and after it a public answer
    desk.answer(ticket, "He is right, the discount is missing.", public=False)
    desk.answer(ticket, "We will look at the invoice today.", public=True)

    # Then only the answer is on the network
    answers = eventually(lambda: street.answers_to("bram", post["id"]), 60, "the answer")
    assert [("invoice today" in a["content"]) for a in answers] == [True]


def test_a_follow_up_joins_the_ticket(
    street: Street, desk: Desk, poll_now: Callable[[], None]
) -> None:
    # Given a ticket
    post = street.say("carla", "@noordlicht where is my parcel?")
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("where is my parcel"), 60, "the ticket")

    # When its author writes on in the thread
    street.say("carla", "@noordlicht it says delivered, it is not", in_reply_to_id=post["id"])
    poll_now()

    # Then it is a comment of the same ticket
    eventually(
        lambda: any("it says delivered" in c["plain_body"] for c in desk.comments(ticket)),
        60,
        "the follow-up",
    )
    assert desk.ticket_about("it says delivered") is None


def test_a_private_message_is_answered_in_private(
    street: Street, desk: Desk, poll_now: Callable[[], None]
) -> None:
    # Given a private message
    post = street.say("deniz", "@noordlicht my contract number is 4711", visibility="direct")
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("contract number"), 60, "the ticket")

    # When the agent answers with what helpdesks call a public comment
    desk.answer(ticket, "Thank you, we found your contract.", public=True)

    # Then only the author can read it
    [answer] = eventually(lambda: street.answers_to("deniz", post["id"]), 60, "the answer")
    assert answer["visibility"] == "direct"


def test_a_forged_webhook_is_refused(stack: Running) -> None:
    # Given a call without a valid signature
    host = stack["api_url"].removeprefix("http://")
    url = f"{stack['aws_endpoint_url']}/hooks/zendesk"
    body = '{"type":"zen:event-type:ticket.comment_added"}'

    # When it arrives, then it is not believed
    forged = requests.post(url, data=body, headers={"Host": host}, timeout=(2, 20))
    assert forged.status_code == 401
    # And a sender nobody knows is not found
    unknown = requests.post(
        f"{stack['aws_endpoint_url']}/hooks/nobody", data=body, headers={"Host": host}, timeout=20
    )
    assert unknown.status_code == 404


def test_a_network_that_pushes_is_shown_that_gehoor_knows_its_secret(stack: Running) -> None:
    # Given the secret of an X app
    done = gehoor(stack.run, "secret", "set", "/gehoor/webhook/x", text="consumer-secret")
    assert done.returncode == 0, done.stderr
    host = {"Host": stack["api_url"].removeprefix("http://")}
    url = f"{stack['aws_endpoint_url']}/hooks/x"

    # When X asks for a digest of its token, then it has one
    answer = requests.get(url, params={"crc_token": "a+b/c="}, headers=host, timeout=TIMEOUT)
    assert answer.status_code == 200
    assert answer.json() == {"response_token": signature("consumer-secret", b"a+b/c=")}
    # And what it then signs is taken
    event = {"event_uuid": "7", "event_type": "oauth.revoke", "payload": {}}
    body = json.dumps({"data": event}).encode()
    signed = {**host, SIGNATURES[0]: signature("consumer-secret", body)}
    assert requests.post(url, data=body, headers=signed, timeout=TIMEOUT).status_code == 200


def test_the_sweep_delivers_what_is_stuck_and_nothing_twice(
    stack: Running, street: Street, desk: Desk, poll_now: Callable[[], None]
) -> None:
    # Given a mention that is in the helpdesk, though its worker died before noting that
    street.say("farid", "@noordlicht the app forgets my password every day")
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("forgets my password"), 60, "the ticket")
    tables = deployed(stack.document)
    mentions, lists = tables.mentions(), tables.mention_lists()
    record = eventually(
        lambda: next(
            (
                r
                for r in lists.seen_on(f"{datetime.now(UTC):%Y-%m-%d}", 50)
                if r.ticket_id == str(ticket["id"])
            ),
            None,
        ),
        30,
        "the delivered mention",
    )
    before = len(desk.comments(ticket))
    mentions.make_pending(record.mention_id, datetime.now(UTC) - timedelta(minutes=6))

    # When the sweep finds it
    embedded.invoke(stack["aws_endpoint_url"], "sweep")

    # Then it is noted as delivered, and the ticket has not changed
    def state() -> bool:
        found = mentions.get(record.mention_id)
        return found is not None and found.state is MentionState.DELIVERED

    eventually(state, 60, "the delivery")
    assert len(desk.comments(ticket)) == before


def test_a_post_that_is_taken_back_is_told_of_and_erased(
    stack: Running, street: Street, desk: Desk, poll_now: Callable[[], None]
) -> None:
    # Given a post that is in the helpdesk, and that the sweep can find by its age
    began = datetime.now(UTC)
    posted = street.say("farid", "@noordlicht my neighbour reads my letters")
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("reads my letters"), 60, "the ticket")
    here = deployed(stack.document)
    arrivals = DynamoArrivals(here.account.dynamodb(), here.output("CoreTable"))
    names = [name for _, name in arrivals.between(began, datetime.now(UTC))]
    records = filter(None, map(here.mentions().get, names))
    [name] = [r.mention_id for r in records if r.mention and r.mention.native_id == posted["id"]]
    eventually(lambda: is_delivered(here.mentions().get(name)), 60, "the delivery's end")

    # When its author deletes it, and it is missing at a second look
    street.take_back("farid", posted["id"])
    here.mentions().note_missing(name, began - timedelta(hours=1))
    here.queues().send_rechecks([name])

    # Then the agent reads that in the ticket, and gehoor keeps none of it
    def told() -> bool:
        return any("no longer on Mastodon" in c["body"] for c in desk.comments(ticket))

    eventually(told, 60, "the note")
    found = here.mentions().get(name)
    assert found is not None
    assert found.mention is not None
    assert (found.mention.text, found.deleted_at is not None) == ("", True)


def is_delivered(record: MentionRecord | None) -> bool:
    return record is not None and record.state is MentionState.DELIVERED


@pytest.mark.timeout(500)
def test_two_sources_that_see_one_post_make_one_ticket(
    stack: Running, street: Street, desk: Desk, tmp_path: Path, poll_now: Callable[[], None]
) -> None:
    # Given a hashtag watched beside the mentions
    _, config = deployed(stack.document).config_store().current()
    document = json.loads(to_json(config))
    mentions_source = next(s for s in document["sources"] if s["id"] == "street")
    document["sources"] = [mentions_source, {**mentions_source, "id": "tag", "hashtag": "nolight"}]
    own = tmp_path / "gehoor.yaml"
    own.write_text(json.dumps(document))
    assert gehoor(stack.run, "config", "push", str(own)).returncode == 0

    # When a post is both
    street.say("els", "@noordlicht still no power here #nolight")
    poll_now()
    eventually(lambda: desk.ticket_about("still no power here"), 90, "the ticket")

    # Functions know a new source when their minute-old configuration has run out.
    def both_polled() -> bool:
        poll_now()
        listed = json.loads(gehoor(stack.run, "source", "list", "--json").stdout)["sources"]
        return all(source["last_success_at"] for source in listed)

    eventually(both_polled, 300, "a poll of both sources")

    # Then it is one ticket
    found = [t for t in desk.tickets() if "still no power here" in t["description"]]
    assert len(found) == 1
