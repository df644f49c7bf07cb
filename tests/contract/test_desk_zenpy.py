"""zenpy, a client library nobody here wrote, reads and writes the Desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, CustomField, Identity, Ticket, User, Webhook
from zenpy.lib.exception import APIException, RecordNotFoundException, TooManyValuesException

from desk_server import TOKEN, Desk, running_desk, wait_for
from fakes.clock import FakeClock

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with reading(desk, monkeypatch) as client:
        yield client


@contextmanager
def reading(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """zenpy on this Desk."""
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", desk.url.removeprefix("http://"))
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    with requests.Session() as session:
        session.trust_env = False
        yield Zenpy(
            subdomain="example",
            oauth_token=TOKEN,
            session=session,
            timeout=10,
            disable_cache=True,
        )


def test_it_knows_who_it_is(client: Any) -> None:
    assert client.users.me().name == "gehoor"


def test_it_upserts_and_finds_users(client: Any) -> None:
    # When
    user = User(name="Anna", external_id="gehoor:m:1", user_fields={"handle": "@anna"})
    made = client.users.create_or_update(user)
    again = client.users.create_or_update(User(name="Anna de Vries", external_id="GEHOOR:m:1"))
    # Then
    found = list(client.users.search(external_id="gehoor:m:1"))
    assert (made.id, made.name) == (again.id, "Anna")
    assert [(user.name, user.external_id) for user in found] == [("Anna de Vries", "GEHOOR:m:1")]
    assert found[0].user_fields == {"handle": "@anna"}


def test_it_makes_and_lists_identities(client: Any) -> None:
    # Given
    anna = client.users.create(User(name="Anna", email="anna@shop.example"))
    # When
    client.users.identities.create(user=anna, identity=Identity(type="twitter", value="anna_dv"))
    # Then
    identities = list(client.users.identities(id=anna.id))
    assert [(one.type, one.value) for one in identities] == [
        ("email", "anna@shop.example"),
        ("twitter", "anna_dv"),
    ]


def test_it_creates_answers_and_reads_a_ticket(client: Any) -> None:
    # Given
    anna = client.users.create(User(name="Anna"))
    # When
    draft = Ticket(
        subject="Broken",
        requester_id=anna.id,
        external_id="mastodon:1",
        tags=["webcare"],
        custom_fields=[CustomField(id=7, value="x")],
        comment=Comment(html_body="<p>It broke</p>", author_id=anna.id),
    )
    audit = client.tickets.create(draft)
    ticket = audit.ticket
    ticket.comment = Comment(body="We look into it", public=False)
    ticket.status = "pending"
    client.tickets.update(ticket)
    # Then
    read = client.tickets(id=ticket.id)
    comments = list(client.tickets.comments(ticket=ticket.id))
    assert (read.status, read.external_id, read.tags) == ("pending", "mastodon:1", ["webcare"])
    assert [(c.plain_body, c.public) for c in comments] == [
        ("It broke", True),
        ("We look into it", False),
    ]
    assert comments[0].author.name == "Anna"
    assert [one.id for one in client.users.requested(anna.id)] == [ticket.id]
    assert [one.author.name for one in client.tickets.audits(ticket=ticket.id)] == ["gehoor"] * 2


def test_it_walks_pages_of_both_kinds(client: Any, desk: Desk) -> None:
    # Given
    ids = [desk.ticket(str(n))["id"] for n in range(7)]
    # Then
    assert [one.id for one in client.tickets(cursor_pagination=3)] == ids
    assert [one.id for one in client.tickets(cursor_pagination=False)] == ids


def test_it_creates_many_and_follows_the_job(client: Any) -> None:
    # When
    drafts = [Ticket(subject=str(n), comment=Comment(body="x")) for n in range(5)]
    job = client.tickets.create(drafts)
    # Then
    done = wait_for(
        lambda: next((j for j in [client.job_status(id=job.id)] if j.status == "completed"), None),
        "the job to be completed",
    )
    assert (job.status, done.progress) == ("queued", 5)
    assert [result.id for result in done.results] == [one.id for one in client.tickets()]


def test_it_adds_and_removes_tags(client: Any, desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket(tags=["a"])["id"]
    # When
    client.tickets.add_tags(ticket_id, ["b"])
    client.tickets.delete_tags(ticket_id, ["a"])
    # Then
    assert desk.get(f"/tickets/{ticket_id}/tags")["tags"] == ["b"]


def test_it_makes_reads_and_removes_webhooks(client: Any) -> None:
    # When
    webhook = client.webhooks.create(
        Webhook(
            name="gehoor",
            endpoint="https://a.example/",
            http_method="POST",
            request_format="json",
            status="active",
            subscriptions=["zen:event-type:ticket.comment_added"],
        )
    )
    # Then
    assert client.webhooks(id=webhook.id).endpoint == "https://a.example/"
    assert client.webhooks.show_secret(webhook).algorithm == "SHA256"
    client.webhooks.delete(webhook)
    assert list(client.webhooks.list()) == []


def test_it_knows_the_refusals(client: Any) -> None:
    with pytest.raises(RecordNotFoundException):
        client.tickets(id=4711)
    with pytest.raises(TooManyValuesException):
        client.tickets.create([Ticket(comment=Comment(body="x"))] * 101)
    with pytest.raises(APIException, match="RecordInvalid"):
        client.tickets.create(Ticket(subject="no comment"))


def test_it_deletes_restores_and_erases_tickets(client: Any, desk: Desk) -> None:
    # Given
    kept, erased = (client.tickets(id=desk.ticket()["id"]) for _ in range(2))
    # When
    for ticket in (kept, erased):
        client.tickets.delete(ticket)
    listed = [one.id for one in client.tickets.deleted()]
    client.tickets.restore(kept)
    job = client.tickets.permanently_delete(erased)
    # Then
    assert listed == [kept.id, erased.id]
    assert client.tickets(id=kept.id).status == "new"
    assert client.job_status(id=job.id).results.success is True
    with pytest.raises(RecordNotFoundException):
        client.tickets.restore(erased)


def test_it_merges_tickets(client: Any, desk: Desk) -> None:
    # Given
    target, source = (desk.ticket()["id"] for _ in range(2))
    # When
    job = client.tickets.merge(target, source, target_comment="t", source_comment="s")
    # Then
    merged = client.tickets(id=source)
    assert client.job_status(id=job.id).status == "completed"
    assert (merged.status, merged.tags) == ("closed", ["closed_by_merge"])


def test_it_merges_and_deletes_users(client: Any) -> None:
    # Given
    anna, bram = (client.users.create(User(name=name)) for name in ("Anna", "Bram"))
    # When
    kept = client.users.merge(anna, bram)
    gone = client.users.delete(bram)
    # Then
    assert (kept.id, gone.id, gone.active) == (bram.id, bram.id, False)
    with pytest.raises(RecordNotFoundException):
        client.users(id=anna.id)


def test_it_uploads_a_file_for_a_comment(client: Any, desk: Desk, tmp_path: Path) -> None:
    # Given
    file = tmp_path / "crash.log"
    file.write_text("it broke", encoding="utf-8")
    upload = client.attachments.upload(str(file), target_name="crash.log")
    # When
    ticket = client.tickets(id=desk.ticket()["id"])
    ticket.comment = Comment(body="see", uploads=[upload.token])
    client.tickets.update(ticket)
    # Then
    comment = list(client.tickets.comments(ticket=ticket.id))[1]
    saved = client.attachments.download(comment.attachments[0].id, str(tmp_path / "copy.log"))
    assert Path(saved).read_text(encoding="utf-8") == "it broke"


def test_it_reads_the_stream_of_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: a Desk whose day is long over, so that the client is not told to wait
    clock = FakeClock(datetime(2020, 1, 1, 12, 0, tzinfo=UTC))
    with running_desk(tmp_path, clock=clock) as desk, reading(desk, monkeypatch) as client:
        ticket_id = desk.ticket("It broke")["id"]
        clock.advance(minutes=2)
        # When
        events = list(client.tickets.events(start_time=0, include="comment_events"))
    # Then
    assert [(event.ticket_id, event.via) for event in events] == [(ticket_id, "Web service")]
    comment = events[0].child_events[0]
    assert (comment["event_type"], comment["body"]) == ("Comment", "It broke")
