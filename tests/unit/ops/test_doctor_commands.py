"""`gehoor doctor`: all that gehoor depends on, against the Desk and a scripted network."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from desk_server import TOKEN, Desk, running_desk
from gehoor.config import parse, to_json
from gehoor.domain.capabilities import Capabilities, Summons
from gehoor.ports.sources import PollOutcome
from gehoor_ops import checkup
from gehoor_ops.capability_words import in_private, in_public, longest
from gehoor_ops.stack import clock
from gehoor_ops.workspace import PROJECT
from loopback import Answer
from scripted_mastodon import ScriptedMastodon, scripted_mastodon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.command import Command, Run
    from fakes.deployed import Deployed

SECRETS = {
    "/gehoor/masto": "tok-brand",
    "/gehoor/desk": f'{{"token": "{TOKEN}"}}',
    "/gehoor/webhook/zendesk": "hush",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def network() -> Iterator[ScriptedMastodon]:
    with scripted_mastodon() as running:
        yield running


@pytest.fixture
def office(deployed: Deployed, desk: Desk, network: ScriptedMastodon) -> Deployed:
    """A stack with two sources and the Desk, all of it well."""
    sources = [
        {"id": "masto", "network": "mastodon", "base_url": network.url, "secret": "/gehoor/masto"},
        {"id": "news", "network": "feed", "url": "https://news.example/feed.xml"},
    ]
    config = {
        "company": "Noordlicht",
        "brands": [{"id": "noordlicht", "languages": ["nl"], "accounts": {}}],
        "sources": [{**source, "brand": "noordlicht"} for source in sources],
        "helpdesk": {"kind": "zendesk", "base_url": desk.url, "secret": "/gehoor/desk"},
        "allow_private_hosts": ["127.0.0.1"],
    }
    deployed.config_store.push(parse(config), clock())
    deployed.sources.reconcile(["masto", "news"], clock())
    for name, value in SECRETS.items():
        boto3.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
    return deployed


def findings(run: Run) -> dict[str, dict[str, Any]]:
    """What was found, by its subject."""
    return {finding["subject"]: finding for finding in run.document["findings"]}


def poll_ended(office: Deployed, error: str, until: datetime | None = None) -> None:
    now = datetime.now(UTC)
    assert office.sources.acquire("masto", "me", now, now + timedelta(minutes=1))
    office.sources.release("masto", "me", PollOutcome(now, 0, error, until))


@pytest.mark.usefixtures("office")
def test_all_that_is_well_is_told_with_what_can_be_done_there(gehoor: Command) -> None:
    # When a stack that lacks nothing is looked at, for a program and for a person
    told, shown = gehoor("doctor", "--json"), gehoor("doctor")
    # Then nothing failed, and each network and the helpdesk says what it can do
    assert (told.code, shown.code) == (0, 0), told.err
    assert told.document["healthy"] is True
    found = findings(told)
    assert found["configuration"]["detail"] == "version 1: 2 sources, helpdesk zendesk"
    assert found["source masto"]["detail"] == "new; polled every 2m, as it is new or busy"
    answers = "in public by gehoor, in several posts if need be; in private by gehoor"
    assert found["answers on masto"]["detail"].startswith(answers)
    assert "Open the link and answer there" in found["answers on news"]["detail"]
    assert found["helpdesk: account"]["state"] == "ok"
    assert shown.out.splitlines()[0].split() == ["STATE", "WHAT", "FOUND", "NEXT", "STEP"]
    for value in ("tok-brand", TOKEN, "hush"):
        assert value not in told.out + told.err + shown.out + shown.err


@pytest.mark.usefixtures("office")
def test_each_thing_that_is_missing_has_its_next_step(gehoor: Command) -> None:
    # Given a secret that is not set
    boto3.client("ssm").delete_parameter(Name="/gehoor/masto")
    run = gehoor("doctor", "--json")
    # Then the command fails with what to do, and everything else was looked at too
    assert run.code == 1
    assert "next: gehoor secret set /gehoor/masto" in run.err
    found = findings(run)
    for subject in ("secret /gehoor/masto", "answers on masto"):
        assert found[subject]["state"] == "failure"
        assert found[subject]["next_step"] == "gehoor secret set /gehoor/masto"
    assert found["helpdesk: account"]["state"] == "ok"


def test_a_helpdesk_that_cannot_be_asked_is_told_with_where_its_answers_come_in(
    gehoor: Command, office: Deployed
) -> None:
    # Given a system of the company's own as helpdesk, and nothing to read
    config = json.loads(to_json(office.config_store.current()[1]))
    helpdesk = {"kind": "webhook", "base_url": "https://desk.example/in", "secret": "/gehoor/desk"}
    changed = {**config, "sources": [], "helpdesk": helpdesk}
    office.config_store.push(parse(changed), clock())
    boto3.client("ssm").put_parameter(
        Name="/gehoor/webhook/webhook", Value="hush", Type="SecureString"
    )
    run = gehoor("doctor", "--json")
    # Then it is no failure
    assert run.code == 0, run.err
    detail = findings(run)["helpdesk"]["detail"]
    assert "https://desk.example/in" in detail
    assert "https://api.example/hooks/webhook" in detail


@pytest.mark.parametrize(
    ("error", "hours", "state", "section"),
    [
        ("AuthExpired: the token is dead", None, "failure", "Expired tokens"),
        ("FrozenCursor: it does not move", None, "failure", "Failing sources"),
        ("QuotaSpent: units are spent", 9, "warning", "Spent quotas"),
    ],
)
def test_a_source_that_is_not_well_leads_to_its_runbook(
    gehoor: Command, office: Deployed, error: str, hours: int | None, state: str, section: str
) -> None:
    until = datetime.now(UTC) + timedelta(hours=hours) if hours else None
    poll_ended(office, error, until)
    found = findings(gehoor("doctor", "--json"))["source masto"]
    assert (found["state"], found["next_step"]) == (state, checkup.SEE.format(section))
    assert error in found["detail"]


def test_every_runbook_that_is_named_is_there() -> None:
    operations = (PROJECT / "docs/operations.md").read_text()
    steps = {step for _, step in checkup._OF_HEALTH.values() if step}
    for step in (*steps, *map(checkup.SEE.format, ("Push", "Ending credentials"))):
        section = step.partition('"')[2].rstrip('"')
        assert f"## {section}\n" in operations


@pytest.mark.parametrize(
    ("days", "state", "next_step"),
    [(5, "ok", ""), (2, "warning", checkup.SEE.format("Ending credentials"))],
)
def test_a_credential_that_ends_soon_is_a_warning(
    gehoor: Command, office: Deployed, days: int, state: str, next_step: str
) -> None:
    # Given a source that works, with a credential that ends some day
    now = datetime.now(UTC)
    ends_at = now + timedelta(days=days)
    assert office.sources.acquire("masto", "me", now, now + timedelta(minutes=1))
    office.sources.release("masto", "me", PollOutcome(now, 1, credential_ends_at=ends_at))
    # When all is looked at
    found = findings(gehoor("doctor", "--json"))["source masto: credential"]
    # Then its end is told, and days before it where to read on
    assert (found["state"], found["next_step"]) == (state, next_step)
    assert f"{ends_at:%Y-%m-%d}" in found["detail"]


def test_a_source_that_nobody_polls_is_a_failure(gehoor: Command, office: Deployed) -> None:
    office.sources.reconcile(["masto"], clock())
    boto3.client("dynamodb").delete_item(
        TableName="state", Key={"entity": {"S": "source#news"}, "part": {"S": "source"}}
    )
    found = findings(gehoor("doctor", "--json"))["source news"]
    assert (found["state"], found["next_step"]) == ("failure", "gehoor config push gehoor.yaml")


def test_a_network_that_is_down_for_a_moment_is_a_warning(
    gehoor: Command, office: Deployed, network: ScriptedMastodon
) -> None:
    # Given a server that does not answer now
    for path in ("/api/v2/instance", "/api/v1/instance"):
        network.answers[path] = lambda _: Answer(status=503)
    run = gehoor("doctor", "--json")
    # Then that is no failure of gehoor's setup
    assert run.code == 0, run.err
    found = findings(run)["answers on masto"]
    assert (found["state"], found["next_step"]) == ("warning", "try again later")


def test_without_a_configuration_that_is_the_next_step(gehoor: Command, deployed: Deployed) -> None:
    run = gehoor("doctor", "--json")
    assert run.code == 1
    assert [finding["subject"] for finding in run.document["findings"]] == ["configuration"]
    assert "gehoor config push" in run.err.partition("next: ")[2]


SUMMONS = Summons(
    handle="@shop", quoted="https://x.example/shop", by_hand="https://x.example/{native_id}"
)
SUMMONED = "by gehoor below posts that name or quote the account, else by hand at a link"
INVITED = "by gehoor, once the author has written; an answer in public invites them to"


@pytest.mark.parametrize(
    ("can", "words"),
    [
        (
            Capabilities(reply=True, message=True, text_limit=1000, threads=True),
            ("by gehoor, in several posts if need be", "by gehoor", "1,000"),
        ),
        (
            Capabilities(reply=True, message=False, text_limit=None, instead="Write there:"),
            ("by gehoor, in one post", "by hand: Write there", "no limit"),
        ),
        (
            Capabilities(reply=True, message=False, text_limit=280, invitation="Write to us"),
            ("by gehoor, in one post", INVITED, "280"),
        ),
        (
            Capabilities(reply=True, message=True, text_limit=280, summons=SUMMONS),
            (SUMMONED, "by gehoor", "280"),
        ),
        (
            Capabilities(reply=False, message=False, text_limit=None, instead="Open the link."),
            ("by hand: Open the link.", "no", "no limit"),
        ),
        (
            Capabilities(reply=False, message=False, text_limit=None),
            ("not at all", "no", "no limit"),
        ),
    ],
)
def test_what_can_be_done_is_told_in_words(can: Capabilities, words: tuple[str, ...]) -> None:
    assert (in_public(can), in_private(can), longest(can)) == words
