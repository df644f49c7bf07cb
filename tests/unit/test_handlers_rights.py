"""Every function may do what it does and no more: its calls to AWS against its own role.

What is called is recorded while the functions run; what a role grants and no run here calls is
taken away from it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from bluesky_connection import SECRET_NAME as BLUESKY
from desk_server import CLIENT, OAUTH_CLIENT, Desk, running_desk
from factories import NOW, author, mention
from fakes.compliance import DURATION, FakeComplianceJobs
from fakes.helpdesk import FakeBulk
from gehoor import connections, networks
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.mentions import Mentions
from gehoor.config import parse
from gehoor.domain.incident import BROADCAST, BROADCAST_GO
from gehoor.errors import Rejected, Unavailable
from gehoor.usecases.broadcast import A_ROUND
from gehoor.usecases.compliance import EVERY
from gehoor.usecases.reading import MAX_PAGES
from gehoor.usecases.recheck import SECOND_LOOK
from gehoor.webhooks import x
from gehoor.webhooks.zendesk import COMMENT_ADDED
from lambda_stack import CONFIG, SOURCE, Context, Lambdas, lambda_stack
from loopback import Answer, serving
from rights import Call, Grant, Watch, grants
from scripted_bluesky import SECRET as BLUESKY_SECRET
from scripted_bluesky import ScriptedBluesky, scripted_bluesky
from webhook_receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gehoor.domain.mention import Mention
    from gehoor.domain.ticket import CommentDraft

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
connected_helpdesk, connected_network = connections.helpdesk, connections.network
FUNCTIONS = {
    "apply_event": "EventsQueue",
    "deliver_mention": "DeliveriesQueue UrgentDeliveriesQueue",
    "dispatch_polls": "",
    "poll_source": "PollsQueue",
    "receive_webhook": "",
    "sweep": "",
}
"""Each function with the queues that feed it."""

FEEDING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What Lambda itself calls with the role, to feed a function from a queue.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""

LOGGING = ("logs:CreateLogStream", "logs:PutLogEvents")
"""What Lambda itself calls with the role, to keep what a function logs."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CRM_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def put_secret(name: str, value: str) -> None:
    boto3.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")


def configure(lambdas: Lambdas, **changes: Any) -> None:
    document = {**CONFIG, "allow_private_hosts": ["127.0.0.1"], **changes}
    ConfigStore(lambdas.stack.dynamodb, lambdas.stack.state).push(parse(document), lambdas.clock())
    lambdas.clock.advance(minutes=2)


def said(name: str, text: str = "My parcel is lost", by: str = "anna") -> Mention:
    who = author(by, network="mastodon")
    return mention(name, network="mastodon", author=who, text=text, posted_at=NOW)


def turn(lambdas: Lambdas, after: timedelta = timedelta(0)) -> None:
    """Time passes; then every function does what there is to do."""
    lambdas.clock.now += after
    lambdas.call("sweep")
    lambdas.call("dispatch_polls")
    for _ in range(2):
        lambdas.answer()
        lambdas.poll()
        lambdas.deliver()


def comment_of(lambdas: Lambdas, ticket_id: str, text: str = "We are on it") -> str:
    return lambdas.helpdesk.write(ticket_id, lambdas.helpdesk.hire_agent(), text)


def tell(lambdas: Lambdas, kind: str, ticket_id: str, **event: Any) -> None:
    """A signed call of the helpdesk's."""
    sent = {"type": kind, "detail": {"id": ticket_id}, "event": event, "time": NOW.isoformat()}
    assert lambdas.webhook(json.dumps(sent).encode())["statusCode"] == 200


def tell_of_comment(lambdas: Lambdas, ticket_id: str, comment_id: str) -> None:
    tell(lambdas, COMMENT_ADDED, ticket_id, comment={"id": comment_id})


def posts_change(lambdas: Lambdas) -> None:
    """Posts are edited before and after they are looked at again, and one is deleted."""
    for name in ("1", "2", "3"):
        lambdas.town.post(said(name))
    lambdas.town.post(replace(said("old"), posted_at=NOW - HOUR))
    turn(lambdas)
    lambdas.town.post(replace(said("1"), text="There is a fire", edited_at=NOW))
    turn(lambdas, timedelta(minutes=5))
    lambdas.town.edit(replace(said("2"), text="There is a fire too", edited_at=NOW))
    lambdas.town.deleted.add("3")
    for wait in (HOUR, SECOND_LOOK, 6 * HOUR):
        turn(lambdas, wait)
    comments = [c for ticket in lambdas.helpdesk.tickets.values() for c in ticket.comments]
    kinds = [c.marker.partition(":")[0] for c in comments if ":" in c.marker]
    assert {kind: kinds.count(kind) for kind in ("edited", "gone")} == {"edited": 2, "gone": 1}
    found = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(said("3").mention_id)
    assert found is not None
    assert found.mention == said("3").without_words()


def a_backlog_waits(lambdas: Lambdas) -> None:
    """More pages than one run reads."""
    lambdas.town.page_size = 1
    for n in range(3 * MAX_PAGES):
        lambdas.town.post(said(str(n)))
    turn(lambdas)
    for _ in range(4):
        turn(lambdas, timedelta(minutes=2))
    [ticket] = lambdas.helpdesk.tickets.values()
    assert len(ticket.comments) == 3 * MAX_PAGES + 1


def agents_answer(lambdas: Lambdas) -> None:
    """Comments are answers, also when their webhook is lost; customers and tickets change."""
    lambdas.town.post(said("1"))
    turn(lambdas)
    [ticket_id] = lambdas.helpdesk.tickets
    turn(lambdas, timedelta(minutes=5))
    tell_of_comment(lambdas, ticket_id, comment_of(lambdas, ticket_id))
    turn(lambdas, timedelta(minutes=1))
    comment_of(lambdas, ticket_id, "It is there")
    turn(lambdas, timedelta(minutes=5))
    assert [answer.text for answer in lambdas.town.answers] == ["We are on it", "It is there"]
    lambdas.helpdesk.set_status(ticket_id, "solved")
    tell(lambdas, "zen:event-type:ticket.status_changed", ticket_id)
    [customer_id] = lambdas.helpdesk.customers
    winner = lambdas.helpdesk.bring_customer()
    lambdas.helpdesk.merge_customers(customer_id, winner)
    tell(lambdas, "zen:event-type:user.merged", customer_id, user={"id": winner})
    tell_of_comment(lambdas, "4711", "1")
    turn(lambdas)


def calls_come_in(lambdas: Lambdas) -> None:
    """A system of the company's own sends a comment, and X tells of a post."""
    put_secret("/gehoor/webhook/webhook", CRM_SECRET)
    receiver = Receiver(CRM_SECRET)
    lambdas.clock.now = datetime.now(UTC)
    headers, body = receiver.signed_comment("gehoor:0a1b", "90125", "We send it", True)
    event = {"pathParameters": {"sender": "webhook"}, "headers": headers, "body": body.decode()}
    assert lambdas.call("receive_webhook", event)["statusCode"] == 200
    put_secret("/gehoor/webhook/x", "consumer-secret")
    data = {"event_uuid": "1", "event_type": "post.mention.create", "tag": SOURCE}
    pushed = json.dumps({"data": {**data, "payload": {"id": "35"}}}).encode()
    headers = {x.SIGNATURES[0]: x.signature("consumer-secret", pushed)}
    event = {"pathParameters": {"sender": "x"}, "headers": headers, "body": pushed.decode()}
    lambdas.town.post(replace(said("35"), posted_at=lambdas.clock()))
    assert lambdas.call("receive_webhook", event)["statusCode"] == 200
    turn(lambdas)
    assert len(lambdas.helpdesk.tickets) == 1


class OpensOnly(FakeBulk):
    """Of a helpdesk that writes no comments by jobs."""

    def write_comments(self, comments: Sequence[tuple[str, CommentDraft]]) -> str:
        message = f"not {len(comments)} at once"
        raise Rejected(message)


def a_storm_comes(lambdas: Lambdas) -> None:
    """Many new authors, whose tickets the helpdesk opens together, and not always their notes."""
    for number, kind in enumerate((FakeBulk, OpensOnly)):
        lambdas.helpdesk.bulk = kind(lambdas.helpdesk, lambdas.clock, timedelta(seconds=20))
        for n in range(12):
            lambdas.town.post(said(f"{number}-{n}", by=f"person{number}-{n}"))
        turn(lambdas)
        for _ in range(4):
            turn(lambdas, timedelta(minutes=7))
    comments = (c for ticket in lambdas.helpdesk.tickets.values() for c in ticket.comments)
    assert sum(comment.marker.startswith("history:") for comment in comments) == 24


def a_storm_becomes_an_incident(lambdas: Lambdas) -> None:
    """Many complain about one thing, and one comment answers them all, in several rounds."""
    turn(lambdas)
    people = A_ROUND + 3
    for n in range(people):
        text = f"My internet is broken again and nobody answers the phone {n}"
        lambdas.town.post(said(f"storm-{n}", text=text, by=f"person{n}"))
    for _ in range(2):
        turn(lambdas, timedelta(minutes=5))
    tickets = lambdas.helpdesk.tickets
    [problem_id] = [name for name, ticket in tickets.items() if "gehoor_incident" in ticket.tags]
    assert sum(ticket.problem_id == problem_id for ticket in tickets.values()) == people
    agent = lambdas.helpdesk.hire_agent()
    word = lambdas.helpdesk.write(problem_id, agent, "It is being mended", tag=BROADCAST)
    tell_of_comment(lambdas, problem_id, word)
    turn(lambdas)
    tickets[problem_id].tags.add(BROADCAST_GO)
    for _ in range(5):
        turn(lambdas, timedelta(minutes=5))
    assert len(lambdas.town.answers) == people


def messages_are_lost(lambdas: Lambdas) -> None:
    """What every queue held is gone once, and the sweep sends it again."""
    lambdas.town.post(said("1"))
    lambdas.town.post(said("2", text="There is a fire", by="bob"))
    lambdas.call("dispatch_polls")
    lambdas.poll()
    for url in (lambdas.stack.urls.deliveries, lambdas.stack.urls.urgent_deliveries):
        lambdas.stack.sqs.purge_queue(QueueUrl=url)
    for _ in range(2):
        turn(lambdas, timedelta(minutes=6))
    assert len(lambdas.helpdesk.tickets) == 2


def nothing_works_at_first(lambdas: Lambdas) -> None:
    """Time is up, and then the helpdesk refuses: every function gives its messages back once."""

    def refused(*_: Any, **__: Any) -> None:
        message = "refused by the test"
        raise Unavailable(message)

    lambdas.town.post(said("1"))
    lambdas.town.post(said("2", text="There is a fire", by="bob"))
    lambdas.call("dispatch_polls")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Context, "get_remaining_time_in_millis", lambda _: 1_000)
        assert len(lambdas.poll()) == 1
    lambdas.clock.advance(minutes=2)
    turn(lambdas)
    [ticket_id, *_] = lambdas.helpdesk.tickets
    lambdas.town.post(said("3", by="carl"))
    lambdas.town.post(said("4", text="There is a fire", by="dora"))
    tell_of_comment(lambdas, ticket_id, comment_of(lambdas, ticket_id))
    lambdas.clock.advance(minutes=2)
    lambdas.call("dispatch_polls")
    lambdas.poll()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lambdas.helpdesk, "read_comment", refused)
        patch.setattr(lambdas.helpdesk, "upsert_customer", refused)
        assert len(lambdas.answer()) == 1
        assert len(lambdas.deliver()) == 2
    for _ in range(6):
        turn(lambdas, timedelta(minutes=6))
    assert len(lambdas.helpdesk.tickets) == 4
    assert len(lambdas.town.answers) == 1


def a_network_tells_of_deletions(lambdas: Lambdas) -> None:
    """A network tells in jobs of a post that was deleted after its last look."""
    jobs = FakeComplianceJobs(lambdas.town, lambdas.clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "has_compliance_jobs", lambda _network: True)
        patch.setattr(connections, "compliance_jobs", lambda _source_id: jobs)
        lambdas.town.post(said("1"))
        turn(lambdas)
        turn(lambdas, timedelta(days=31))
        lambdas.town.deleted.add("1")
        for wait in (DURATION, EVERY, DURATION, EVERY, DURATION):
            turn(lambdas, wait)
    found = Mentions(lambdas.stack.dynamodb, lambdas.stack.core).get(said("1").mention_id)
    assert found is not None
    assert found.mention == said("1").without_words()


def nobody_answers(lambdas: Lambdas) -> None:
    """A first answer is overdue, and who subscribed is told."""
    lambdas.town.post(said("1"))
    turn(lambdas)
    for _ in range(8):
        turn(lambdas, timedelta(minutes=10))
    [ticket] = lambdas.helpdesk.tickets.values()
    assert "answer_overdue" in ticket.tags


def a_crm_is_asked(lambdas: Lambdas) -> None:
    """A back office tells about a customer."""
    put_secret("/gehoor/crm", CRM_SECRET)
    with serving(lambda _: Answer(b"{}")) as served:
        crm = {"kind": "http", "url": f"{served.url}/?id={{external_id}}", "secret": "/gehoor/crm"}
        configure(lambdas, crm={**crm, "show": [{"label": "Orders", "value": "/orders"}]})
        lambdas.town.post(said("1"))
        turn(lambdas)
    assert served.asked


def sign_ins_are_renewed(lambdas: Lambdas, desk: Desk, script: ScriptedBluesky) -> None:
    """A person's sign-in to the helpdesk, and one to a network, which every function renews."""
    put_secret("/gehoor/zendesk", json.dumps({**CLIENT, "refresh_token": desk.refresh_token()}))
    put_secret(BLUESKY, BLUESKY_SECRET)
    source = {"id": SOURCE, "network": "bluesky", "brand": "noordlicht", "secret": BLUESKY}
    helpdesk = {"kind": "zendesk", "base_url": desk.url, "secret": "/gehoor/zendesk"}
    configure(lambdas, sources=[{**source, "base_url": script.url}], helpdesk=helpdesk)
    script.mention("My parcel is lost", lambdas.clock())
    script.now = lambdas.clock()
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    assert lambdas.deliver() == []
    [ticket] = desk.get("/tickets")["tickets"]
    lambdas.clock.now += 2 * DAY
    tell_of_comment(lambdas, str(ticket["id"]), "1")
    lambdas.answer()
    lambdas.clock.now += 2 * DAY
    assert "not_caught_up" not in lambdas.call("sweep")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Call]]:
    """What each function called, over all that happens."""
    watch = Watch()
    runs: list[Callable[[Lambdas], None]] = [
        posts_change,
        a_backlog_waits,
        agents_answer,
        calls_come_in,
        a_storm_comes,
        a_storm_becomes_an_incident,
        messages_are_lost,
        nothing_works_at_first,
        a_network_tells_of_deletions,
        nobody_answers,
        a_crm_is_asked,
    ]
    for run in runs:
        with pytest.MonkeyPatch.context() as patch, lambda_stack(patch) as lambdas:
            patch.setattr(x, "NETWORK", "mastodon")
            with watch.watching(lambdas):
                run(lambdas)
    with pytest.MonkeyPatch.context() as patch, lambda_stack(patch) as lambdas:
        patch.setattr(connections, "helpdesk", connected_helpdesk)
        patch.setattr(connections, "network", connected_network)
        folder, script = tmp_path_factory.mktemp("desk"), ScriptedBluesky()
        office = running_desk(folder, lambdas.clock, oauth_clients=[OAUTH_CLIENT])
        with office as desk, scripted_bluesky(script), watch.watching(lambdas):
            sign_ins_are_renewed(lambdas, desk, script)
    return watch.used


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_calls_nothing_beyond_its_role(
    used: dict[str, set[Call]], function: str
) -> None:
    beyond = used[function]
    for grant in grants(function):
        beyond = {call for call in beyond if not grant.allows(call)}
    assert beyond == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_grants_nothing_that_is_not_called(
    used: dict[str, set[Call]], function: str
) -> None:
    calls = used[function]
    unused = {grant for grant in grants(function) if not any(map(grant.allows, calls))}
    assert unused == set(called_by_lambda(function))


def called_by_lambda(function: str) -> Iterator[Grant]:
    """What Lambda does in a function's name, which no run here can show."""
    group = f"log-group:/aws/lambda/${{AWS::StackName}}-{function.replace('_', '-')}:*"
    yield from (Grant(action, group) for action in LOGGING)
    for queue in FUNCTIONS[function].split():
        yield from (Grant(action, queue) for action in FEEDING)
