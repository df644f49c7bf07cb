"""The functions from outside: the whole way through their handlers, and what they say meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import JUDGEMENT, NOW, author, mention, profile, ticket_draft
from gehoor import bootstrap, connections
from gehoor.aws.cases import Cases
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.identities import Identities
from gehoor.aws.mention_lists import MentionLists
from gehoor.aws.mentions import Mentions
from gehoor.config import parse
from gehoor.domain.budget import Lane, Limit
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.domain.record import MentionState
from gehoor.errors import AuthExpired, RateLimited
from gehoor.usecases.loop_guard import ANSWERS_A_DAY
from gehoor.webhooks.zendesk import COMMENT_ADDED, SIGNATURE, TIMESTAMP, signature
from lambda_stack import CONFIG, HOOK_SECRET, SOURCE, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.helpdesk import FakeHelpdesk

connected_helpdesk = connections.helpdesk
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
PLANTED = ("Zwaluwstraat", "Anna de Wit", "anna.dewit", "annas-account", "broken-raw", "We-send-it")


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def said_by_anna(name: str = "1", text: str = "My parcel is lost", **changes: Any) -> Mention:
    """A post on Mastodon in which everything personal is planted."""
    by = author(
        network="mastodon",
        native_id="https://town.example/users/annas-account",
        handle="@anna.dewit@town.example",
        display_name="Anna de Wit",
        profile_url="https://town.example/@anna.dewit",
    )
    said = mention(name, text=f"{text}, Zwaluwstraat 1", network="mastodon", author=by)
    return replace(said, **changes)


def secrets_read_from_now_on() -> list[str]:
    """The names of secrets as the functions ask SSM for them, in a list that grows."""
    names: list[str] = []

    def watch(params: dict[str, Any], **_: Any) -> None:
        names.append(params["Name"])

    events = bootstrap.ssm().meta.events
    events.register("provide-client-params.ssm.GetParameter", watch)
    return names


def comment_event(ticket_id: str, comment_id: str) -> bytes:
    event = {
        "type": COMMENT_ADDED,
        "detail": {"id": ticket_id, "external_id": "gehoor:x", "subject": "Anna de Wit"},
        "event": {
            "comment": {
                "id": comment_id,
                "body": "We-send-it",
                "is_public": True,
                "author": {"is_staff": True},
            }
        },
    }
    return json.dumps(event).encode()


def ticket_event(kind: str, name: str) -> bytes:
    detail = {"id": name, "external_id": "gehoor:x"}
    event = {"type": f"zen:event-type:{kind}", "detail": detail, "time": f"{NOW.isoformat()}"}
    return json.dumps(event).encode()


def bring_in(lambdas: Lambdas, *posts: Mention | Broken) -> None:
    for post in posts:
        lambdas.town.post(post)
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []


def write_answer(lambdas: Lambdas, ticket_id: str) -> str:
    agent = lambdas.helpdesk.hire_agent()
    return lambdas.helpdesk.write(ticket_id, agent, "We-send-it")


def test_a_post_becomes_a_ticket_and_a_comment_a_reply(lambdas: Lambdas) -> None:
    # Given a post on the network
    bring_in(lambdas, said_by_anna())
    # When its message is delivered
    assert lambdas.deliver() == []
    [ticket_id] = lambdas.helpdesk.tickets
    # And an agent's comment comes by webhook
    comment_id = write_answer(lambdas, ticket_id)
    assert lambdas.webhook(comment_event(ticket_id, comment_id))["statusCode"] == 200
    assert lambdas.answer() == []
    # Then it is a reply
    [answer] = lambdas.town.answers
    assert (answer.text, answer.address.native_id) == ("We-send-it", "1")
    # And a sweep finds nothing to do
    lambdas.clock.advance(minutes=6)
    assert lambdas.call("sweep")["resent"] == 0


def test_what_happens_to_a_ticket_is_followed(lambdas: Lambdas) -> None:
    # Given a ticket that an agent solves and gives to another customer
    bring_in(lambdas, said_by_anna())
    lambdas.deliver()
    [ticket_id] = lambdas.helpdesk.tickets
    real = lambdas.helpdesk.upsert_customer(profile("real")).customer_id
    lambdas.helpdesk.set_status(ticket_id, "solved")
    lambdas.helpdesk.change_requester(ticket_id, real)
    # When the events come by webhook
    for kind in ("ticket.status_changed", "ticket.requester_changed"):
        assert lambdas.webhook(ticket_event(kind, ticket_id))["statusCode"] == 200
    assert lambdas.answer() == []
    # Then the case is closed, and the author is that customer, on the real stores
    identities = Identities(lambdas.stack.dynamodb, lambdas.stack.core)
    [anna] = identities.of_customer(real)
    case = Cases(lambdas.stack.dynamodb, lambdas.stack.core).get(anna.threads[0].case_id)
    assert case is not None
    assert not case.is_open
    # And a merge of that customer is followed to the one who lives on
    winner = lambdas.helpdesk.upsert_customer(profile("winner")).customer_id
    lambdas.helpdesk.merge_customers(real, winner)
    lambdas.webhook(ticket_event("user.merged", real))
    assert lambdas.answer() == []
    assert [found.name for found in identities.of_customer(winner)] == [anna.name]


def test_one_answer_too_many_for_a_day_is_given_back_and_counted(lambdas: Lambdas) -> None:
    # Given an author who is answered as often as may be in a day, and once more
    bring_in(lambdas, said_by_anna())
    lambdas.deliver()
    [ticket_id] = lambdas.helpdesk.tickets
    for _ in range(ANSWERS_A_DAY + 1):
        lambdas.webhook(comment_event(ticket_id, write_answer(lambdas, ticket_id)))
        # When each comes by itself
        assert lambdas.answer() == []
    # Then the last is not posted, and counted
    assert len(lambdas.town.answers) == ANSWERS_A_DAY
    assert '"LoopsStopped":[1.0]' in lambdas.said.getvalue()


def test_a_merged_ticket_is_answered_where_it_goes_on(lambdas: Lambdas) -> None:
    # Given a ticket that was merged into another program's
    bring_in(lambdas, said_by_anna())
    lambdas.deliver()
    [ticket_id] = lambdas.helpdesk.tickets
    stranger = lambdas.helpdesk.upsert_customer(profile("stranger")).customer_id
    draft = ticket_draft(stranger, external_id="shop:17")
    other = lambdas.helpdesk.open_ticket(draft).ticket_id
    lambdas.helpdesk.merge_tickets(ticket_id, other, lambdas.helpdesk.hire_agent())
    lambdas.webhook(ticket_event("ticket.merged", ticket_id))
    assert lambdas.answer() == []
    # When an agent answers there
    lambdas.clock.advance(minutes=1)
    lambdas.webhook(comment_event(other, write_answer(lambdas, other)))
    assert lambdas.answer() == []
    # Then the author reads it
    assert [answer.text for answer in lambdas.town.answers] == ["We-send-it"]


def test_an_answer_whose_webhook_was_lost_is_caught_up_by_the_sweep(lambdas: Lambdas) -> None:
    # Given a ticket, and a first sweep
    bring_in(lambdas, said_by_anna())
    lambdas.deliver()
    [ticket_id] = lambdas.helpdesk.tickets
    lambdas.call("sweep")
    # When an agent's comment is told to nobody
    lambdas.clock.advance(minutes=1)
    write_answer(lambdas, ticket_id)
    lambdas.clock.advance(minutes=5)
    # Then the next sweep sends it on, and the ones after it do not
    assert [lambdas.call("sweep")["caught_up"], lambdas.answer()] == [1, []]
    lambdas.clock.advance(minutes=5)
    assert lambdas.call("sweep")["caught_up"] == 0
    assert [answer.text for answer in lambdas.town.answers] == ["We-send-it"]


def test_a_sweep_without_a_helpdesk_does_its_other_work(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a mention whose message was lost, and a helpdesk whose secret nobody has set
    bring_in(lambdas, said_by_anna())
    monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
    lambdas.clock.advance(minutes=6)
    # When the sweep comes
    swept = lambdas.call("sweep")
    # Then the mention is sent again, and the log says what to do
    assert (swept["resent"], swept["caught_up"]) == (1, 0)
    [line] = [line for line in lambdas.logged() if line["message"] == "swept"]
    assert line["level"] == "WARNING"
    assert "gehoor secret set /gehoor/zendesk" in line["not_caught_up"]


def test_a_replayed_call_has_no_effect(lambdas: Lambdas) -> None:
    # Given a call that was taken
    body = comment_event("35436", "1")
    assert lambdas.webhook(body)["statusCode"] == 200
    # When somebody plays it back
    assert lambdas.webhook(body)["statusCode"] == 200
    # Then it is on its way once
    answer = lambdas.stack.sqs.receive_message(
        QueueUrl=lambdas.stack.urls.events, MaxNumberOfMessages=10
    )
    assert len(answer["Messages"]) == 1
    assert '"WebhooksReplayed":[1.0]' in lambdas.said.getvalue().replace(" ", "")


def test_without_the_table_of_replays_a_call_is_taken_all_the_same(lambdas: Lambdas) -> None:
    lambdas.stack.dynamodb.delete_table(TableName=lambdas.stack.state)
    assert lambdas.webhook(comment_event("35436", "1"))["statusCode"] == 200
    assert '"ReplaysNotKept":[1.0,1.0]' in lambdas.said.getvalue().replace(" ", "")


def test_the_receiver_starts_without_what_it_does_not_need() -> None:
    # Given a new process that takes a call's whole way, as far as it is code
    program = """
import os, sys
os.environ |= {"STATE_TABLE": "state", "EVENTS_QUEUE": "https://sqs.example/1/events"}
os.environ |= {"AWS_DEFAULT_REGION": "eu-west-1"}
from receive_webhook.handler import handler
from gehoor import bootstrap
bootstrap.webhook("zendesk"), bootstrap.queues(), bootstrap.replays()
print([name for name in ("requests", "pydantic", "gehoor.http") if name in sys.modules])
"""
    path = os.pathsep.join(sys.path)
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    # Then neither the client for other companies' APIs nor the checks of configuration are loaded
    assert found.stdout.strip() == "[]"


def test_a_death_anywhere_is_mended_by_the_sweep(lambdas: Lambdas) -> None:
    # Given a stored mention whose message was lost
    bring_in(lambdas, said_by_anna())
    lambdas.stack.sqs.purge_queue(QueueUrl=lambdas.stack.urls.deliveries)
    # When the sweep comes
    lambdas.clock.advance(minutes=6)
    assert lambdas.call("sweep")["resent"] == 1
    # Then it is delivered
    assert lambdas.deliver() == []
    assert len(lambdas.helpdesk.tickets) == 1


def test_a_repaired_mention_is_delivered(lambdas: Lambdas) -> None:
    # Given an item that could not be read, and then could
    bring_in(lambdas, Broken("9", "the status cannot be read: account", '{"x": "broken-raw"}'))
    core = (lambdas.stack.dynamodb, lambdas.stack.core)
    [record] = MentionLists(*core).undelivered(MentionState.ASIDE, 10)
    mentions = Mentions(*core)
    mentions.repair(record.mention_id, said_by_anna("9"), JUDGEMENT)
    mentions.make_pending(record.mention_id, NOW)
    # When it is sent
    lambdas.call("deliver_mention", _event(lambdas, mention_id=record.mention_id))
    # Then it is a ticket
    assert len(lambdas.helpdesk.tickets) == 1
    found = mentions.get(record.mention_id)
    assert found is not None
    assert found.state is MentionState.DELIVERED


def test_the_deliveries_of_a_source_that_was_removed_go_on(lambdas: Lambdas) -> None:
    # Given a mention of a source that then leaves the configuration, with a poll under way
    bring_in(lambdas, said_by_anna())
    lambdas.call("dispatch_polls")
    other = json.loads(json.dumps(CONFIG).replace(f'"{SOURCE}"', '"other"'))
    ConfigStore(lambdas.stack.dynamodb, lambdas.stack.state).push(parse(other), NOW)
    lambdas.clock.advance(minutes=2)
    # When both messages come
    lambdas.stack.sqs.send_message(
        QueueUrl=lambdas.stack.urls.polls, MessageBody=json.dumps({"source_id": SOURCE})
    )
    assert lambdas.poll() == []
    assert lambdas.deliver() == []
    # Then the ticket is there, and the poll was dropped
    assert len(lambdas.helpdesk.tickets) == 1
    assert "source retired" in [line["message"] for line in lambdas.logged()]


def test_one_bad_message_harms_only_itself(lambdas: Lambdas) -> None:
    # Given a good message between bad ones
    bring_in(lambdas, said_by_anna())
    bad = ["[]", "{", '{"mention_id": {"a": 1}}', '{"mention_ids": "x"}']
    for body in bad:
        url = lambdas.stack.urls.deliveries
        lambdas.stack.sqs.send_message(QueueUrl=url, MessageBody=body)
    # When they come in one batch
    failed = lambdas.deliver()
    # Then only they come back
    assert sorted(failed) == bad
    assert len(lambdas.helpdesk.tickets) == 1


def test_a_message_that_comes_twice_at_once_does_its_work_once(lambdas: Lambdas) -> None:
    bring_in(lambdas, said_by_anna())
    lists = MentionLists(lambdas.stack.dynamodb, lambdas.stack.core)
    [record] = lists.undelivered(MentionState.PENDING, 10)
    lambdas.call("deliver_mention", _event(lambdas, mention_id=record.mention_id))
    assert lambdas.deliver() == []
    assert len(lambdas.helpdesk.tickets) == 1
    [ticket] = lambdas.helpdesk.tickets.values()
    assert len(ticket.comments) == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"body": None, "isBase64Encoded": False}, 401),
        ({"body": "%%%"}, 401),
        ({"body": "a"}, 401),
        ({"headers": {}}, 401),
        ({"headers": None}, 401),
        ({"pathParameters": None}, 404),
        ({"pathParameters": {"sender": "nobody"}}, 404),
        ({"pathParameters": {"sender": "__init__"}}, 404),
        ({"pathParameters": {"sender": "zendesk.verify"}}, 404),
        ({"pathParameters": {"sender": "../zendesk"}}, 404),
        ({"pathParameters": {"sender": ""}}, 404),
    ],
)
def test_a_webhook_is_answered_with_what_its_sender_needs(
    lambdas: Lambdas, changes: dict[str, Any], status: int
) -> None:
    assert lambdas.webhook(comment_event("35436", "1"), **changes)["statusCode"] == status


@pytest.mark.parametrize("change", [str.upper, str.title, str.lower])
def test_header_names_may_be_written_in_any_case(lambdas: Lambdas, change: Any) -> None:
    # Given a call whose body is passed as text
    body = comment_event("35436", "1")
    at = "2026-11-22T10:00:00Z"
    headers = {change(SIGNATURE): signature(HOOK_SECRET, at, body), change(TIMESTAMP): at}
    # Then it is believed
    answer = lambdas.webhook(body, headers=headers, body=body.decode(), isBase64Encoded=False)
    assert answer["statusCode"] == 200


def test_a_forged_webhook_is_refused(lambdas: Lambdas) -> None:
    body = comment_event("35436", "1")
    assert lambdas.webhook(body, secret="guessed")["statusCode"] == 401
    assert lambdas.webhook(b"x" * 10_000_000, secret="guessed")["statusCode"] == 401
    assert lambdas.webhook(b"[" * 100_000)["statusCode"] == 400


def test_a_new_signing_secret_counts_at_once(lambdas: Lambdas) -> None:
    # Given a receiver that has read the secret, which then is replaced
    body = comment_event("35436", "1")
    assert lambdas.webhook(body)["statusCode"] == 200
    read = secrets_read_from_now_on()
    lambdas.clock.advance(seconds=31)
    boto3.client("ssm").put_parameter(
        Name="/gehoor/webhook/zendesk", Value="the new one", Type="SecureString", Overwrite=True
    )
    # When calls come that are signed with the new one
    statuses = [lambdas.webhook(body, secret="the new one")["statusCode"] for _ in range(3)]
    # Then none is refused, and the secret was read once
    assert statuses == [200] * 3
    assert read == ["/gehoor/webhook/zendesk"]


def test_forged_calls_do_not_make_gehoor_read_its_secret_every_time(lambdas: Lambdas) -> None:
    # Given a receiver that has read the secret
    body = comment_event("35436", "1")
    assert lambdas.webhook(body)["statusCode"] == 200
    read = secrets_read_from_now_on()
    # When forged calls come for a minute
    for _ in range(12):
        lambdas.clock.advance(seconds=5)
        assert lambdas.webhook(body, secret="guessed")["statusCode"] == 401
    # Then it was looked for a newer secret every half a minute
    assert len(read) == 2


def test_a_webhook_without_a_secret_to_check_it_comes_again(lambdas: Lambdas) -> None:
    boto3.client("ssm").delete_parameter(Name="/gehoor/webhook/zendesk")
    answer = lambdas.webhook(comment_event("35436", "1"))
    assert (answer["statusCode"], answer["headers"]) == (503, {"Retry-After": "30"})


def test_a_fault_of_gehoor_never_answers_500(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a bug, whose error quotes the body
    def broken(_sender: str) -> None:
        message = "Anna de Wit"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(bootstrap, "webhook", broken)
    # Then the sender comes again, and the log says where it was
    assert lambdas.webhook(comment_event("35436", "1"))["statusCode"] == 503
    assert "fault in gehoor: please report it" in [line["message"] for line in lambdas.logged()]
    assert "Anna" not in lambdas.said.getvalue()


def test_nothing_that_is_said_or_queued_names_a_person_or_a_secret(lambdas: Lambdas) -> None:
    # Given everything there is: urgent, private, broken, refused, dead tokens, faults
    queued: list[str] = []

    def watch(params: dict[str, Any], **_: Any) -> None:
        queued.append(json.dumps(params))

    lambdas.stack.sqs.meta.events.register("before-parameter-build.sqs", watch)
    bring_in(
        lambdas,
        said_by_anna("1"),
        said_by_anna("2", text="There is a fire, I call my lawyer"),
        said_by_anna("3", in_reply_to="1", visibility=Visibility.DIRECT),
        said_by_anna("4", permalink="https://town.example/anna.dewit/" + "x" * 3_000),
        Broken("5", "the status cannot be read: account", '{"x": "broken-raw"}'),
    )
    for _ in range(3):
        lambdas.deliver()
        lambdas.clock.advance(minutes=3)
    for ticket_id in lambdas.helpdesk.tickets:
        lambdas.webhook(comment_event(ticket_id, write_answer(lambdas, ticket_id)))
    lambdas.town.deleted.add("1")
    lambdas.answer()
    lambdas.clock.advance(minutes=6)
    lambdas.call("sweep")
    _break_with_words(lambdas)
    # Then nothing of it is in the logs, the metrics, the queues, or the reasons that are kept
    lists = MentionLists(lambdas.stack.dynamodb, lambdas.stack.core)
    reasons = [record.reason for record in lists.undelivered(MentionState.ASIDE, 10)]
    assert len(reasons) >= 2
    assert len(lambdas.helpdesk.tickets) == 1
    assert len(queued) > 10
    for place in (lambdas.said.getvalue(), *queued, *reasons):
        for planted in (*PLANTED, "the-secret-of-the-webhook"):
            assert planted not in place


def _break_with_words(lambdas: Lambdas) -> None:
    """Let each function meet an error that quotes what somebody wrote."""

    def raising(*_: Any, **__: Any) -> None:
        message = "Anna de Wit, Zwaluwstraat"
        raise ValueError(message)

    patch = pytest.MonkeyPatch()
    with patch.context() as changed:
        changed.setattr(lambdas.town, "read", raising)
        changed.setattr(lambdas.helpdesk, "upsert_customer", raising)
        changed.setattr(lambdas.helpdesk, "read_ticket", raising)
        lambdas.call("dispatch_polls")
        assert len(lambdas.poll()) == 1
        new = said_by_anna("8", author=replace(said_by_anna().author, native_id="annas-account"))
        Mentions(lambdas.stack.dynamodb, lambdas.stack.core).put_new(new, JUDGEMENT, NOW)
        event = _event(lambdas, mention_id=new.mention_id)
        assert lambdas.call("deliver_mention", event)["batchItemFailures"]
        event = _event(lambdas, ticket_id="1", comment_id="2")
        assert lambdas.call("apply_event", event)["batchItemFailures"]


def test_a_dead_token_is_told_from_a_dead_network(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: Any) -> None:
        message = "source masto: the token is refused; run: gehoor secret set /gehoor/masto"
        raise AuthExpired(message)

    monkeypatch.setattr(lambdas.town, "read", dead)
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    assert lambdas.call("sweep")["sources"] == {SOURCE: "auth_expired"}


def test_a_helpdesk_without_its_secret_is_counted(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a helpdesk whose secret nobody has set
    monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
    # When an answer comes
    lambdas.call("apply_event", _event(lambdas, ticket_id="1", comment_id="2"))
    # Then an alarm can see it, and the log says what to do
    assert '"HelpdeskAuthExpired":[1.0]' in lambdas.said.getvalue().replace(" ", "")
    assert "gehoor secret set /gehoor/zendesk" in lambdas.said.getvalue()


def test_each_queue_has_its_lane_at_the_helpdesk(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a helpdesk that keeps whose calls it was connected for
    lanes: list[Lane] = []

    def connected(lane: Lane) -> FakeHelpdesk:
        lanes.append(lane)
        return lambdas.helpdesk

    monkeypatch.setattr(connections, "helpdesk", connected)
    # When something urgent, something else and an answer come
    bring_in(lambdas, said_by_anna("1", text="There is a fire"), said_by_anna("2"))
    assert lambdas.feed("deliver_mention", "urgent_deliveries") == []
    assert lambdas.feed("deliver_mention", "deliveries") == []
    ticket_id = next(iter(lambdas.helpdesk.tickets))
    lambdas.webhook(comment_event(ticket_id, write_answer(lambdas, ticket_id)))
    assert lambdas.answer() == []
    # Then the urgent and the answer come first
    assert lanes == [Lane.URGENT, Lane.NORMAL, Lane.URGENT]


def test_the_connections_of_all_lanes_share_one_budget(lambdas: Lambdas) -> None:
    # Given a helpdesk with its secret
    name = "/gehoor/zendesk"
    boto3.client("ssm").put_parameter(Name=name, Value="a-token", Type="SecureString")
    # When it is connected for two lanes, again and again
    urgent, normal = (connected_helpdesk(lane) for lane in (Lane.URGENT, Lane.NORMAL))
    # Then each lane keeps its own connection
    assert connected_helpdesk(Lane.URGENT) is urgent is not normal
    # And what closes the helpdesk for one closes it for the other
    closed_until = NOW + timedelta(minutes=5)
    limit = Limit("zendesk:noordlicht.zendesk.example", 400, timedelta(minutes=1), 8)
    connections.budget().close(limit, closed_until)
    for helpdesk in (urgent, normal):
        with pytest.raises(RateLimited) as refused:
            helpdesk.read_ticket("1")
        assert refused.value.retry_at == closed_until


def test_a_mention_that_finds_the_budget_spent_waits_and_is_counted(
    lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a helpdesk that is closed for a while
    monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
    boto3.client("ssm").put_parameter(Name="/gehoor/zendesk", Value="a-token", Type="SecureString")
    limit = Limit("zendesk:noordlicht.zendesk.example", 400, timedelta(minutes=1), 8)
    connections.budget().close(limit, NOW + timedelta(minutes=1))
    # When a mention is delivered
    bring_in(lambdas, said_by_anna())
    assert len(lambdas.deliver()) == 1
    # Then it comes back when the helpdesk opens, and the refusal is counted
    [line] = [line for line in lambdas.logged() if line["message"] == "put back"]
    assert 61 < line["delay_s"] <= 65
    assert "nothing was sent" in line["error"]
    assert '"HelpdeskBudgetSpent":[1.0]' in lambdas.said.getvalue().replace(" ", "")


def test_why_a_webhook_was_not_taken_is_logged(lambdas: Lambdas) -> None:
    lambdas.webhook(comment_event("35436", "1"), secret="guessed")
    [line] = [line for line in lambdas.logged() if line["message"] == "webhook"]
    assert (line["level"], line["status"]) == ("WARNING", 401)
    assert "compare the signing secrets" in line["reason"]


def test_a_worker_waits_until_the_time_is_there() -> None:
    until = bootstrap.clock() + timedelta(milliseconds=20)
    bootstrap.wait(until)
    assert bootstrap.clock() > until


def _event(lambdas: Lambdas, **body: str) -> dict[str, Any]:
    """A message that SQS does not know any more."""
    name = lambdas.stack.urls.deliveries.rpartition("/")[2]
    record = {
        "messageId": "m",
        "receiptHandle": "gone",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:1:{name}",
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}
