"""The dashboard shows what is really measured: each of gehoor's own metrics comes out of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from factories import author, mention
from gehoor import bootstrap, connections
from gehoor.domain.budget import Lane, Limit
from gehoor.domain.incident import BROADCAST, BROADCAST_GO
from gehoor.domain.network import Broken
from gehoor.errors import AuthExpired, GehoorError, NotAllowed, QuotaSpent, Unavailable
from gehoor.usecases.loop_guard import ANSWERS_A_DAY
from gehoor.usecases.reading import FrozenCursor
from gehoor.usecases.recheck import SECOND_LOOK
from gehoor.webhooks.zendesk import COMMENT_ADDED
from gehoor_ops.dashboard import FILE, TEMPLATE, written_into
from gehoor_ops.embedded import template
from lambda_stack import Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from gehoor.domain.listing import Ask, Listing
    from gehoor.domain.mention import Mention

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
RESOURCES: dict[str, Any] = template()["Resources"]


def shown(namespace: str) -> list[list[Any]]:
    """The metrics of a namespace on the dashboard."""
    widgets = json.loads(FILE.read_text())["widgets"]
    metrics = [m for w in widgets for m in w["properties"].get("metrics", ())]
    return [metric for metric in metrics if metric[0] == namespace]


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        yield made


def measured(lambdas: Lambdas) -> set[str]:
    """The names of all metrics that functions have sent, as CloudWatch reads them from the log."""
    lines = map(json.loads, lambdas.said.getvalue().splitlines())
    directives = [
        entry for line in lines for entry in line.get("_aws", {}).get("CloudWatchMetrics", ())
    ]
    assert all(entry["Namespace"] == "gehoor" for entry in directives)
    by = (["service"], ["network", "service"], ["intent", "service"])
    assert all(sorted(entry["Dimensions"][0]) in by for entry in directives)
    return {metric["Name"] for entry in directives for metric in entry["Metrics"]}


def posted(name: str) -> Mention:
    return mention(name, network="mastodon", author=author(network="mastodon"))


def comment_added(ticket_id: str, comment_id: str) -> bytes:
    comment = {"id": comment_id, "is_public": True, "author": {"is_staff": True}}
    return json.dumps(
        {"type": COMMENT_ADDED, "detail": {"id": ticket_id}, "event": {"comment": comment}}
    ).encode()


def answer(lambdas: Lambdas, text: str = "We are on it") -> None:
    [ticket_id] = lambdas.helpdesk.tickets
    comment_id = lambdas.helpdesk.write(ticket_id, lambdas.helpdesk.hire_agent(), text)
    body = comment_added(ticket_id, comment_id)
    for _ in range(2):
        lambdas.webhook(body)
    lambdas.answer()


def failing(error: GehoorError) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def mentions_are_brought(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    lambdas.call("sweep")
    lambdas.town.post(posted("1"))
    lambdas.town.post(Broken("b", "no text", "{}"))
    lambdas.call("dispatch_polls")
    lambdas.poll()
    lambdas.deliver()


def agents_answer(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    answer(lambdas)
    answer(lambdas, "too long " * 1000)
    with patch.context() as broken:
        broken.setattr(lambdas.town, "reply", failing(AuthExpired("the token is refused")))
        answer(lambdas)


def an_author_is_answered_without_end(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    for number in range(ANSWERS_A_DAY):
        answer(lambdas, f"We are on it, as we said {number} times")


def the_helpdesk_refuses(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    for error in (AuthExpired("refused"), NotAllowed("no right")):
        with patch.context() as broken:
            broken.setattr(lambdas.helpdesk, "read_ticket", failing(error))
            answer(lambdas)


def the_helpdesks_limit_is_spent(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    def spend(*_given: Any) -> Any:
        for _ in range(9):
            connections.budget().take(Limit("zendesk", 2, timedelta(hours=1)), Lane.SPARE)

    lambdas.town.post(posted("2"))
    lambdas.clock.advance(minutes=10)
    lambdas.call("dispatch_polls")
    lambdas.poll()
    with patch.context() as spent:
        spent.setattr(lambdas.helpdesk, "add_comment", spend)
        spent.setattr(lambdas.helpdesk, "open_ticket", spend)
        lambdas.deliver()


def webhooks_are_refused(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    lambdas.webhook(b"{}", secret="another")
    lambdas.webhook(b"no JSON")
    with patch.context() as broken:
        broken.setattr(bootstrap, "webhook_secret", failing(Unavailable("AWS is busy")))
        lambdas.webhook(b"{}")


def a_poll_fails(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    lambdas.clock.advance(minutes=10)
    lambdas.call("dispatch_polls")
    with patch.context() as broken:
        broken.setattr(lambdas.town, "read", failing(Unavailable("down")))
        lambdas.poll()


def sources_fall_ill(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    refusals = (AuthExpired("refused"), FrozenCursor("repeats"), QuotaSpent("spent"))
    for error in refusals:
        with patch.context() as broken:
            broken.setattr(lambdas.town, "read", failing(error))
            poll_and_sweep(lambdas)
    read = lambdas.town.read

    def ending(ask: Ask, now: datetime) -> Listing:
        return replace(read(ask, now), credential_ends_at=now + timedelta(days=1))

    with patch.context() as old:
        old.setattr(lambdas.town, "read", ending)
        poll_and_sweep(lambdas)
        lambdas.clock.advance(days=8)
        poll_and_sweep(lambdas)


def poll_and_sweep(lambdas: Lambdas) -> None:
    lambdas.clock.advance(hours=2)
    lambdas.call("dispatch_polls")
    lambdas.poll()
    lambdas.call("sweep")


def a_network_cuts_off(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    read = lambdas.town.read

    def cut(ask: Ask, now: datetime) -> Listing:
        lambdas.town.page_size = 1
        return replace(read(ask, now), older=None, cut_off=True)

    for name in ("3", "4"):
        lambdas.town.post(posted(name))
    lambdas.clock.advance(hours=2)
    lambdas.call("dispatch_polls")
    with patch.context() as hiding:
        hiding.setattr(lambdas.town, "read", cut)
        lambdas.poll()


def a_post_is_deleted(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    lambdas.town.deleted.add("1")
    for wait in (timedelta(hours=1), SECOND_LOOK, timedelta(hours=6)):
        lambdas.clock.now += wait
        lambdas.call("sweep")
        lambdas.deliver()


def the_sweep_mends(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    lambdas.call("sweep")
    [ticket_id, *_] = lambdas.helpdesk.tickets
    lambdas.clock.advance(minutes=10)
    lambdas.helpdesk.write(ticket_id, lambdas.helpdesk.hire_agent(), "Nobody told of this")
    lambdas.clock.advance(minutes=10)
    lambdas.call("sweep")
    with patch.context() as broken:
        broken.setattr(lambdas.helpdesk, "comments_since", failing(Unavailable("down")))
        lambdas.call("sweep")


def nobody_answers(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    """Neither in time nor as promised, and who is to be told of it cannot be."""
    lambdas.town.post(replace(posted("late"), author=author("cas", network="mastodon")))
    lambdas.clock.advance(minutes=10)
    lambdas.call("dispatch_polls")
    lambdas.poll()
    lambdas.deliver()
    with patch.context() as broken:
        broken.setattr(bootstrap.sns(), "publish", failing(NotAllowed("no right")))
        for _ in range(8):
            lambdas.clock.advance(minutes=10)
            lambdas.call("sweep")
            lambdas.deliver()
    *_, ticket_id = lambdas.helpdesk.tickets
    agent = lambdas.helpdesk.hire_agent()
    promise = lambdas.helpdesk.write(ticket_id, agent, "We'll call you within an hour.")
    lambdas.webhook(comment_added(ticket_id, promise))
    lambdas.answer()
    for _ in range(8):
        lambdas.clock.advance(minutes=10)
        lambdas.call("sweep")
        lambdas.deliver()


def a_storm_comes(lambdas: Lambdas, patch: pytest.MonkeyPatch) -> None:
    """Many complain about one thing and are answered together; then nobody can hear storms."""
    lambdas.call("sweep")
    lambdas.clock.advance(minutes=10)
    for n in range(8):
        who = author(f"storm{n}", network="mastodon")
        text = f"My internet is broken again and nobody answers the phone {n}"
        now = lambdas.clock()
        lambdas.town.post(replace(posted(f"s{n}"), author=who, text=text, posted_at=now))
    lambdas.call("dispatch_polls")
    lambdas.poll()
    lambdas.deliver()
    lambdas.clock.advance(minutes=5)
    lambdas.call("sweep")
    tickets = lambdas.helpdesk.tickets
    [problem_id] = [name for name, ticket in tickets.items() if "gehoor_incident" in ticket.tags]
    agent = lambdas.helpdesk.hire_agent()
    word = lambdas.helpdesk.write(problem_id, agent, "It is being mended", tag=BROADCAST)
    lambdas.webhook(comment_added(problem_id, word))
    lambdas.answer()
    tickets[problem_id].tags.add(BROADCAST_GO)
    lambdas.clock.advance(minutes=5)
    lambdas.call("sweep")
    lambdas.answer()
    with patch.context() as broken:
        broken.setattr(lambdas.helpdesk, "read_ticket", failing(Unavailable("down")))
        lambdas.call("sweep")


RUN = (
    mentions_are_brought,
    agents_answer,
    an_author_is_answered_without_end,
    the_helpdesk_refuses,
    a_poll_fails,
    webhooks_are_refused,
    a_post_is_deleted,
    the_sweep_mends,
    the_helpdesks_limit_is_spent,
    a_network_cuts_off,
    sources_fall_ill,
    nobody_answers,
    a_storm_comes,
)


def test_every_metric_on_it_is_measured(lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a run in which all goes wrong that the dashboard is for
    for happens in RUN:
        happens(lambdas, monkeypatch)
    # Then each metric on it was sent, under the name and dimension by which it is shown
    own = shown("gehoor")
    assert own
    assert {(metric[2], metric[3]) for metric in own} == {("service", "gehoor")}
    assert {metric[1] for metric in own} - measured(lambdas) == set()


def test_every_alarm_of_gehoors_own_is_seen_on_it() -> None:
    alarms = [r["Properties"] for r in RESOURCES.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    watched = {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == "gehoor"}
    assert watched <= {metric[1] for metric in shown("gehoor")}


@pytest.mark.parametrize(
    ("namespace", "dimension", "kinds"),
    [
        ("AWS/SQS", "QueueName", ("AWS::SQS::Queue",)),
        ("AWS/Lambda", "FunctionName", ("AWS::Serverless::Function",)),
    ],
)
def test_it_shows_every_queue_and_every_function(
    namespace: str, dimension: str, kinds: tuple[str, ...]
) -> None:
    metrics = shown(namespace)
    assert {metric[2] for metric in metrics} == {dimension}
    named = {metric[3].strip("${}").partition(".")[0] for metric in metrics}
    assert named == {name for name, resource in RESOURCES.items() if resource["Type"] in kinds}


def test_the_template_has_it_as_the_file_has_it() -> None:
    text = TEMPLATE.read_text()
    assert written_into(text) == text, "the template is behind the file; run: make dashboard"
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert json.loads(body) == json.loads(FILE.read_text())
